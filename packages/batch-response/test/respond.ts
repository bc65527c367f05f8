import { type BatchDecoderOptions, batchDecoder } from '@lpipe/batch-decoder'
import { batchResponse } from '@lpipe/batch-response'
import type { LpipeContext, Message } from '@lpipe/core'
import { type ErrorClassifierOptions, errorClassifier } from '@lpipe/error-classifier'
import { invoke, silentLogger } from '@lpipe/testing'
import middy from '@middy/core'

/** Calls a handler that calls `handle` for each message, under response, classifier and decoder. */
export const respond = (
  event: unknown,
  handle: (message: Message) => unknown,
  options: ErrorClassifierOptions = {},
  decoding: BatchDecoderOptions = {},
): Promise<unknown> => {
  const handler = middy(async (_: unknown, { lpipe }: LpipeContext) =>
    Promise.allSettled(lpipe.messages.map(async (message) => handle(message))),
  ).use([batchResponse(), errorClassifier({ logger: silentLogger(), ...options }), batchDecoder(decoding)])
  return invoke(handler, event)
}

/** Throws a value. */
export const raise = (thrown: unknown): never => {
  throw thrown
}

/** Returns the error that an invocation rejects with. */
export const thrownBy = async (invocation: Promise<unknown>): Promise<Error & { readonly cause?: AggregateError }> => {
  const answer = await invocation.then(
    (answered) => ({ answered }),
    (error: unknown) => error,
  )
  if (answer instanceof Error) return answer as never
  throw new Error(`it returned ${JSON.stringify(answer)}`)
}
