import { batchDecoder } from '@lpipe/batch-decoder'
import { batchResponse } from '@lpipe/batch-response'
import type { LpipeContext, Message } from '@lpipe/core'
import { type ErrorClassifierOptions, errorClassifier } from '@lpipe/error-classifier'
import { invoke } from '@lpipe/testing'
import middy from '@middy/core'

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

/**
 * Hands an event to a handler that does `handle` for each message, under response, classifier and decoder.
 *
 * @returns what Lambda is answered
 * @throws what Lambda is thrown
 */
export const respond = (
  event: unknown,
  handle: (message: Message) => unknown,
  options: ErrorClassifierOptions = {},
): Promise<unknown> => {
  const handler = middy(async (_: unknown, { lpipe }: LpipeContext) =>
    Promise.allSettled(lpipe.messages.map(async (message) => handle(message))),
  ).use([batchResponse(), errorClassifier({ logger: silent, ...options }), batchDecoder()])
  return invoke(handler, event)
}

/** Throws whatever it is given. */
export const raise = (thrown: unknown): never => {
  throw thrown
}

/** An error that was thrown, for a look at its insides. */
export const thrownBy = async (invocation: Promise<unknown>): Promise<Error & { readonly cause?: AggregateError }> => {
  const answer = await invocation.then(
    (answered) => ({ answered }),
    (error: unknown) => error,
  )
  if (answer instanceof Error) return answer as never
  throw new Error(`it answered ${JSON.stringify(answer)}`)
}
