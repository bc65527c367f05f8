import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { gunzipSync, gzipSync } from 'node:zlib'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { kinesis, sqs } from '@lpipe/batch-decoder'
import type { Envelope, EventSource } from '@lpipe/core/middleware'
import { base64, cloudWatchLogs, compressed, eventBridge, kpl, s3, sns } from '@lpipe/envelopes'
import { dynamodbStreams } from '@lpipe/source-dynamodb'
import { kafka } from '@lpipe/source-kafka'
import { sns as snsSource } from '@lpipe/source-sns'
import { dynamodbEvent, eventBridgeEvent, kafkaEvent, kinesisEvent, snsEvent, sqsEvent } from '@lpipe/testing'
import * as library from 'aws-kinesis-agg'
import type { DynamoDBStreamEvent, KinesisStreamEvent, MSKEvent, S3Event, SNSEvent, SQSEvent } from 'aws-lambda'
import { programs, runFresh } from './processes.ts'
import { interleaved, type Medians } from './rounds.ts'
import { table } from './table.ts'

/** What is decoded, how lpipe reads it, and how a program without lpipe would: both must find the same. */
interface Subject<Event = never> {
  readonly event: Event
  readonly source: EventSource
  readonly envelopes?: readonly Envelope[]
  readonly bare: (event: Event) => readonly unknown[]
}

const subject = <Event>(one: Subject<Event>): Subject => one as unknown as Subject

const size = 100

const orders = Array.from({ length: size }, (_, index) => ({
  path: 'ORDER',
  kwargs: {
    id: `order-${1000 + index}`,
    customer: { name: 'Ada Lovelace', city: 'London', isNew: index % 3 === 0 },
    lines: [
      { sku: `hat-${index}`, count: 1 + (index % 4), price: 12.5 },
      { sku: 'scarf-7', count: 2, price: 30 },
    ],
    note: 'Please ring twice, and leave it with the neighbours.',
  },
}))

const textOf = (value: string | Buffer): string => Buffer.from(value as string, 'base64').toString()

/** As SNS sends it to a queue. */
const notification = (message: unknown, index: number) => ({
  Type: 'Notification',
  MessageId: `22b80b92-fdea-4c2c-8f9d-bdfb0c7bf${100 + index}`,
  TopicArn: 'arn:aws:sns:us-east-1:123456789012:orders',
  Message: JSON.stringify(message),
  Timestamp: '2026-01-02T10:11:12.123Z',
  SignatureVersion: '1',
  Signature: Buffer.from(`signature ${index} `.repeat(20)).toString('base64'),
  SigningCertURL: 'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-7ff5318490ec183fbaddaa2a969abfda.pem',
  UnsubscribeURL:
    'https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=arn:aws:sns:us-east-1:123456789012:orders:c9135db0',
})

/** As S3 sends it. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
const objectCreated = (_: unknown, index: number) => ({
  Records: [
    {
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      awsRegion: 'us-east-1',
      eventTime: '2026-01-02T10:11:12.123Z',
      eventName: 'ObjectCreated:Put',
      userIdentity: { principalId: 'AWS:AIDAJDPLRKLG7UEXAMPLE' },
      requestParameters: { sourceIPAddress: '192.0.2.1' },
      responseElements: {
        'x-amz-request-id': 'C3D13FE58DE4C810',
        'x-amz-id-2': 'FMyUVURIY8/IgAtTv8xRjskZQpcIZ9KG4V5Wp6S7S/JRWeUWerMUE5JgHvANOjpD',
      },
      s3: {
        s3SchemaVersion: '1.0',
        configurationId: 'pictures',
        bucket: {
          name: 'pictures',
          ownerIdentity: { principalId: 'A3NL1KOZZKExample' },
          arn: 'arn:aws:s3:::pictures',
        },
        object: {
          key: `2026/red+flower+${index}.jpg`,
          size: 1024 + index,
          eTag: 'd41d8cd98f00b204e9800998ecf8427e',
          sequencer: '0055AED6DCD90281E5',
        },
      },
    },
  ],
})

const logsOf = (lines: readonly unknown[]) => ({
  messageType: 'DATA_MESSAGE',
  owner: '123456789012',
  logGroup: '/aws/lambda/shop',
  logStream: '2026/01/02/[$LATEST]58c5f02c',
  subscriptionFilters: ['all'],
  logEvents: lines.map((line, index) => ({
    id: `3195310660696698337880902507980421114328961542429${1000 + index}`,
    timestamp: 1_767_348_672_000 + index,
    message: JSON.stringify(line),
  })),
})

const kinesisBytes = (all: readonly Buffer[]): KinesisStreamEvent => {
  const event = kinesisEvent(all.map(() => ({})))
  for (const [index, { kinesis }] of event.Records.entries()) kinesis.data = (all[index] as Buffer).toString('base64')
  return event
}

const { deaggregateSync } = library
type OnReady = (error: unknown, encoded: { readonly data: Buffer }) => void
/** Its types leave it out. */
const { RecordAggregator } = library as unknown as {
  readonly RecordAggregator: new (
    onReady: OnReady,
  ) => { aggregateRecords(records: readonly object[], isLast: boolean): void }
}

const aggregated = (bodies: readonly unknown[]): Buffer => {
  let data = Buffer.alloc(0)
  const aggregator = new RecordAggregator((_, encoded) => {
    data = Buffer.from(encoded.data)
  })
  aggregator.aggregateRecords(
    bodies.map((body, index) => ({ data: Buffer.from(JSON.stringify(body)), partitionKey: `key-${index}` })),
    true,
  )
  return data
}

/** Ten equal parts. */
const tens = <T>(list: readonly T[]): T[][] => Array.from({ length: 10 }, (_, at) => list.slice(at * 10, at * 10 + 10))

const objectOf = ({ eventName, eventTime, s3: { bucket, object } }: S3Event['Records'][number]) => ({
  eventName,
  bucket: bucket.name,
  key: decodeURIComponent(object.key.replaceAll('+', ' ')),
  size: object.size,
  eTag: object.eTag,
  sequencer: object.sequencer,
  eventTime,
})

const isTtlDelete = ({ eventName, userIdentity }: DynamoDBStreamEvent['Records'][number]): boolean =>
  eventName === 'REMOVE' && userIdentity?.principalId === 'dynamodb.amazonaws.com'

/** 100 messages of each source and each envelope. */
export const subjects = (): Readonly<Record<string, Subject>> => ({
  SQS: subject<SQSEvent>({
    event: sqsEvent(orders),
    source: sqs(),
    bare: ({ Records }) => Records.map(({ body }) => JSON.parse(body)),
  }),
  Kinesis: subject<KinesisStreamEvent>({
    event: kinesisEvent(orders),
    source: kinesis(),
    bare: ({ Records }) => Records.map(({ kinesis: { data } }) => JSON.parse(textOf(data))),
  }),
  'DynamoDB Streams': subject<DynamoDBStreamEvent>({
    event: dynamodbEvent(orders.map(({ kwargs }) => ({ newImage: kwargs, oldImage: { ...kwargs, note: '' } }))),
    source: dynamodbStreams(),
    bare: ({ Records }) =>
      Records.map((record) => ({
        eventName: record.eventName,
        keys: unmarshall(record.dynamodb?.Keys as never),
        newImage: unmarshall(record.dynamodb?.NewImage as never),
        oldImage: unmarshall(record.dynamodb?.OldImage as never),
        isTtlDelete: isTtlDelete(record),
      })),
  }),
  Kafka: subject<MSKEvent>({
    event: kafkaEvent(orders, { partitionOf: (_, index) => index % 4 }),
    source: kafka(),
    bare: ({ records }) => Object.values(records).flatMap((all) => all.map(({ value }) => JSON.parse(textOf(value)))),
  }),
  SNS: subject<SNSEvent>({
    event: snsEvent(orders),
    source: snsSource(),
    bare: ({ Records }) => Records.map(({ Sns: { Message } }) => JSON.parse(Message)),
  }),
  'SNS in SQS': subject<SQSEvent>({
    event: sqsEvent(orders.map(notification)),
    source: sqs(),
    envelopes: [sns()],
    bare: ({ Records }) => Records.map(({ body }) => JSON.parse(JSON.parse(body).Message)),
  }),
  'EventBridge in SQS': subject<SQSEvent>({
    event: sqsEvent(orders.map((order) => eventBridgeEvent(order, 'Order Placed'))),
    source: sqs(),
    envelopes: [eventBridge()],
    bare: ({ Records }) => Records.map(({ body }) => JSON.parse(body).detail),
  }),
  'EventBridge in Kinesis': subject<KinesisStreamEvent>({
    event: kinesisEvent(orders.map((order) => eventBridgeEvent(order, 'Order Placed'))),
    source: kinesis(),
    envelopes: [eventBridge()],
    bare: ({ Records }) => Records.map(({ kinesis: { data } }) => JSON.parse(textOf(data)).detail),
  }),
  'EventBridge in SNS in SQS': subject<SQSEvent>({
    event: sqsEvent(orders.map((order, index) => notification(eventBridgeEvent(order, 'Order Placed'), index))),
    source: sqs(),
    envelopes: [sns(), eventBridge()],
    bare: ({ Records }) => Records.map(({ body }) => JSON.parse(JSON.parse(body).Message).detail),
  }),
  'S3 in SQS': subject<SQSEvent>({
    event: sqsEvent(orders.map(objectCreated)),
    source: sqs(),
    envelopes: [s3()],
    bare: ({ Records }) => Records.flatMap(({ body }) => (JSON.parse(body) as S3Event).Records.map(objectOf)),
  }),
  'S3 in SNS in SQS': subject<SQSEvent>({
    event: sqsEvent(orders.map((order, index) => notification(objectCreated(order, index), index))),
    source: sqs(),
    envelopes: [sns(), s3()],
    bare: ({ Records }) =>
      Records.flatMap(({ body }) => (JSON.parse(JSON.parse(body).Message) as S3Event).Records.map(objectOf)),
  }),
  'base64 in SQS': subject<SQSEvent>({
    event: sqsEvent(orders.map((order) => Buffer.from(JSON.stringify(order)).toString('base64'))),
    source: sqs(),
    envelopes: [base64()],
    bare: ({ Records }) => Records.map(({ body }) => JSON.parse(textOf(body))),
  }),
  'gzip in SQS': subject<SQSEvent>({
    event: sqsEvent(orders.map((order) => gzipSync(JSON.stringify(order)).toString('base64'))),
    source: sqs(),
    envelopes: [compressed()],
    bare: ({ Records }) => Records.map(({ body }) => JSON.parse(gunzipSync(Buffer.from(body, 'base64')).toString())),
  }),
  'CloudWatch Logs in Kinesis': subject<KinesisStreamEvent>({
    event: kinesisBytes(tens(orders).map((lines) => gzipSync(JSON.stringify(logsOf(lines))))),
    source: kinesis(),
    envelopes: [cloudWatchLogs()],
    bare: ({ Records }) =>
      Records.flatMap(({ kinesis: { data } }) => {
        const { logEvents } = JSON.parse(gunzipSync(Buffer.from(data, 'base64')).toString())
        return (logEvents as readonly { readonly message: string }[]).map(({ message }) => JSON.parse(message))
      }),
  }),
  'KPL in Kinesis': subject<KinesisStreamEvent>({
    event: kinesisBytes(tens(orders).map(aggregated)),
    source: kinesis(),
    envelopes: [kpl({ deaggregateSync })],
    bare: ({ Records }) => {
      const bodies: unknown[] = []
      for (const { kinesis } of Records) {
        deaggregateSync(kinesis, true, (_, records = []) => {
          for (const { data } of records) bodies.push(JSON.parse(textOf(data)))
        })
      }
      return bodies
    },
  }),
})

/** Reads the bodies of an event as `batchDecoder()` does. */
export const decode = ({ event, source, envelopes = [] }: Subject): readonly unknown[] => {
  const records = source.recordsOf(event) ?? []
  const [envelope] = envelopes
  if (envelope === undefined) return records.map((record) => source.bodyOf(record))
  const bodies: unknown[] = []
  const soFar = { bytes: 0, messages: 0 }
  for (const record of records) {
    for (const content of envelope.open(source, record, envelopes, soFar)) bodies.push(content.body())
  }
  return bodies
}

/** Microseconds to decode 100 messages of a source or an envelope. */
export const timesOf = async (name: string, rounds: number): Promise<Medians> => {
  const one = subjects()[name]
  if (one === undefined) throw new Error(`there is no ${name}`)
  const cases = { bare: () => one.bare(one.event), lpipe: () => decode(one) }
  mustEqual(name, cases.bare(), cases.lpipe())
  return interleaved(cases, 10, rounds, rounds)
}

/** The same for all, each in a process of its own: a Lambda has one source, and V8 optimises for what it has seen. */
export const decoding = async (rounds: number) => {
  const results: Record<string, Medians> = {}
  const rows = [['µs for 100 messages', 'bare', 'lpipe', 'ratio']]
  for (const name of Object.keys(subjects())) {
    const program = join(programs, 'time-decoding.ts')
    const medians = await runFresh<Medians>([...process.execArgv, program, name, String(rounds)])
    const { bare = 0, lpipe = 0 } = medians
    results[name] = medians
    rows.push([name, bare.toFixed(0), lpipe.toFixed(0), `${(lpipe / bare).toFixed(2)}x`])
  }
  return { results, text: table(rows) }
}

/** @throws Error if one of both finds something else: it would be the faster one */
export const mustEqual = (name: string, bare: readonly unknown[], lpipe: readonly unknown[]): void => {
  if (bare.length === size && isDeepStrictEqual(bare, lpipe)) return
  throw new Error(`${name}: lpipe and the bare program did not find the same ${size} messages`)
}
