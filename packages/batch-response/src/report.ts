import type { Message } from '@lpipe/core'
import type { Request } from '@middy/core'
import sqsPartialBatchFailure from '@middy/sqs-partial-batch-failure'
import { failureOf } from './failures.ts'

/**
 * The ids of failed messages, by `@middy/sqs-partial-batch-failure`.
 *
 * @param reported those that are to be named
 * @throws FailCatastrophically if one of them has no id: Lambda would take an answer without it for success
 */
export const reportOf = async (failed: readonly Message[], reported = failed): Promise<unknown> => {
  if (reported.some(({ id }) => id === undefined)) throw failureOf(failed, 'and a record has no id to report it by')
  // Of the records that were received, whatever has become of the event meanwhile.
  const event = { Records: reported.map(({ id }) => ({ messageId: id })) }
  const response: unknown = reported.map(({ result }) => result)
  const report = { event, response } as Request
  await sqsPartialBatchFailure({ logger: quiet }).after?.(report)
  return report.response
}

/** The classifier has told of each error. */
const quiet = (): void => undefined
