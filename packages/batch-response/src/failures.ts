import type { EventSource, Message } from '@lpipe/core'
import type { Request } from '@middy/core'
import { batchError } from './batch-error.ts'

/**
 * Returns the partial batch response that names failed records, by `@middy/sqs-partial-batch-failure`. Each record is named
 * once.
 *
 * @param failed the failed messages, in order
 * @throws FailCatastrophically if one of the records has no id: Lambda would take a response without it for success
 */
export const partialFailures = async (source: EventSource, failed: readonly Message[]): Promise<unknown> => {
  const reported = reportedRecords(source, failed)
  if (reported.some(({ identifier }) => identifier === undefined)) {
    throw batchError(failed, 'and a record has no id to report it by')
  }
  // The records that were received, whatever happened to the event meanwhile.
  const event = { Records: reported.map(({ identifier }) => ({ messageId: identifier })) }
  const response: unknown = reported.map(({ result }) => ({ status: 'rejected', reason: result }))
  const request = { event, response } as Request
  // Loaded when the first batch has a failure: most have none.
  const { default: sqsPartialBatchFailure } = await import('@middy/sqs-partial-batch-failure')
  await sqsPartialBatchFailure({ logger: () => undefined }).after?.(request)
  return request.response
}

/** Returns one failed message of each record that the source's response names. */
const reportedRecords = (source: EventSource, failed: readonly Message[]): readonly Message[] => {
  // mutant: first-failure
  if (source.reports === 'first') return failed.slice(0, 1)
  const isPerGroup = source.reports === 'first-of-each-group'
  // mutant: reported-once
  const keyOf = ({ group, recordIndex }: Message): unknown => (isPerGroup ? (group ?? recordIndex) : recordIndex)
  return [...Map.groupBy(failed, keyOf).values()].map(([first]) => first as Message)
}
