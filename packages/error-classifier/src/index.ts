import {
  adopt,
  type Batch,
  batchOf,
  checkOptions,
  endBatch,
  inWords,
  isNotTried,
  isThenable,
  type Logger,
  type Message,
  misconfigured,
  openBatch,
  resultsOf,
  tell,
  verdictOf,
} from '@lpipe/core'
import type { MiddlewareObj, Request } from '@middy/core'

export interface ErrorClassifierOptions {
  /** what becomes of a message whose error is of no known kind: `drop` (default), or `retry` to keep it on its queue */
  readonly unhandled?: 'drop' | 'retry'
  /** told of each error, and at the end what the invocation did; default JSON lines in Lambda's format */
  readonly logger?: Logger
  /** told of each error, to report it elsewhere. What it throws or rejects with is logged, and changes no outcome */
  readonly capture?: (error: unknown, message: Message) => unknown
}

/** The rules of its options. */
export const errorClassifierRules = { unhandled: ['drop', 'retry'], logger: 'any', capture: 'a function' } as const

/**
 * Turns errors into outcomes: FailButContinue drops its message, FailCatastrophically keeps it on its queue, and any
 * other error does what `unhandled` says. Each is logged, and handed to `capture`. Without this middleware every error
 * keeps its message on the queue.
 *
 * What travels on are settled results in which only failed messages are rejected, as
 * `@middy/sqs-partial-batch-failure` expects.
 *
 * @throws InvalidConfigurationError, when made, for an option that is unknown or wrong; at an invocation, if nothing handled the messages
 */
export const errorClassifier = (options: ErrorClassifierOptions = {}): MiddlewareObj<unknown, unknown> => {
  checkOptions('errorClassifier', options, errorClassifierRules)
  const { unhandled, logger, capture } = options
  if (logger !== undefined) checkLogger(logger)
  const otherwise = unhandled === 'retry' ? 'failed' : 'dropped'
  const classify = (error: unknown) => verdictOf(error) ?? otherwise

  return {
    before: function errorClassifierBefore(request: Request<unknown, unknown>): void {
      const batch = openBatch(request)
      batch.classify = classify
      if (logger !== undefined) batch.logger = logger
    },
    after: function errorClassifierAfter(request: Request<unknown, unknown>): void | Promise<void> {
      const batch = batchOf(request, 'errorClassifier')
      adopt(batch, request.response)
      const results = resultsOf(batch)
      const captures: Promise<void>[] = []
      for (const message of batch.received) {
        const { result, outcome } = message
        if (result?.status !== 'rejected') continue
        if (outcome === 'dropped') results[message.index] = forgiven
        log(batch, message, result.reason)
        if (isNotTried(result.reason)) continue // the error is that of another message
        const captured = capture && tryCapture(batch, capture, result.reason, message)
        if (captured !== undefined) captures.push(captured)
      }
      request.response = results
      summarize(batch)
      if (captures.length > 0) {
        batch.endings ??= []
        batch.endings.push(() => Promise.all(captures))
      }
      return batch.endsWithResponse ? undefined : endBatch(batch)
    },
  }
}

const summarize = (batch: Batch): void => {
  const { received, tally, started } = batch
  const count = { succeeded: 0, dropped: 0, failed: 0 }
  for (const { outcome } of received) if (outcome !== undefined) count[outcome] += 1
  const { sent, calls } = tally
  const milliseconds = Math.round(performance.now() - started)
  tell(batch.logger, 'info', 'batch finished', { received: received.length, ...count, sent, calls, milliseconds })
}

const checkLogger = (logger: Partial<Logger> | null): void => {
  for (const level of ['debug', 'info', 'warn', 'error'] as const) {
    if (typeof logger?.[level] !== 'function') {
      misconfigured(`errorClassifier: its logger has no ${level}(). Give it debug, info, warn and error`)
    }
  }
}

const log = (batch: Batch, message: Message, error: unknown): void => {
  const { outcome, path, function: fn, eventSource } = message
  const messageId = message.id ?? message.index
  tell(batch.logger, levelOf(message, error), `message ${messageId} ${outcome}: ${inWords(error)}`, {
    outcome,
    path,
    function: fn,
    messageId,
    eventSource,
    error,
  })
}

const levelOf = ({ outcome }: Message, error: unknown): 'debug' | 'warn' | 'error' => {
  if (isNotTried(error)) return 'debug'
  return outcome === 'dropped' && verdictOf(error) !== undefined ? 'warn' : 'error'
}

const tryCapture = (
  batch: Batch,
  capture: NonNullable<ErrorClassifierOptions['capture']>,
  error: unknown,
  message: Message,
): Promise<void> | undefined => {
  const failed = (reason: unknown) => tell(batch.logger, 'error', 'capture failed', { error: reason })
  try {
    const captured = capture(error, message)
    return isThenable(captured) ? Promise.resolve(captured).then(() => undefined, failed) : undefined
  } catch (reason) {
    return void failed(reason)
  }
}

/** What travels on for a dropped message: it is not to come back. */
const forgiven: PromiseSettledResult<unknown> = Object.freeze({ status: 'fulfilled', value: undefined })
