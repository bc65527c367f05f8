import {
  adopt,
  type Batch,
  batchOf,
  checkOptions,
  endBatch,
  type Message,
  type MessageSource,
  misconfigured,
  openBatch,
  ownDelayOf,
  peekBatch,
  type RetryDelay,
  type Rule,
  reasonOf,
  tell,
} from '@lpipe/core'
import type { MiddlewareObj, Request } from '@middy/core'
import { failureOf } from './failures.ts'
import { summaryOf } from './raw.ts'
import { reportOf } from './report.ts'

export type { RetryDelay }

export interface BatchResponseOptions {
  /**
   * `report` (default) for a mapping with `FunctionResponseTypes: [ReportBatchItemFailures]`. `delete` for an SQS
   * mapping without it: if messages failed, the others are deleted from their queue, and the invocation throws.
   */
  readonly partialFailures?: 'report' | 'delete'
  /** seconds until a failed SQS message is delivered again; an error's own `retryAfterSeconds` comes first */
  readonly retryDelaySeconds?: RetryDelay
  /** speaks to the queue that messages came from, for the two options above: `queueSqs()` of `@lpipe/queue-sqs` */
  readonly sqs?: MessageSource
}

/** The rules of its options. */
export const batchResponseRules = {
  partialFailures: ['report', 'delete'],
  retryDelaySeconds: 'any',
  sqs: 'an object',
} as const satisfies Record<keyof BatchResponseOptions, Rule>

/**
 * Turns outcomes into the answer that Lambda expects from the event's source. The event source mapping must have
 * `FunctionResponseTypes: [ReportBatchItemFailures]`: without it Lambda takes any answer for a batch that is done.
 *
 * Whatever is thrown, here or before, is thrown on: Lambda then keeps the whole batch.
 *
 * @throws InvalidConfigurationError, when made, for an option that is wrong; at an invocation, if nothing handled the
 * messages
 * @throws FailCatastrophically, at an invocation, if messages failed and the source cannot be told which
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
 */
export const batchResponse = (options: BatchResponseOptions = {}): MiddlewareObj<unknown, unknown> => {
  checkOptions('batchResponse', options, batchResponseRules)
  const { partialFailures, retryDelaySeconds, sqs } = options
  const deletes = partialFailures === 'delete'
  if (sqs === undefined && (deletes || retryDelaySeconds !== undefined)) {
    misconfigured(`batchResponse: its partialFailures or retryDelaySeconds ${missing}`)
  }
  const answerOf = async (batch: Batch, failed: readonly Message[]): Promise<unknown> => {
    if (batch.source === 'raw') {
      if (failed.length === 0) return summaryOf(batch)
      throw failureOf(failed, 'so the event fails as a whole') // no part of it can be kept
    }
    if (failed.length === 0) return { batchItemFailures: [] }
    // Of a stream the first alone: Lambda tries everything from it on again, whatever else is reported.
    if (batch.source === 'kinesis') return reportOf(failed, failed.slice(0, 1))
    if (sqs !== undefined) await sqs.settle(batch, deletes, retryDelaySeconds)
    else if (failed.some(asksForDelay)) tell(batch, 'warn', `an error's retryAfterSeconds ${missing}`)
    // For a mapping that takes any answer for success.
    if (deletes) throw failureOf(failed, 'and the rest was deleted')
    return reportOf(failed)
  }

  return {
    before: function batchResponseBefore(request: Request<unknown, unknown>): void {
      openBatch(request).endsWithResponse = true
    },

    after: async function batchResponseAfter(request: Request<unknown, unknown>): Promise<void> {
      const batch = batchOf(request)
      adopt(batch, request.response)
      const failed = batch.received.filter(({ outcome }) => outcome === 'failed')
      try {
        request.response = await answerOf(batch, failed)
      } finally {
        if (batch.endings.length > 0) await endBatch(batch)
      }
      batch.trace?.(request.response)
    },

    /** Answers nothing: what was thrown is thrown on, so that Lambda keeps the whole batch. */
    onError: function batchResponseOnError(request: Request<unknown, unknown>): void {
      peekBatch(request)?.trace?.(Promise.reject(request.error))
    },
  }
}

const missing = 'needs the option sqs: queueSqs()'

const asksForDelay = (message: Message): boolean => ownDelayOf(reasonOf(message)) !== undefined
