import type { Message } from '@lpipe/core'
import type { Request } from '@middy/core'
import sqsPartialBatchFailure from '@middy/sqs-partial-batch-failure'
import { failureOf } from './failures.ts'

/** The ids of the failed messages, by `@middy/sqs-partial-batch-failure`. */
export const reportOfSqs = async (failed: readonly Message[], request: Request): Promise<unknown> => {
  if (failed.some(({ id }) => id === undefined)) {
    throw failureOf(failed, 'and a record has no messageId to report it by')
  }
  // Of the records that were received, whatever has become of the event meanwhile.
  const event = { Records: failed.map(({ id }) => ({ messageId: id })) }
  const response: unknown = failed.map(({ result }) => result)
  const report: Request = { ...request, event, response }
  await sqsPartialBatchFailure({ logger: quiet }).after?.(report)
  return report.response
}

/** The classifier has told of each error. */
const quiet = (): void => undefined
