import type { EventBridgeEvent, KinesisStreamEvent, SQSEvent } from 'aws-lambda'

/** What the records of an event have in common. */
export interface RecordOptions {
  /** the queue's or stream's name; a queue whose name ends in `.fifo` is a FIFO queue. Default `queue` or `stream` */
  readonly name?: string
  /** SQS: the message group of each body */
  readonly groupId?: (body: never, index: number) => string
  /** SQS: how often each message was received before it was handed over, this time counted; default 1 */
  readonly receiveCount?: number
}

const account = '000000000000'
const region = 'us-east-1'
const arnOf = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`

/** A text stays as it is, for a body that is no JSON; anything else becomes JSON text. */
const textOf = (body: unknown): string => (typeof body === 'string' ? body : JSON.stringify(body))

/**
 * An SQS event with a record for each body. A record's `messageId` is `message-<index>`.
 *
 * @param bodies objects, which become JSON, or texts, which stay as they are
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export const sqsEvent = (bodies: readonly unknown[], options: RecordOptions = {}): SQSEvent => {
  const { name = 'queue', groupId, receiveCount = 1 } = options
  return {
    Records: bodies.map((body, index) => ({
      messageId: `message-${index}`,
      receiptHandle: `receipt-${index}`,
      body: textOf(body),
      attributes: {
        ApproximateReceiveCount: String(receiveCount),
        SentTimestamp: '1700000000000',
        SenderId: account,
        ApproximateFirstReceiveTimestamp: '1700000000001',
        ...(groupId && { MessageGroupId: groupId(body as never, index), SequenceNumber: String(index) }),
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: arnOf('sqs', name),
      awsRegion: region,
    })),
  }
}

/** The first sequence number: beyond 2^53, as real ones are. */
const firstSequenceNumber = 49_545_115_243_490_985_018_280_067_714_973_144_582_180_062_593_244_200_961n

/**
 * A Kinesis event with a record for each body, all of one shard.
 *
 * @param bodies objects, which become JSON, or texts, which stay as they are
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
 */
export const kinesisEvent = (
  bodies: readonly unknown[],
  options: Pick<RecordOptions, 'name'> = {},
): KinesisStreamEvent => {
  const { name = 'stream' } = options
  return {
    Records: bodies.map((body, index) => {
      const sequenceNumber = String(firstSequenceNumber + BigInt(index))
      return {
        eventID: `shardId-000000000000:${sequenceNumber}`,
        eventName: 'aws:kinesis:record',
        eventSource: 'aws:kinesis',
        eventSourceARN: arnOf('kinesis', `stream/${name}`),
        eventVersion: '1.0',
        invokeIdentityArn: `arn:aws:iam::${account}:role/lambda`,
        awsRegion: region,
        kinesis: {
          kinesisSchemaVersion: '1.0',
          partitionKey: `key-${index}`,
          sequenceNumber,
          data: Buffer.from(textOf(body)).toString('base64'),
          approximateArrivalTimestamp: 1_700_000_000,
        },
      }
    }),
  }
}

/**
 * An EventBridge event.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
 */
export const eventBridgeEvent = <T>(detail: T, detailType = 'Test'): EventBridgeEvent<string, T> => ({
  version: '0',
  id: '00000000-0000-0000-0000-000000000000',
  'detail-type': detailType,
  source: 'lpipe.testing',
  account,
  time: '2026-01-01T00:00:00Z',
  region,
  resources: [],
  detail,
})

/**
 * The event of a CloudWatch Logs subscription, with a log event for each line.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
 */
export const awslogsEvent = (lines: readonly unknown[]): { readonly awslogs: { readonly data: string } } => {
  const logEvents = lines.map((line, index) => ({
    id: String(index),
    timestamp: 1_700_000_000_000,
    message: textOf(line),
  }))
  const data = { messageType: 'DATA_MESSAGE', owner: account, logGroup: 'group', logStream: 'stream', logEvents }
  const { gzipSync } = process.getBuiltinModule('node:zlib')
  return { awslogs: { data: gzipSync(JSON.stringify(data)).toString('base64') } }
}
