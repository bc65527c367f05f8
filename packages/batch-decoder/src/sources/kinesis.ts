import type { EventSource } from '@lpipe/core'
import {
  bytesOf,
  getOwn,
  isObject,
  isParsed,
  nonEmptyString,
  parseJsonBytes,
  readHeadersMember,
  recordsFrom,
} from '@lpipe/core/middleware'

/** EventBridge Pipes puts the fields into the record itself. @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-kinesis.html */
const fieldsOf = (record: unknown): Readonly<Record<string, unknown>> => {
  if (!isObject(record)) return {}
  const fields = record['kinesis'] ?? record
  return isObject(fields) ? fields : {}
}

const eventIdOf = (record: unknown): string | undefined => nonEmptyString(getOwn(record, 'eventID'))

/** Returns the bytes of a record, or the object that a middleware in front has made of them. */
const contentOf = (record: unknown): unknown => {
  const { data } = fieldsOf(record)
  return isParsed(record, data) ? data : bytesOf(data)
}

/**
 * Amazon Kinesis Data Streams: `kinesis.data` is base64 of JSON text in UTF-8. A batch comes from one shard, whose records
 * are in order.
 *
 * @param isGiven whether the user named the source
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
 */
export const kinesisSource = (isGiven: boolean): EventSource => ({
  name: 'kinesis',
  reports: 'first',
  telemetry: { system: 'aws.kinesis', trigger: 'pubsub' },
  recordsOf: (event) => recordsFrom(event, 'aws:kinesis', isGiven),
  idOf: (record, isPiped) => (isPiped ? eventIdOf(record) : nonEmptyString(fieldsOf(record)['sequenceNumber'])),
  bodyOf: (record, content = contentOf(record)) => (Buffer.isBuffer(content) ? parseJsonBytes(content) : content),
  contentOf,
  arnOf: (record) => nonEmptyString(getOwn(record, 'eventSourceARN')),
  groupOf: () => '',
  senderGroupOf: () => undefined,
  // Shard and sequence number: a sequence number is unique within its shard only.
  deduplicationKeyOf: eventIdOf,
  partitionOf: (record) => eventIdOf(record)?.split(':')[0],
  headersOf: (_, body) => readHeadersMember(body),
  traceHeaderOf: (_, body) => readHeadersMember(body)['AWSTraceHeader'],
})

/**
 * The source `'kinesis'` as a value, for a list with sources of your own. It takes events whose records say that they are
 * from Kinesis.
 *
 * @example
 * middy().use(lpipe({ paths, source: [kinesis(), lines()] }))
 */
export const kinesis = (): EventSource => kinesisSource(false)
