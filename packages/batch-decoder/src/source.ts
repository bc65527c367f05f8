import { InvalidPayloadError, isObject, kindOf, ownOf, type Source } from '@lpipe/core'

const known: Readonly<Record<string, Source>> = { 'aws:sqs': 'sqs', 'aws:kinesis': 'kinesis' }

/**
 * Tells an event's source by its records; what has no `Records` is RAW. A source that the user gave is held against
 * them, which may leave it out or call it otherwise.
 *
 * @throws InvalidPayloadError for records of an unknown source, of several, or of another than was given: read as the
 * wrong one, each of them would be dropped
 */
export const sourceOf = (event: unknown, given: Source | undefined): Source => {
  if (given === 'raw' || (given === undefined && !(isObject(event) && Object.hasOwn(event, 'Records')))) return 'raw'
  const records = recordsOf(event)
  if (records.length === 0) return given ?? 'sqs' // nothing to do, and the same empty answer for every source
  const [name, ...others] = namesIn(records)
  const told = others.length === 0 ? (ownOf(known, String(name)) as Source | undefined) : undefined
  const source = given ?? told
  if (source !== undefined && source === (told ?? given)) return source
  throw new InvalidPayloadError(
    `batchDecoder: it takes records of ${given ?? 'aws:sqs or aws:kinesis'}, not of ${[name, ...others].join(' and ')}. For others say source: 'sqs', 'kinesis' or 'raw'`,
  )
}

/** The sources that records name, each once. */
const namesIn = (records: readonly unknown[]): readonly unknown[] => {
  const names: unknown[] = []
  for (const record of records) {
    const name = ownOf(record, 'eventSource') ?? 'no eventSource'
    if (!names.includes(name)) names.push(name)
  }
  return names
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
    `batchDecoder: expected an event with an array of Records, got ${isObject(event) ? kindOf(records) : kindOf(event)}`,
  )
}
