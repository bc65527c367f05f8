import { createHash, randomUUID } from 'node:crypto'
import { arnOf } from '@lpipe/local/tools'

/** What a record of an event is made of. */
export interface RecordParts {
  /** The node id of the queue or stream. */
  readonly queue: string
  readonly region: string
  readonly body: string
  readonly groupId: string | undefined
  readonly partitionKey: string | undefined
  readonly attributes: Readonly<Record<string, string>>
}

type MakeRecord = (parts: RecordParts & { readonly name: string }) => object

/** Makes a record of an event, as an event source mapping would deliver it. */
export const makeRecord = (parts: RecordParts): object => {
  const [type = '', name = ''] = parts.queue.split(':')
  const make = makers[type]
  if (make === undefined) throw new Error(`a message of ${parts.queue} cannot be delivered here`)
  return make({ ...parts, name })
}

const makers: Readonly<Record<string, MakeRecord>> = {
  sqs: ({ name, region, body, groupId, attributes }) => ({
    messageId: randomUUID(),
    receiptHandle: 'dry-run',
    body,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: String(Date.now()),
      SenderId: '000000000000',
      ApproximateFirstReceiveTimestamp: String(Date.now()),
      ...(groupId === undefined
        ? {}
        : { MessageGroupId: groupId, SequenceNumber: '1', MessageDeduplicationId: randomUUID() }),
    },
    messageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([attribute, stringValue]) => [
        attribute,
        { stringValue, stringListValues: [], binaryListValues: [], dataType: 'String' },
      ]),
    ),
    md5OfBody: createHash('md5').update(body).digest('hex'),
    eventSource: 'aws:sqs',
    eventSourceARN: arnOf('sqs', region, name),
    awsRegion: region,
  }),
  sns: ({ name, region, body }) => ({
    EventSource: 'aws:sns',
    EventVersion: '1.0',
    EventSubscriptionArn: arnOf('sns', region, `${name}:dry-run`),
    Sns: {
      Type: 'Notification',
      MessageId: randomUUID(),
      TopicArn: arnOf('sns', region, name),
      Subject: null,
      Message: body,
      Timestamp: new Date().toISOString(),
      SignatureVersion: '1',
      Signature: '',
      SigningCertUrl: '',
      UnsubscribeUrl: '',
      MessageAttributes: {},
    },
  }),
  kinesis: ({ name, region, body, partitionKey = randomUUID() }) => {
    const sequenceNumber = String(BigInt(`0x${randomUUID().replaceAll('-', '')}`))
    return {
      kinesis: {
        kinesisSchemaVersion: '1.0',
        partitionKey,
        sequenceNumber,
        data: Buffer.from(body).toString('base64'),
        approximateArrivalTimestamp: Date.now() / 1000,
      },
      eventSource: 'aws:kinesis',
      eventVersion: '1.0',
      eventID: `shardId-000000000000:${sequenceNumber}`,
      eventName: 'aws:kinesis:record',
      invokeIdentityArn: arnOf('iam', '', 'role/local'),
      awsRegion: region,
      eventSourceARN: arnOf('kinesis', region, `stream/${name}`),
    }
  },
}
