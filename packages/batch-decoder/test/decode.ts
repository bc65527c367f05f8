import { type BatchDecoderOptions, batchDecoder } from '@lpipe/batch-decoder'
import type { LpipeContext, Message } from '@lpipe/core'
import { invoke } from '@lpipe/testing'
import middy from '@middy/core'

/** Decodes an event under real middy, and tells which messages came of it. */
export const decode = async (event: unknown, options?: BatchDecoderOptions): Promise<readonly Message[]> => {
  let received: readonly Message[] | undefined
  const handler = middy(async (_event: unknown, { lpipe }: LpipeContext) => {
    received = lpipe.received
    return 'handled'
  }).use(batchDecoder(options))
  await invoke(handler, event)
  if (received === undefined) throw new Error('the handler was never called')
  return received
}

/** Why a message is over: `name: message`; undefined if it waits. */
export const whyNot = ({ result }: Message): string | undefined =>
  result?.status === 'rejected' ? String(result.reason) : undefined

/** The bodies of messages, in order. */
export const bodiesOf = (messages: readonly Message[]): unknown[] => messages.map(({ body }) => body)
