import type {
  AttributeValue,
  DynamoDBStreamEvent,
  EventBridgeEvent,
  KinesisStreamEvent,
  MSKEvent,
  S3Event,
  SNSEvent,
  SQSEvent,
} from 'aws-lambda'

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

const md5 = (text: string): string => process.getBuiltinModule('node:crypto').hash('md5', text)

/** A text stays as it is, for a body that is not JSON; anything else becomes JSON text. */
const textOf = (body: unknown): string => (typeof body === 'string' ? body : JSON.stringify(body))

/**
 * An SQS event with a record for each body. A record's `messageId` is `message-<index>`.
 *
 * @param bodies objects, which become JSON, or texts, which stay as they are
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 * @example
 * await invoke(handler, sqsEvent([{ path: 'ORDER', kwargs: { id: 1 } }, 'not JSON'], { name: 'orders' }))
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
      md5OfBody: md5(`${textOf(body)}`),
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
 * @example
 * await invoke(handler, kinesisEvent([{ path: 'COUNT', kwargs: { page: '/' } }]))
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
 * @example
 * await invoke(handler, eventBridgeEvent({ id: 1 }, 'Order Placed'))
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
 * @example
 * await invoke(handler, awslogsEvent(['START', { level: 'ERROR', message: 'down' }]))
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

/** A change of an item, for `dynamodbEvent()`. */
export interface TestChange {
  /** Default: `INSERT` without an old image, `REMOVE` without a new one, otherwise `MODIFY`. */
  readonly eventName?: 'INSERT' | 'MODIFY' | 'REMOVE'
  /** Default: `{ id: <index> }`. */
  readonly keys?: Readonly<Record<string, unknown>>
  readonly newImage?: Readonly<Record<string, unknown>>
  readonly oldImage?: Readonly<Record<string, unknown>>
  /** Whether DynamoDB deleted the item because its time to live was over. */
  readonly isTtlDelete?: boolean
}

/** Options of `dynamodbEvent()`. */
export interface DynamodbEventOptions {
  /** The table's name. Default: `table`. */
  readonly name?: string
}

/**
 * Makes an event of DynamoDB Streams with a record for each change, all of one shard.
 *
 * @param changes with plain values: bigints become numbers, and a Set of strings a string set
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 * @example
 * await invoke(handler, dynamodbEvent([{ newImage: { id: 1, name: 'Ada' } }]))
 */
export const dynamodbEvent = (
  changes: readonly TestChange[],
  { name = 'table' }: DynamodbEventOptions = {},
): DynamoDBStreamEvent => ({
  Records: changes.map(({ newImage, oldImage, keys, eventName, isTtlDelete = false }, index) => ({
    eventID: `event-${index}`,
    eventName: eventName ?? (newImage === undefined ? 'REMOVE' : oldImage === undefined ? 'INSERT' : 'MODIFY'),
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: region,
    dynamodb: {
      ApproximateCreationDateTime: 1_700_000_000,
      Keys: attributesOf(keys ?? { id: index }),
      ...(newImage && { NewImage: attributesOf(newImage) }),
      ...(oldImage && { OldImage: attributesOf(oldImage) }),
      SequenceNumber: String(firstChangeNumber + BigInt(index)),
      SizeBytes: 59,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
    ...(isTtlDelete && { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } }),
    eventSourceARN: arnOf('dynamodb', `table/${name}/stream/2026-01-01T00:00:00.000`),
  })),
})

const firstChangeNumber = 4_421_584_500_000_000_017_450_439_091n

const attributesOf = (item: Readonly<Record<string, unknown>>): Record<string, AttributeValue> =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, attributeOf(value)]))

const attributeOf = (value: unknown): AttributeValue => {
  if (value === null || value === undefined) return { NULL: true }
  if (typeof value === 'boolean') return { BOOL: value }
  if (typeof value === 'number' || typeof value === 'bigint') return { N: String(value) }
  if (typeof value === 'string') return { S: value }
  if (value instanceof Uint8Array) return { B: Buffer.from(value).toString('base64') }
  if (value instanceof Set) return { SS: [...value].map(String) }
  if (Array.isArray(value)) return { L: value.map(attributeOf) }
  return { M: attributesOf(value as Record<string, unknown>) }
}

/** Options of `kafkaEvent()`. */
export interface KafkaEventOptions {
  /** Default: `topic`. */
  readonly topic?: string
  /** The partition of each body. Default: 0. */
  readonly partitionOf?: (body: never, index: number) => number
  /** The key of each body. Default: `key-<index>`. */
  readonly keyOf?: (body: never, index: number) => string
  /** The headers of every record. Default: none. */
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * Makes an event of Amazon MSK with a record for each body. The offsets of a partition begin at 0.
 *
 * @param bodies objects, which become JSON, or texts, which stay as they are; `null` makes a tombstone
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html
 * @example
 * await invoke(handler, kafkaEvent([{ id: 1 }, { id: 2 }], { partitionOf: ({ id }: { id: number }) => id % 2 }))
 */
export const kafkaEvent = (bodies: readonly unknown[], options: KafkaEventOptions = {}): MSKEvent => {
  const { topic = 'topic', partitionOf = () => 0, keyOf, headers = {} } = options
  const records: MSKEvent['records'] = {}
  for (const [index, body] of bodies.entries()) {
    const partition = partitionOf(body as never, index)
    const name = `${topic}-${partition}`
    records[name] ??= []
    records[name].push({
      topic,
      partition,
      offset: records[name].length,
      timestamp: 1_700_000_000_000,
      timestampType: 'CREATE_TIME',
      key: Buffer.from(keyOf?.(body as never, index) ?? `key-${index}`).toString('base64'),
      // @types/aws-lambda does not know tombstones.
      value: body === null ? (null as never) : Buffer.from(textOf(body)).toString('base64'),
      headers: Object.entries(headers).map(([header, text]) => ({ [header]: [...Buffer.from(text)] })),
    })
  }
  return {
    eventSource: 'aws:kafka',
    eventSourceArn: arnOf('kafka', 'cluster/cluster/00000000-0000-0000-0000-000000000000-1'),
    bootstrapServers: 'b-1.cluster.kafka.us-east-1.amazonaws.com:9092',
    records,
  }
}

/** Options of `snsEvent()`. */
export interface SnsEventOptions {
  /** The topic's name. Default: `topic`. */
  readonly name?: string
  /** The message attributes of every record. Default: none. */
  readonly attributes?: Readonly<Record<string, string>>
}

/**
 * Makes the event of Amazon SNS invoking Lambda directly, with a record for each body. SNS itself sends one.
 *
 * @param bodies objects, which become JSON, or texts, which stay as they are
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
 * @example
 * await invoke(handler, snsEvent([{ path: 'ORDER', kwargs: { id: 1 } }], { name: 'orders' }))
 */
export const snsEvent = (bodies: readonly unknown[], options: SnsEventOptions = {}): SNSEvent => {
  const { name = 'topic', attributes = {} } = options
  const topic = arnOf('sns', name)
  return {
    Records: bodies.map((body, index) => ({
      EventSource: 'aws:sns',
      EventVersion: '1.0',
      EventSubscriptionArn: `${topic}:00000000-0000-0000-0000-000000000000`,
      Sns: {
        Type: 'Notification',
        MessageId: `message-${index}`,
        TopicArn: topic,
        Message: textOf(body),
        Timestamp: '2026-01-01T00:00:00.000Z',
        SignatureVersion: '1',
        Signature: '',
        SigningCertUrl: `https://sns.${region}.amazonaws.com/SimpleNotificationService.pem`,
        UnsubscribeUrl: `https://sns.${region}.amazonaws.com/?Action=Unsubscribe`,
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([attribute, Value]) => [attribute, { Type: 'String', Value }]),
        ),
      },
    })),
  }
}

/** Options of `s3Event()`. */
export interface S3EventOptions {
  /** The bucket's name. Default: `bucket`. */
  readonly bucket?: string
  /** Default: `ObjectCreated:Put`. */
  readonly eventName?: string
}

/**
 * Makes the event of Amazon S3 invoking Lambda directly, with a record for each object. In a queue it is the body of a message:
 * `sqsEvent([s3Event(['a.jpg'])])`. `s3()` of `@lpipe/envelopes` opens both.
 *
 * @param keys the keys of the objects, decoded: `red flower.jpg`
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 * @example
 * await invoke(handler, s3Event(['red flower.jpg'], { bucket: 'pictures' }))
 */
export const s3Event = (keys: readonly string[], options: S3EventOptions = {}): S3Event => {
  const { bucket = 'bucket', eventName = 'ObjectCreated:Put' } = options
  return {
    Records: keys.map((key, index) => ({
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      awsRegion: region,
      eventTime: '2026-01-01T00:00:00.000Z',
      eventName,
      userIdentity: { principalId: account },
      requestParameters: { sourceIPAddress: '127.0.0.1' },
      responseElements: { 'x-amz-request-id': `request-${index}`, 'x-amz-id-2': '' },
      s3: {
        s3SchemaVersion: '1.0',
        configurationId: 'test',
        bucket: { name: bucket, ownerIdentity: { principalId: account }, arn: `arn:aws:s3:::${bucket}` },
        object: {
          key: encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/'),
          size: 1024,
          eTag: md5(key),
          sequencer: index.toString(16).toUpperCase().padStart(18, '0'),
        },
      },
    })),
  }
}
