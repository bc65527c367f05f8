import { batchDecoder } from '@lpipe/batch-decoder'
import type { LpipeContext, Message } from '@lpipe/core'
import { batchOf, completeBatch, enterMiddleware } from '@lpipe/core/middleware'
import { type ErrorClassifierOptions, errorClassifier } from '@lpipe/error-classifier'
import { invoke, type LoggedLine, memoryLogger } from '@lpipe/testing'
import middy, { type MiddlewareObj } from '@middy/core'

/** Stands in for batchResponse(), whose package depends on this one. */
export const response = (): MiddlewareObj => ({
  before: (request) => void enterMiddleware(request, 'batchResponse'),
  after: async (request) => {
    const batch = batchOf(request)
    await completeBatch(batch, request.response)
    await batch.drainBackgroundWork()
  },
})

/** What came of an invocation. */
export interface Classified {
  readonly outcomes: readonly unknown[]
  /** The lines of warnings and errors. */
  readonly lines: readonly LoggedLine[]
  readonly all: readonly LoggedLine[]
}

/**
 * Calls a handler that calls `handle` for each message, under classifier and decoder.
 *
 * @throws what the invocation throws
 */
export const classify = async (
  event: unknown,
  handle: (message: Message) => unknown,
  options: ErrorClassifierOptions = {},
  context: Parameters<typeof invoke>[2] = {},
): Promise<Classified> => {
  let received: readonly Message[] = []
  const logger = memoryLogger()
  const handler = middy(async (_: unknown, { lpipe }: LpipeContext) => {
    received = lpipe.received
    return Promise.allSettled(lpipe.messages.map(async (message) => handle(message)))
  }).use([response(), errorClassifier({ logger, ...options }), batchDecoder()])
  await invoke(handler, event, context)
  const lines = logger.lines.filter(({ level }) => level === 'warn' || level === 'error')
  return { outcomes: received.map(({ outcome }) => outcome), lines, all: logger.lines }
}

/** Throws a value. */
export const raise = (thrown: unknown): never => {
  throw thrown
}
