import type { EventSource, Message } from '@lpipe/core'
import {
  batchOf,
  checkOptions,
  completeBatch,
  dryRunOf,
  enterMiddleware,
  errorOf,
  guardResponse,
  type InvocationBatch,
  invalidConfiguration,
  isSourceQueue,
  log,
  peekBatch,
  type Rule,
  type SourceQueue,
} from '@lpipe/core/middleware'
import type { MiddlewareObj, Request } from '@middy/core'
import { batchError } from './batch-error.ts'
import { partialFailures as reportFailures } from './failures.ts'
import { rawResponse } from './raw.ts'
import { type RetryDelay, retryAfterOf } from './retry-delay.ts'
import { deleteProcessed, postponeFailed } from './source-queue.ts'

export type { RetryDelay } from './retry-delay.ts'

/** Options of `batchResponse()`. */
export interface BatchResponseOptions {
  /**
   * `report` (default) for an event source mapping with `FunctionResponseTypes: [ReportBatchItemFailures]`. `delete` for an
   * SQS mapping without it: if messages failed, the others are deleted from their queue, and the invocation throws.
   */
  readonly partialFailures?: 'report' | 'delete'
  /** Seconds until a failed SQS message is delivered again. An error's own `retryAfterSeconds` takes precedence. */
  readonly retryDelaySeconds?: RetryDelay
  /** Calls the queue that messages came from, for the two options above: `queueSqs()` of `@lpipe/queue-sqs`. */
  readonly sqs?: SourceQueue
}

/** The rules of its options. */
export const batchResponseRules = {
  partialFailures: ['report', 'delete'],
  retryDelaySeconds: {
    expected: 'a number of at least 0 or a function',
    accepts: (value) => typeof value === 'function' || (typeof value === 'number' && value >= 0),
  },
  sqs: {
    expected: 'a queue with the methods `remove` and `postpone`, for example queueSqs()',
    accepts: isSourceQueue,
  },
} as const satisfies Record<keyof BatchResponseOptions, Rule>

const requiresSqs = 'require the `sqs` option, for example `sqs: queueSqs()`'

/**
 * Brings all messages to their outcomes, and returns the response that Lambda expects from the event's source. The event
 * source mapping must have `FunctionResponseTypes: [ReportBatchItemFailures]`: without it Lambda takes any response for
 * success.
 *
 * Use it before all other middlewares of lpipe. Whatever is thrown is thrown on: Lambda then keeps the whole batch.
 *
 * @throws InvalidConfigurationError, when made, for an option that is wrong; at an invocation, if nothing processed the
 * messages, or if another middleware set a response
 * @throws FailCatastrophically, at an invocation, if messages failed and the source cannot name them
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
 * @example
 * middy(handler).use([batchResponse(), errorClassifier(), batchDecoder(), messageNormalizer()])
 */
export const batchResponse = (options: BatchResponseOptions = {}): MiddlewareObj<unknown, unknown> => {
  checkOptions('batchResponse', options, batchResponseRules)
  const { partialFailures, retryDelaySeconds, sqs } = options
  const deletes = partialFailures === 'delete'
  if (sqs === undefined && (deletes || retryDelaySeconds !== undefined)) {
    invalidConfiguration(`batchResponse: \`partialFailures: 'delete'\` and \`retryDelaySeconds\` ${requiresSqs}`)
  }

  /** Returns the response that names what failed, or throws if it cannot. */
  const responseOfFailure = async (batch: InvocationBatch, failed: readonly Message[]): Promise<unknown> => {
    const source = batch.source as EventSource
    if (source.reports === 'none') throw batchError(failed, 'so that the event fails as a whole')
    // Of a stream nothing can be deleted or postponed.
    if (source.reports !== 'each') return reportFailures(source, failed)
    if (sqs === undefined) warnOfRetryAfter(batch, failed)
    else if (dryRunOf(batch.context) === undefined) {
      if (deletes) await deleteProcessed(batch, failed, sqs) // first, because there may be no time for both
      await postponeFailed(batch, failed, sqs, retryDelaySeconds)
    }
    // For a mapping that takes any response for success.
    if (deletes) throw batchError(failed, 'and the others were deleted')
    return reportFailures(source, failed)
  }

  return {
    before: function batchResponseBefore(request: Request<unknown, unknown>): void {
      enterMiddleware(request, 'batchResponse')
      guardResponse(request)
    },

    after: async function batchResponseAfter(request: Request<unknown, unknown>): Promise<void> {
      const batch = batchOf(request)
      const guard = guardResponse(request)
      const failed = await completeBatch(batch, guard.handlerResponse())
      const response = failed.length === 0 ? responseOfSuccess(batch) : await responseOfFailure(batch, failed)
      if (batch.hasBackgroundWork) await batch.drainBackgroundWork()
      guard.respond(response, failed.length > 0)
      batch.end({ status: 'fulfilled', value: response })
    },

    /** Sets no response: Lambda then keeps the whole batch. */
    onError: async function batchResponseOnError(request: Request<unknown, unknown>): Promise<void> {
      const batch = peekBatch(request)
      // mutant: no-response-after-error
      guardResponse(request).fail()
      batch?.end({ status: 'rejected', reason: request.error })
      await batch?.drainBackgroundWork()
    },
  }
}

const responseOfSuccess = (batch: InvocationBatch): unknown =>
  batch.source?.reports === 'none' ? rawResponse(batch) : { batchItemFailures: [] }

const warnOfRetryAfter = (batch: InvocationBatch, failed: readonly Message[]): void => {
  if (!failed.some((message) => retryAfterOf(errorOf(message)) !== undefined)) return
  log(batch, 'warn', `an error's \`retryAfterSeconds\` was ignored: retry delays ${requiresSqs}`)
}
