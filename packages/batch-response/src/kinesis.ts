import type { Message } from '@lpipe/core'
import { failureOf } from './failures.ts'

/** Kinesis: the first failed record alone. Lambda tries everything from it on again, whatever else is reported. */
export const reportOfKinesis = (failed: readonly Message[]): object => {
  const itemIdentifier = failed[0]?.id
  if (itemIdentifier === undefined) {
    throw failureOf(failed, 'and the first record has no sequenceNumber to report it by')
  }
  return { batchItemFailures: [{ itemIdentifier }] }
}
