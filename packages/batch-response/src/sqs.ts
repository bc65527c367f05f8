import type { Batch } from '@lpipe/core'
import type { Request } from '@middy/core'
import sqsPartialBatchFailure from '@middy/sqs-partial-batch-failure'
import { failedOf, failureOf } from './failures.ts'

/** The ids of the failed messages, by `@middy/sqs-partial-batch-failure`. */
export const reportToSqs = async (batch: Batch, request: Request): Promise<void> => {
  const failed = failedOf(batch)
  if (failed.some(({ id }) => id === undefined)) {
    throw failureOf(failed, 'and a record has no messageId to report it by')
  }
  // Of the records that were received, whatever has become of the event meanwhile.
  const event = { Records: batch.received.map(({ id }) => ({ messageId: id })) }
  const response: unknown = batch.received.map(({ outcome, result }) => (outcome === 'failed' ? result : done))
  const report: Request = { ...request, event, response }
  await sqsPartialBatchFailure({ logger: quiet }).after?.(report)
  request.response = report.response
}

const done = Object.freeze({ status: 'fulfilled', value: undefined })

/** The classifier has told of each error. */
const quiet = (): void => undefined
