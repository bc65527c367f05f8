import { defineEnvelope, type Envelope } from '@lpipe/core/envelope'
import { traceHeaderOf } from './marks.ts'
import { isTopic, type Scenario, type SourceKind } from './scenario.ts'
import type { SourceRecord } from './world.ts'

/** What holds several messages: `{ bundle: [...] }`, or an item of a table whose attribute `body` is the message. */
const bundle = defineEnvelope({
  name: 'bundle',
  opens: (body) => {
    const { bundle, newImage } = Object(body) as { readonly bundle?: unknown; readonly newImage?: { body?: unknown } }
    if (Array.isArray(bundle)) return bundle.map((text: unknown) => ({ body: text }))
    return typeof newImage?.body === 'string' ? { body: newImage.body } : undefined
  },
})

/** The envelopes that a scenario needs. Without them lpipe decodes a record when its message is about to run. */
export const envelopesOf = ({ source, perRecord }: Scenario): readonly Envelope[] | undefined =>
  perRecord > 1 || source === 'dynamodb' ? [bundle] : undefined

const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** A record of an SQS event. */
export const sqsRecord = (record: SourceRecord, receives: number, receiptHandle: string): object => {
  const { identifier, arn, text, group, headers, messages } = record
  const [first] = messages
  return {
    messageId: identifier,
    receiptHandle,
    body: text,
    attributes: {
      ApproximateReceiveCount: String(receives),
      MessageGroupId: group ?? 'tenant',
      AWSTraceHeader: traceHeaderOf(first?.number ?? 0),
    },
    messageAttributes: {
      ...Object.fromEntries(
        Object.entries(headers).map(([name, stringValue]) => [name, { dataType: 'String', stringValue }]),
      ),
      ...(first?.spec.headers === 'broken' && { odd: null, binary: { dataType: 'Binary', binaryValue: 'AA==' } }),
    },
    eventSource: 'aws:sqs',
    eventSourceARN: arn,
  }
}

const kinesisRecord = ({ identifier, arn, text, shard }: SourceRecord): object => ({
  eventID: `shardId-00000000000${shard.shard}:${identifier}`,
  eventSource: 'aws:kinesis',
  eventSourceARN: arn,
  kinesis: { sequenceNumber: identifier, partitionKey: 'key', data: base64(text) },
})

const dynamodbRecord = ({ identifier, arn, text, shard }: SourceRecord): object => ({
  eventID: `${shard.shard}-${identifier}`,
  eventName: 'INSERT',
  eventSource: 'aws:dynamodb',
  eventSourceARN: arn,
  dynamodb: { SequenceNumber: identifier, Keys: { id: { S: 'one' } }, NewImage: { body: { S: text } } },
})

const kafkaRecord = ({ identifier, text, shard, headers }: SourceRecord): object => ({
  topic: shard.stream,
  partition: shard.shard,
  offset: (identifier as { readonly offset: number }).offset,
  timestamp: 0,
  timestampType: 'CREATE_TIME',
  key: null,
  value: base64(text),
  headers: Object.entries(headers).map(([name, value]) => ({ [name]: [...Buffer.from(value)] })),
})

/** The event of a batch of a stream or a topic. */
export const shardedEvent = (source: SourceKind, records: readonly SourceRecord[]): object => {
  if (source === 'kinesis') return { Records: records.map(kinesisRecord) }
  if (source === 'dynamodb') return { Records: records.map(dynamodbRecord) }
  const partitions = Map.groupBy(records, ({ shard }) => `${shard.stream}-${shard.shard}`)
  return {
    eventSource: 'aws:kafka',
    eventSourceArn: records[0]?.arn,
    records: Object.fromEntries([...partitions].map(([name, ofPartition]) => [name, ofPartition.map(kafkaRecord)])),
  }
}

/** An asynchronous event: of a topic, or a RAW one. */
export const rawEvent = (scenario: Scenario, records: readonly SourceRecord[]): object =>
  isTopic(scenario) ? { Records: records.map(snsRecord) } : records.map(rawRecord)

const snsRecord = ({ text, messages: [first] }: SourceRecord): object => ({
  EventSource: 'aws:sns',
  Sns: { MessageId: `message-${first?.number}`, TopicArn: 'arn:aws:sns:us-east-1:000000000000:one', Message: text },
})

/** A record of a RAW event: an object, or a text if its body is not plain JSON. */
const rawRecord = ({ text, messages }: SourceRecord): unknown => {
  const isText =
    messages.length === 1 && ['notJson', 'hugeNumber', 'byteOrderMark'].includes(messages[0]?.spec.body ?? '')
  return isText ? text : JSON.parse(text)
}

/** Returns the content of a record of any event, as text. */
export const contentOf = (record: unknown): string => {
  if (typeof record === 'string') return record
  const { body, kinesis, dynamodb, value, Sns } = record as {
    readonly body?: string
    readonly Sns?: { readonly Message: string }
    readonly kinesis?: { readonly data: string }
    readonly dynamodb?: { readonly NewImage: { readonly body: { readonly S: string } } }
    readonly value?: string
  }
  const bytes = kinesis?.data ?? value
  if (bytes !== undefined) return Buffer.from(bytes, 'base64').toString()
  return body ?? Sns?.Message ?? dynamodb?.NewImage.body.S ?? JSON.stringify(record)
}
