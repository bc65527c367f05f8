import {
  adopt,
  type Batch,
  type BatchTrace,
  batchOf,
  channels,
  checkOptions,
  endBatch,
  InvalidConfigurationError,
  type MessageSource,
  openBatch,
  peekBatch,
} from '@lpipe/core'
import type { MiddlewareObj, Request } from '@middy/core'
import { postponeFailed, type RetryDelay } from './delay.ts'
import { failedOf, failureOf, hasFailed } from './failures.ts'
import { respondToKinesis } from './kinesis.ts'
import { respondToRaw } from './raw.ts'
import { deleteDone, reportToSqs } from './sqs.ts'

export type { RetryDelay } from './delay.ts'

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
  checkOptions('batchResponse', options, ['partialFailures', 'retryDelaySeconds', 'sqs'])
  const { partialFailures = 'report', retryDelaySeconds, sqs } = options
  if (partialFailures !== 'report' && partialFailures !== 'delete') {
    throw new InvalidConfigurationError(
      `batchResponse: partialFailures must be 'report' or 'delete', not '${String(partialFailures)}'`,
    )
  }
  if (sqs === undefined && (partialFailures === 'delete' || retryDelaySeconds !== undefined)) {
    const option = partialFailures === 'delete' ? 'partialFailures' : 'retryDelaySeconds'
    throw new InvalidConfigurationError(`batchResponse: ${option} must speak to SQS. Add the option sqs: queueSqs()`)
  }
  const respondToSqs = async (batch: Batch, request: Request): Promise<void> => {
    const deletes = partialFailures === 'delete' && sqs !== undefined
    if (deletes) await deleteDone(batch, sqs) // first: there may be no time for both
    await postponeFailed(batch, sqs, retryDelaySeconds)
    // For a mapping that takes any answer for success.
    if (deletes) throw failureOf(failedOf(batch), 'and the rest was deleted')
    await reportToSqs(batch, request)
  }
  const respond = { sqs: respondToSqs, kinesis: respondToKinesis, raw: respondToRaw }

  return {
    before: function batchResponseBefore(request: Request<unknown, unknown>): void {
      openBatch(request).endsWithResponse = true
    },

    after: async function batchResponseAfter(request: Request<unknown, unknown>): Promise<void> {
      const batch = batchOf(request, 'batchResponse')
      adopt(batch, request.response)
      try {
        if (batch.source !== 'raw' && !batch.received.some(hasFailed)) request.response = { batchItemFailures: [] }
        else await respond[batch.source ?? 'raw'](batch, request)
      } finally {
        if (batch.endings !== undefined) await endBatch(batch)
      }
      if (batch.trace !== undefined) endTrace(batch.trace, { result: request.response })
    },

    /** Answers nothing: what was thrown is thrown on, so that Lambda keeps the whole batch. */
    onError: function batchResponseOnError(request: Request<unknown, unknown>): void {
      const trace = peekBatch(request)?.trace
      if (trace !== undefined) endTrace(trace, { error: request.error })
    },
  }
}

const endTrace = (trace: BatchTrace, end: Pick<BatchTrace, 'result' | 'error'>): void => {
  Object.assign(trace, end)
  if ('error' in end) channels.batch.error.publish(trace)
  channels.batch.asyncStart.publish(trace)
  channels.batch.asyncEnd.publish(trace)
}
