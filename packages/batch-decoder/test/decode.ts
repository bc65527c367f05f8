import { type BatchDecoderOptions, batchDecoder } from '@lpipe/batch-decoder'
import type { LpipeContext, Message } from '@lpipe/core'
import { enterMiddleware } from '@lpipe/core/middleware'
import { invoke } from '@lpipe/testing'
import middy, { type MiddlewareObj } from '@middy/core'

/** Stands in for batchResponse(), whose package depends on this one. */
const response = (): MiddlewareObj => ({ before: (request) => void enterMiddleware(request, 'batchResponse') })

/** Returns what `read` returns of the batch of an event, in a handler under batchDecoder() and real middy. */
export const readBatch = <T>(
  event: unknown,
  options: BatchDecoderOptions | undefined,
  read: (batch: LpipeContext['lpipe']) => T,
): Promise<T> => {
  const handler = middy(async (_event: unknown, { lpipe }: LpipeContext) => read(lpipe))
  return invoke(handler.use([response(), batchDecoder(options)]), event)
}

/** Decodes an event, and returns its messages. */
export const decode = (event: unknown, options?: BatchDecoderOptions): Promise<readonly Message[]> =>
  readBatch(event, options, (batch) => {
    void batch.messages // decodes them
    return batch.received
  })

/** Returns the error of a message as `name: message`; undefined if it is pending. */
export const errorOf = ({ result }: Message): string | undefined =>
  result?.status === 'rejected' ? String(result.reason) : undefined

/** Returns the bodies of messages, in order. */
export const bodiesOf = (messages: readonly Message[]): unknown[] => messages.map(({ body }) => body)
