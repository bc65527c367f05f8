import { isObject } from '@lpipe/core'

/**
 * Which records Lambda takes for failed, after an invocation whose mapping has `ReportBatchItemFailures`.
 *
 * Nothing, null, `{}` and an empty list mean that all succeeded. An identifier that is empty, null, under a wrong key or
 * not of this batch, and an answer of another shape, mean that all failed: Lambda cannot tell which.
 *
 * @param answer what the function answered, after its way through JSON
 * @param ids the records' identifiers, in the order of the batch
 * @returns the positions of the failed records, in order: identifiers are compared as text, never as numbers
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
 */
export const failedIn = (answer: unknown, ids: readonly string[]): readonly number[] => {
  if (answer === null || answer === undefined) return []
  const failures = isObject(answer) ? answer['batchItemFailures'] : 'no object'
  if (failures === null || failures === undefined) return []
  if (!Array.isArray(failures)) return [...ids.keys()]
  const known = new Set<unknown>(ids)
  const reported = new Set(failures.map((failure) => (isObject(failure) ? failure['itemIdentifier'] : undefined)))
  for (const id of reported) {
    if (!known.has(id) || id === '') return [...ids.keys()]
  }
  return [...ids.keys()].filter((position) => reported.has(ids[position]))
}
