import type { Batch } from '@lpipe/core'
import type { Request } from '@middy/core'
import sqsPartialBatchFailure from '@middy/sqs-partial-batch-failure'
import { failedOf, failureOf } from './failures.ts'

/** SQS: the ids of the failed messages, by `@middy/sqs-partial-batch-failure`. */
export const respondToSqs = (batch: Batch, request: Request): Promise<void> => {
  const failed = failedOf(batch)
  if (failed.some(({ id }) => id === undefined)) {
    throw failureOf(failed, 'and a record has no messageId to report it by')
  }
  request.response = batch.received.map(({ outcome, result }) => (outcome === 'failed' ? result : done))
  return sqsPartialBatchFailure({ logger: quiet }).after?.(request)
}

const done = Object.freeze({ status: 'fulfilled', value: undefined })

/** The classifier has told of each error. */
const quiet = (): void => undefined
