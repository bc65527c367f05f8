import { InvalidPayloadError, isObject, kindOf, ownOf, type Source } from '@lpipe/core'
import type { Fields } from './decode.ts'

const known = ['sqs', 'kinesis'] as const

/**
 * Tells an event's source by its records; what has no `Records` is RAW. A source that the user gave is held against
 * them, which may leave it out or call it otherwise.
 *
 * @throws InvalidPayloadError for records of an unknown source, of several, or of another than was given: read as the
 * wrong one, each of them would be dropped
 */
export const sourceOf = (event: unknown, given: Source | undefined): Source => {
  if (given === 'raw' || (given ?? ownOf(event, 'Records')) === undefined) return 'raw'
  const records = recordsOf(event)
  if (records.length === 0) return given ?? 'sqs' // nothing to do, and the same empty answer for every source
  const names = records.map((record) => (record as Fields)?.['eventSource'] ?? 'no eventSource')
  const told = known.find((one) => names.every((name) => name === `aws:${one}`))
  const source = given ?? told
  if (source !== undefined && source === (told ?? source)) return source
  throw new InvalidPayloadError(
    `batchDecoder: expected records of ${given ?? 'sqs or kinesis'}, got ${[...new Set(names)].join(' and ')}. For others set its source`,
  )
}

/**
 * The records of an event.
 *
 * @throws InvalidPayloadError if it has none, not even an empty array
 */
export const recordsOf = (event: unknown): readonly unknown[] => {
  const records = ownOf(event, 'Records')
  if (Array.isArray(records)) return records
  throw new InvalidPayloadError(
    `batchDecoder: expected an array of Records, got ${kindOf(isObject(event) ? records : event)}`,
  )
}
