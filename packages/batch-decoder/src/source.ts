import { InvalidPayloadError, isObject, kindOf, ownOf, type Source } from '@lpipe/core'

const known: Readonly<Record<string, Source>> = { 'aws:sqs': 'sqs', 'aws:kinesis': 'kinesis' }

/**
 * Tells an event's source by its records. What has no `Records` is RAW.
 *
 * @throws InvalidPayloadError for records of an unknown source, or of several
 */
export const sourceOf = (event: unknown): Source => {
  if (!isObject(event) || !Object.hasOwn(event, 'Records')) return 'raw'
  const [name, ...others] = namesIn(event)
  if (name === undefined) return 'sqs' // nothing to do, and the same empty answer for every source
  const source = ownOf(known, name) as Source | undefined
  if (source === undefined || others.length > 0) {
    throw new InvalidPayloadError(
      `batchDecoder: the event's records are of ${[name, ...others].join(' and ')}. It takes aws:sqs or aws:kinesis; for others say source: 'sqs', 'kinesis' or 'raw'`,
    )
  }
  return source
}

/**
 * Holds the source that the user gave against the records, which may leave it out or call it otherwise.
 *
 * @throws InvalidPayloadError if all records are of another: read as the wrong one, each of them would be dropped
 */
export const givenSource = (source: Source, event: unknown): Source => {
  if (source === 'raw') return source
  const [name = '', ...others] = namesIn(event)
  if (others.length === 0 && Object.hasOwn(known, name) && known[name] !== source) {
    throw new InvalidPayloadError(`batchDecoder: source is '${source}', but the records are of ${name}`)
  }
  return source
}

/** The sources that records name, each once. */
const namesIn = (event: unknown): readonly string[] => [
  ...new Set(
    recordsOf(event).map((record) => {
      const name = isObject(record) ? record['eventSource'] : undefined
      return typeof name === 'string' ? name : 'no eventSource'
    }),
  ),
]

/**
 * The records of an event.
 *
 * @throws InvalidPayloadError if it has none, not even an empty array
 */
export const recordsOf = (event: unknown): readonly unknown[] => {
  const records = ownOf(event, 'Records')
  if (Array.isArray(records)) return records
  throw new InvalidPayloadError(
    `batchDecoder: expected an event with an array of Records, got ${isObject(event) ? `Records that are ${kindOf(records)}` : kindOf(event)}`,
  )
}
