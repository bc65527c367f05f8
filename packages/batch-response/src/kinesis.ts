import type { Batch } from '@lpipe/core'
import type { Request } from '@middy/core'
import { failedOf, failureOf } from './failures.ts'

/** Kinesis: the first failed record alone. Lambda tries everything from it on again, whatever else is reported. */
export const respondToKinesis = (batch: Batch, request: Request): void => {
  const failed = failedOf(batch)
  const itemIdentifier = failed[0]?.id
  if (itemIdentifier === undefined) {
    throw failureOf(failed, 'and the first record has no sequenceNumber to report it by')
  }
  request.response = { batchItemFailures: [{ itemIdentifier }] }
}
