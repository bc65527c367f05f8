import type { Message } from '@lpipe/core'
import type { Request } from '@middy/core'
import { failureOf } from './failures.ts'

/** Kinesis: the first failed record alone. Lambda tries everything from it on again, whatever else is reported. */
export const reportToKinesis = (failed: readonly Message[], request: Request): void => {
  const itemIdentifier = failed[0]?.id
  if (itemIdentifier === undefined) {
    throw failureOf(failed, 'and the first record has no sequenceNumber to report it by')
  }
  request.response = { batchItemFailures: [{ itemIdentifier }] }
}
