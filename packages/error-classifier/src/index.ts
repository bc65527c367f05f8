import type { Logger, Message } from '@lpipe/core'
import {
  checkOptions,
  type Disposition,
  dispositionOf,
  enterMiddleware,
  invalidConfiguration,
  levels,
  log,
  quantity,
  type Rule,
} from '@lpipe/core/middleware'
import type { MiddlewareObj, Request } from '@middy/core'
import { createCapture } from './capture.ts'
import { isResponseDue } from './is-response-due.ts'
import { reportMessage, reportSummary } from './report.ts'

/** Options of `errorClassifier()`. */
export interface ErrorClassifierOptions {
  /** What happens to a message whose error is of an unknown class: `drop` (default), or `retry` to keep it on its queue. */
  readonly unhandled?: 'drop' | 'retry'
  /** Logs each error, and at the end what the invocation did. Default: JSON lines in Lambda's format. */
  readonly logger?: Logger
  /**
   * Called with each error, to report it elsewhere; at most 10 calls at the same time, each awaited for at most
   * 2,000 ms, less near the deadline. Its errors are logged, and change no outcome.
   */
  readonly capture?: (error: unknown, message: Message) => unknown
}

/** The rules of its options. */
export const errorClassifierRules = {
  unhandled: ['drop', 'retry'],
  logger: 'any',
  capture: 'function',
} as const satisfies Record<keyof ErrorClassifierOptions, Rule>

/**
 * Turns errors into outcomes: FailButContinue drops its message, FailCatastrophically keeps it on its queue, and any other
 * error does what `unhandled` says. Each error is logged, and passed to `capture`. Without this middleware every error keeps
 * its message on the queue.
 *
 * @throws InvalidConfigurationError, when made, for an option that is unknown or wrong
 * @example
 * middy(handler).use([batchResponse(), errorClassifier({ unhandled: 'retry' }), batchDecoder(), messageNormalizer()])
 */
export const errorClassifier = (options: ErrorClassifierOptions = {}): MiddlewareObj<unknown, unknown> => {
  checkOptions('errorClassifier', options, errorClassifierRules)
  const { unhandled, logger, capture } = options
  if (logger !== undefined && levels.some((level) => typeof logger?.[level] !== 'function')) {
    invalidConfiguration(`errorClassifier: \`logger\` must have the methods ${levels.join(', ')}`)
  }
  const otherwise = unhandled === 'retry' ? 'failed' : 'dropped'
  const classify = (error: unknown): Disposition => dispositionOf(error) ?? otherwise

  return {
    before: function errorClassifierBefore(request: Request<unknown, unknown>): void {
      const batch = enterMiddleware(request, 'errorClassifier', 'batchResponse')
      batch.use({
        classify,
        ...(logger && { logger }),
        finish: () => {
          const captureError = capture && createCapture(batch, capture)
          let unreported = 0
          for (const message of batch.received) {
            if (message.result?.status !== 'rejected') continue
            if (isResponseDue(batch)) {
              unreported += 1
              continue
            }
            reportMessage(batch, message)
            captureError?.(message)
          }
          if (unreported > 0) log(batch, 'error', `no time was left to report ${quantity(unreported, 'more error')}`)
          reportSummary(batch)
        },
      })
    },
  }
}
