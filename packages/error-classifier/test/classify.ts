import { batchDecoder } from '@lpipe/batch-decoder'
import type { Logger, LpipeContext, Message } from '@lpipe/core'
import { type ErrorClassifierOptions, errorClassifier } from '@lpipe/error-classifier'
import { invoke } from '@lpipe/testing'
import middy from '@middy/core'

/** What was logged. */
export interface Line {
  readonly level: keyof Logger
  readonly text: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** A logger that remembers what is worth a warning. */
export const memoryLogger = (): Logger & { readonly lines: Line[] } => {
  const lines: Line[] = []
  const at = (level: keyof Logger) => (text: string, fields?: object) => {
    lines.push({ level, text, fields: fields as Line['fields'] })
  }
  const nothing = () => undefined
  return { lines, debug: nothing, info: nothing, warn: at('warn'), error: at('error') }
}

/** What came of an invocation. */
export interface Classified {
  readonly outcomes: readonly unknown[]
  /** the settled results that travel on */
  readonly results: readonly PromiseSettledResult<unknown>[]
  readonly lines: readonly Line[]
}

/**
 * Hands an event to a handler that does `handle` for each message, under decoder and classifier.
 *
 * @throws what the invocation throws
 */
export const classify = async (
  event: unknown,
  handle: (message: Message) => unknown,
  options: ErrorClassifierOptions = {},
): Promise<Classified> => {
  let received: readonly Message[] = []
  const logger = memoryLogger()
  const handler = middy(async (_: unknown, { lpipe }: LpipeContext) => {
    received = lpipe.received
    return Promise.allSettled(lpipe.messages.map(async (message) => handle(message)))
  }).use([errorClassifier({ logger, ...options }), batchDecoder()])
  const results = await invoke<PromiseSettledResult<unknown>[]>(handler, event)
  return { outcomes: received.map(({ outcome }) => outcome), results, lines: logger.lines }
}

/** Throws whatever it is given. */
export const raise = (thrown: unknown): never => {
  throw thrown
}
