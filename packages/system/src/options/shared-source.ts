import { checkBoolean, checkMembers, checkNumber, checkValue, invalid } from './check-values.ts'
import { filterProblem } from './filter.ts'
import type { QueueSource, StreamSource } from './types.ts'

/** The options that queues and streams share as sources. */
export const sharedSourceOptions = [
  'batchSize',
  'reportBatchItemFailures',
  'maximumBatchingWindowInSeconds',
  'filterCriteria',
  'retryAfterSeconds',
]

/**
 * Checks the options that queues and streams share as sources.
 *
 * @param filtered the property of a record that AWS can filter by
 * @throws InvalidConfigurationError
 */
export const checkSharedOptions = (path: string, source: QueueSource | StreamSource, filtered: string): void => {
  checkBoolean(`${path}.reportBatchItemFailures`, source.reportBatchItemFailures)
  checkNumber(`${path}.maximumBatchingWindowInSeconds`, source.maximumBatchingWindowInSeconds ?? 0, 0, 300)
  if (source.filterCriteria === undefined) return
  const criteria = `${path}.filterCriteria`
  checkMembers(criteria, source.filterCriteria, ['filters'])
  const { filters } = source.filterCriteria
  checkValue(
    Array.isArray(filters) && filters.length <= 10,
    `${criteria}.filters`,
    'an array of at most 10 filters',
    filters,
  )
  for (const [position, filter] of filters.entries()) {
    checkMembers(`${criteria}.filters[${position}]`, filter, ['pattern'])
    const problem = filterProblem(filter, filtered)
    if (problem !== undefined) invalid(`\`${criteria}.filters[${position}].pattern\` ${problem}`)
  }
}
