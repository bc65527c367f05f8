import { type EventSource, InvalidPayloadError } from '@lpipe/core'
import {
  bytesOf,
  checkOptions,
  getOwn,
  invalidConfiguration,
  isObject,
  isParsed,
  nonEmptyString,
  notPromise,
  parseJsonBytes,
  pathFrom,
  utf8,
} from '@lpipe/core/middleware'
import { type KafkaRecord, recordsIn } from './records.ts'

export type { KafkaRecord } from './records.ts'

/** Options of `kafka()`. */
export interface KafkaOptions {
  /**
   * Returns the value of a record, for example by Avro or Protobuf. It must be synchronous: load schemas when the module is
   * loaded. It is not called for a tombstone. If it throws, the message fails and is delivered again, because the schema may
   * be missing; throw an InvalidPayloadError to drop the message. Default: JSON in UTF-8.
   */
  readonly deserialize?: (value: Buffer, record: KafkaRecord) => unknown
  /**
   * Returns the path of a record; its value becomes the kwargs. Default: the value is the body, and names its path itself.
   */
  readonly path?: (record: KafkaRecord) => string
}

const topicOf = (record: unknown): string | undefined => nonEmptyString(getOwn(record, 'topic'))

/** Pipes writes numbers as text. */
const numberOf = (record: unknown, name: string): number | undefined => {
  const value = getOwn(record, name)
  const number = typeof value === 'string' && value !== '' ? Number(value) : value
  return Number.isSafeInteger(number) ? (number as number) : undefined
}

const groupOf = (record: unknown): string | undefined => {
  const [topic, partition] = [topicOf(record), numberOf(record, 'partition')]
  // mutant: order-of-partition
  return topic === undefined || partition === undefined ? undefined : `${topic}-${partition}`
}

const clusterOf = (record: unknown): string | undefined =>
  nonEmptyString(getOwn(record, 'eventSourceArn')) ?? nonEmptyString(getOwn(record, 'bootstrapServers'))

/** Returns a key as text. One that is not UTF-8 stays base64. */
const keyOf = (record: unknown): string | null => {
  const key = getOwn(record, 'key')
  return typeof key === 'string' ? (utf8(Buffer.from(key, 'base64')) ?? key) : null
}

/** Returns the bytes of a value, or the object that a middleware in front has made of them. A tombstone has none. */
const contentOf = (record: unknown): unknown => {
  const value = getOwn(record, 'value') ?? undefined
  return value === undefined || isParsed(record, value) ? value : bytesOf(value)
}

/** The first bytes of values with a schema of Confluent's registry, and of the AWS Glue Schema Registry. No JSON text has them. */
const schemaMarks: readonly unknown[] = [0, 3]

/** The header that names the schema, if the value does not. */
const schemaHeader = '__value_schema_id'

/**
 * Whether a value has a schema of a registry: by its first byte, by a header, or by the metadata of the event source mapping.
 *
 * @see https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format
 * @see https://github.com/awslabs/aws-glue-schema-registry
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-consume-kafka-events.html
 */
const hasSchema = (record: unknown, bytes: Buffer): boolean => {
  const headers = getOwn(record, 'headers')
  return (
    schemaMarks.includes(bytes[0]) ||
    (Array.isArray(headers) && headers.some((header) => getOwn(header, schemaHeader) !== undefined)) ||
    ['AVRO', 'PROTOBUF'].includes(getOwn(getOwn(record, 'valueSchemaMetadata'), 'dataFormat') as string)
  )
}

const headersOf = (record: unknown): Record<string, string> => {
  const headers: Record<string, string> = Object.create(null)
  const list = getOwn(record, 'headers')
  if (!Array.isArray(list)) return headers
  for (const header of list) {
    if (!isObject(header)) continue
    for (const [name, bytes] of Object.entries(header)) {
      // Java's bytes are signed: a Buffer takes -1 for 255.
      const text = Array.isArray(bytes) ? utf8(Buffer.from(bytes)) : undefined
      if (text !== undefined) headers[name] = text
    }
  }
  return headers
}

/**
 * Apache Kafka, Amazon MSK or self-managed: `value` is base64 of JSON text. The records of a partition are in order, and the
 * answer names the first failed record of each partition. Lambda takes such an answer in provisioned mode, with
 * `FunctionResponseTypes: [ReportBatchItemFailures]`.
 *
 * A record without a value is a tombstone: its value is `{ key, tombstone: true }`.
 *
 * EventBridge Pipes takes no such answer for Kafka: if a record of a pipe failed, the invocation throws.
 *
 * @throws InvalidConfigurationError for an option that is unknown or wrong
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-kafka.html
 * @example
 * middy().use(lpipe({ source: kafka({ path: ({ topic }) => topic }), paths: { orders: [ship] } }))
 */
export const kafka = (options: KafkaOptions = {}): EventSource => {
  checkOptions('kafka', options, { deserialize: 'function', path: 'function' })
  const { deserialize, path } = options

  const readValue = (record: unknown, content: unknown): unknown => {
    if (content === undefined) {
      if (topicOf(record) === undefined) throw new InvalidPayloadError('its `topic` must be a non-empty string')
      return { key: keyOf(record), tombstone: true }
    }
    if (!Buffer.isBuffer(content)) return content
    if (deserialize !== undefined) return notPromise(deserialize(content, record as KafkaRecord), '`deserialize`')
    try {
      return parseJsonBytes(content)
    } catch (error) {
      if (hasSchema(record, content)) {
        invalidConfiguration(
          'kafka: a value is not JSON, and has a schema, as Avro and Protobuf have; set `deserialize`, or ' +
            '`EventRecordFormat: JSON` in the event source mapping',
        )
      }
      throw error
    }
  }

  return {
    name: 'kafka',
    reports: 'first-of-each-group',
    telemetry: { system: 'kafka', trigger: 'pubsub' },
    recordsOf: recordsIn,
    idOf: (record) => {
      const [partition, offset] = [nonEmptyString(getOwn(record, 'topicPartition')), numberOf(record, 'offset')]
      // mutant: identifier-of-offset
      return partition === undefined || offset === undefined ? undefined : { partition, offset }
    },
    bodyOf: (record, content = contentOf(record)) => readValue(record, content),
    contentOf,
    ...(path && { pathOf: (record) => pathFrom('kafka', path(record as KafkaRecord)) }),
    arnOf: (record) => nonEmptyString(getOwn(record, 'eventSourceArn')),
    groupOf,
    deduplicationKeyOf: (record) => {
      const [cluster, group, offset] = [clusterOf(record), groupOf(record), numberOf(record, 'offset')]
      return group === undefined || offset === undefined ? undefined : `${cluster ?? ''}/${group}/${offset}`
    },
    headersOf,
    partitionOf: (record) => numberOf(record, 'partition')?.toString(),
  }
}
