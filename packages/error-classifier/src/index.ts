import {
  adopt,
  type Batch,
  batchOf,
  checkOptions,
  endBatch,
  inWords,
  isNotTried,
  type Logger,
  levels,
  type Message,
  misconfigured,
  openBatch,
  type Rule,
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
export const errorClassifierRules = {
  unhandled: ['drop', 'retry'],
  logger: 'any',
  capture: 'a function',
} as const satisfies Record<keyof ErrorClassifierOptions, Rule>

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
  if (logger !== undefined && levels.some((level) => typeof logger?.[level] !== 'function')) {
    misconfigured(`errorClassifier: its logger needs ${levels.join(', ')}`)
  }
  const otherwise = unhandled === 'retry' ? 'failed' : 'dropped'
  const classify = (error: unknown) => verdictOf(error) ?? otherwise

  return {
    before: function errorClassifierBefore(request: Request<unknown, unknown>): void {
      const batch = openBatch(request)
      batch.classify = classify
      batch.logger = logger ?? batch.logger
    },
    after: function errorClassifierAfter(request: Request<unknown, unknown>): void | Promise<void> {
      const batch = batchOf(request)
      adopt(batch, request.response)
      const results = resultsOf(batch)
      const { received, endings } = batch
      const counts = { received: received.length, succeeded: 0, dropped: 0, failed: 0 }
      for (const message of received) {
        const { outcome = 'failed', index, result } = message
        counts[outcome] += 1
        if (result?.status !== 'rejected') continue
        const error: unknown = result.reason
        if (outcome === 'dropped') results[index] = { status: 'fulfilled', value: undefined } // it is not to come back
        log(batch, message, error)
        if (capture === undefined || isNotTried(error)) continue // its error is that of another message
        const captured = (async () => capture(error, message))().catch((reason) =>
          tell(batch, 'error', 'capture failed', { error: reason }),
        )
        endings.push(() => captured)
      }
      request.response = results
      const { sent, calls } = batch.tally
      const milliseconds = Math.round(performance.now() - batch.started)
      tell(batch, 'info', 'batch finished', { ...counts, sent, calls, milliseconds })
      return batch.endsWithResponse || endings.length === 0 ? undefined : endBatch(batch)
    },
  }
}

const log = (batch: Batch, { id, index, outcome, path, function: fn, eventSource }: Message, error: unknown): void => {
  const messageId = id ?? index
  tell(
    batch,
    isNotTried(error) ? 'debug' : verdictOf(error) === 'dropped' ? 'warn' : 'error',
    `message ${messageId} ${outcome}: ${inWords(error)}`,
    {
      outcome,
      path,
      function: fn,
      messageId,
      eventSource,
      error,
    },
  )
}
