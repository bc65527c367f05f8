import type { _Record } from '@aws-sdk/client-kinesis'
import type { KinesisStreamRecord } from 'aws-lambda'
import { arnOf } from './arns.ts'

/**
 * Converts a record of a shard to a record of an event.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
 */
export const kinesisRecord = (
  record: _Record,
  shardId: string,
  eventSourceARN: string,
  awsRegion: string,
): KinesisStreamRecord => {
  const { SequenceNumber = '', PartitionKey = '', Data = new Uint8Array(), ApproximateArrivalTimestamp } = record
  return {
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey: PartitionKey,
      sequenceNumber: SequenceNumber,
      data: Buffer.from(Data).toString('base64'),
      approximateArrivalTimestamp: (ApproximateArrivalTimestamp?.getTime() ?? 0) / 1000,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `${shardId}:${SequenceNumber}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: arnOf('iam', '', 'role/local'),
    awsRegion,
    eventSourceARN,
  }
}
