import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { kinesisEvent } from '@lpipe/testing'
import type { KinesisStreamEvent } from 'aws-lambda'

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** What SNS sends to a queue. */
export const notification = (message: unknown, attributes: Readonly<Record<string, string>> = {}) => ({
  Type: 'Notification',
  MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
  TopicArn: 'arn:aws:sns:us-east-1:000000000000:orders',
  Message: textOf(message),
  Timestamp: '2026-01-01T00:00:00.000Z',
  SignatureVersion: '1',
  Signature: '',
  SigningCertURL: 'https://sns.us-east-1.amazonaws.com/SimpleNotificationService.pem',
  UnsubscribeURL: 'https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe',
  MessageAttributes: Object.fromEntries(
    Object.entries(attributes).map(([name, Value]) => [name, { Type: 'String', Value }]),
  ),
})

/** A notification of S3 with a record for each key, which is encoded as S3 does. */
export const s3Notification = (keys: readonly string[], eventName = 'ObjectCreated:Put') => ({
  Records: keys.map((key) => ({
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: 'us-east-1',
    eventTime: '2026-01-01T00:00:00.000Z',
    eventName,
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: 'all',
      bucket: { name: 'pictures', arn: 'arn:aws:s3:::pictures' },
      object: {
        key: encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/'),
        size: 1024,
        eTag: 'd41d8cd98f00b204e9800998ecf8427e',
        sequencer: '0A1B2C3D4E5F678901',
      },
    },
  })),
})

/** What S3 sends when notifications are set up. */
export const s3TestEvent = {
  Service: 'Amazon S3',
  Event: 's3:TestEvent',
  Time: '2026-01-01T00:00:00.000Z',
  Bucket: 'pictures',
  RequestId: '5582815E1AEA5ADF',
  HostId: '8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR',
}

/** What CloudWatch Logs sends to a stream, before it is compressed. */
export const logData = (lines: readonly string[], messageType = 'DATA_MESSAGE') => ({
  messageType,
  owner: '000000000000',
  logGroup: 'group',
  logStream: 'stream',
  subscriptionFilters: ['all'],
  logEvents: lines.map((message, index) => ({ id: `${index}`, timestamp: 1_700_000_000_000, message })),
})

export const gzipped = (value: unknown): Buffer => gzipSync(textOf(value))

/** A Kinesis event with these bytes. */
export const kinesisBytes = (...data: readonly Buffer[]): KinesisStreamEvent => {
  const event = kinesisEvent(data.map(() => ({})))
  for (const [index, { kinesis }] of event.Records.entries()) kinesis.data = (data[index] as Buffer).toString('base64')
  return event
}

const varint = (value: number): number[] => (value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)])
const field = (number: number, bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from([(number << 3) | 2, ...varint(bytes.length)]), bytes])

/** Aggregates records as the KPL does, each with the keys at its position in the tables. */
export const aggregated = (
  records: readonly (string | Buffer)[],
  keys: readonly string[] = ['key'],
  hashKeys: readonly string[] = [],
): Buffer => {
  const inner = Buffer.concat([
    ...keys.map((key) => field(1, Buffer.from(key))),
    ...hashKeys.map((key) => field(2, Buffer.from(key))),
    ...records.map((data, index) =>
      field(
        3,
        Buffer.concat([
          Buffer.from([0x08, ...varint(index % keys.length)]),
          ...(hashKeys.length > 0 ? [Buffer.from([0x10, ...varint(index % hashKeys.length)])] : []),
          field(3, Buffer.from(data)),
        ]),
      ),
    ),
  ])
  return Buffer.concat([Buffer.from('f3899ac2', 'hex'), inner, createHash('md5').update(inner).digest()])
}
