import {
  adopt,
  type Batch,
  type BatchTrace,
  batchChannel,
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
  reasonOf,
  tell,
} from '@lpipe/core'
import type { MiddlewareObj, Request } from '@middy/core'
import { failedOf, failureOf, hasFailed } from './failures.ts'
import { respondToKinesis } from './kinesis.ts'
import { respondToRaw } from './raw.ts'
import { reportToSqs } from './sqs.ts'

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
} as const

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
    misconfigured(
      'batchResponse: partialFailures and retryDelaySeconds must speak to SQS. Add the option sqs: queueSqs()',
    )
  }
  const respondToSqs = async (batch: Batch, request: Request): Promise<void> => {
    if (deletes) await sqs?.deleteDone(batch) // first: there may be no time for both
    if (sqs !== undefined) await sqs.postponeFailed(batch, retryDelaySeconds)
    else if (batch.received.some(asksForDelay)) {
      tell(batch, 'warn', 'an error has retryAfterSeconds, which must speak to SQS. Add the option sqs: queueSqs()')
    }
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
        if (batch.endings.length > 0) await endBatch(batch)
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

const asksForDelay = (message: Message): boolean => ownDelayOf(reasonOf(message)) !== undefined

const endTrace = (trace: BatchTrace, end: Pick<BatchTrace, 'result' | 'error'>): void => {
  Object.assign(trace, end)
  if ('error' in end) batchChannel.error.publish(trace)
  batchChannel.asyncStart.publish(trace)
  batchChannel.asyncEnd.publish(trace)
}
