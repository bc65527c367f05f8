import type { InvocationResult } from './invoke.ts'
import { isObject } from './objects.ts'

/**
 * Returns which records failed, after an invocation whose event source mapping has `ReportBatchItemFailures`.
 *
 * | response | failed |
 * | --- | --- |
 * | `null`, missing, `{}`, `[]`, `''`, or `batchItemFailures` that is missing, `null` or `[]` | no record |
 * | an `itemIdentifier` that is empty, `null`, missing, or not in the batch; any other shape | all records |
 * | identifiers of the batch | these records |
 *
 * @param response the response of the function, after a round trip through JSON
 * @param ids the identifiers of the records, in the order of the batch
 * @returns the positions of the failed records, in ascending order. Identifiers are compared as strings, because a
 * sequence number of Kinesis exceeds 2^53.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
 * @example
 * failedIn({ batchItemFailures: [{ itemIdentifier: 'b' }] }, ['a', 'b', 'c']) // [1]
 */
export const failedIn = (response: unknown, ids: readonly string[]): readonly number[] => {
  if (isEmpty(response)) return []
  const all = [...ids.keys()]
  if (!isObject(response)) return all
  const failures = response['batchItemFailures']
  if (failures === null || failures === undefined) return []
  if (!Array.isArray(failures)) return all
  const known = new Set<unknown>(ids)
  const reported = new Set(failures.map((failure) => (isObject(failure) ? failure['itemIdentifier'] : undefined)))
  for (const id of reported) {
    if (!known.has(id) || id === '') return all
  }
  return all.filter((position) => reported.has(ids[position]))
}

/** AWS reads an empty array and an empty string as it reads `null`. */
const isEmpty = (response: unknown): boolean =>
  response === null || response === undefined || response === '' || (Array.isArray(response) && response.length === 0)

/** Returns the positions of the failed records: all of them if the invocation failed. */
export const failedPositions = (
  result: InvocationResult,
  ids: readonly string[],
  reportBatchItemFailures: boolean,
): readonly number[] => {
  if (result.failed) return [...ids.keys()]
  return reportBatchItemFailures ? failedIn(result.response, ids) : []
}
