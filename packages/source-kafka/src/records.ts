import { InvalidPayloadError } from '@lpipe/core'
import { getOwn, isObject, typeName } from '@lpipe/core/middleware'

/** A record of Kafka, with what the event says about all of its records. */
export interface KafkaRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** Milliseconds since 1970. */
  readonly timestamp: number
  readonly timestampType: 'CREATE_TIME' | 'LOG_APPEND_TIME'
  /** Base64. */
  readonly key?: string | null
  /** Base64. A tombstone has none. */
  readonly value?: string | null
  /** The name and the bytes of each header. */
  readonly headers: readonly Readonly<Record<string, readonly number[]>>[]
  /** Metadata of a schema registry. @see https://docs.aws.amazon.com/lambda/latest/dg/services-consume-kafka-events.html */
  readonly keySchemaMetadata?: Readonly<Record<string, unknown>>
  readonly valueSchemaMetadata?: Readonly<Record<string, unknown>>
  readonly eventSource: 'aws:kafka' | 'SelfManagedKafka' | 'aws:SelfManagedKafka'
  /** The ARN of the cluster. A self-managed one has none. */
  readonly eventSourceArn?: string
  readonly bootstrapServers?: string
  /** The name of the record's list in the event, for example `orders-0`. A record of EventBridge Pipes has none. */
  readonly topicPartition?: string
}

/** Samples of AWS spell the name of a self-managed cluster in both ways. */
const eventSources: readonly unknown[] = ['aws:kafka', 'SelfManagedKafka', 'aws:SelfManagedKafka']

const isKafka = (value: unknown): boolean => eventSources.includes(getOwn(value, 'eventSource'))

/**
 * Returns the records of all partitions, or a bare array of EventBridge Pipes as it is. The event says once where its records
 * come from; each record of a pipe says it itself, and so does each that this returns.
 *
 * @throws InvalidPayloadError for an event of Kafka whose `records` are not lists by partition
 */
export const recordsIn = (event: unknown): readonly unknown[] | undefined => {
  if (Array.isArray(event)) return event.length > 0 && event.every(isKafka) ? event : undefined
  if (!isKafka(event)) return undefined
  const lists = getOwn(event, 'records')
  if (!isObject(lists)) {
    throw new InvalidPayloadError(`kafka: expected an object of \`records\`, received ${typeName(lists)}`)
  }
  const { eventSource, eventSourceArn, bootstrapServers } = event as Record<string, unknown>
  return Object.entries(lists).flatMap(([topicPartition, list]) => {
    if (!Array.isArray(list)) {
      throw new InvalidPayloadError(
        `kafka: expected an array of records for each partition, received ${typeName(list)}`,
      )
    }
    return list.map((record: unknown) =>
      isObject(record) ? { ...record, eventSource, eventSourceArn, bootstrapServers, topicPartition } : record,
    )
  })
}
