import { InvalidPayloadError, isObject, kindOf, type Source } from '@lpipe/core'

const known: Readonly<Record<string, Source>> = { 'aws:sqs': 'sqs', 'aws:kinesis': 'kinesis' }

/**
 * Tells an event's source by its records. What has no `Records` is RAW.
 *
 * @throws InvalidPayloadError for records of an unknown source, or of several
 */
export const sourceOf = (event: unknown): Source => {
  if (!isObject(event) || !Object.hasOwn(event, 'Records')) return 'raw'
  const records = recordsOf(event)
  const [first] = records
  if (first === undefined) return 'sqs' // nothing to do, and the same empty answer for every source
  const name = eventSourceOf(first)
  const source = name !== undefined && Object.hasOwn(known, name) ? known[name] : undefined
  if (source === undefined) {
    throw new InvalidPayloadError(
      `batchDecoder: records of an unknown source: ${name ?? 'their eventSource is missing'}. ` +
        "Known are aws:sqs and aws:kinesis; for others say source: 'sqs', 'kinesis' or 'raw'",
    )
  }
  for (const record of records) {
    if (eventSourceOf(record) !== name) {
      throw new InvalidPayloadError(`batchDecoder: the event mixes records of ${name} with others`)
    }
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
  const names = new Set(recordsOf(event).map(eventSourceOf))
  const [name = ''] = names
  if (names.size === 1 && Object.hasOwn(known, name) && known[name] !== source) {
    throw new InvalidPayloadError(`batchDecoder: source is '${source}', but the records are of ${name}`)
  }
  return source
}

const eventSourceOf = (record: unknown): string | undefined =>
  isObject(record) && typeof record['eventSource'] === 'string' ? record['eventSource'] : undefined

/**
 * The records of an event.
 *
 * @throws InvalidPayloadError if it has none, not even an empty array
 */
export const recordsOf = (event: unknown): readonly unknown[] => {
  if (!isObject(event)) {
    throw new InvalidPayloadError(`batchDecoder: expected an event with an array of Records, got ${kindOf(event)}`)
  }
  const records = Object.hasOwn(event, 'Records') ? event['Records'] : undefined
  if (!Array.isArray(records)) {
    throw new InvalidPayloadError(`batchDecoder: the event's Records must be an array, got ${kindOf(records)}`)
  }
  return records
}
