import type { KinesisStreamRecord } from 'aws-lambda'
import { arnOf } from './account.ts'

/** What is told of a batch that was given up. */
export interface Discarded {
  readonly name: string
  readonly region: string
  readonly requestId: string
  readonly invocations: number
  readonly threw: boolean
  readonly records: readonly KinesisStreamRecord[]
}

/**
 * What Lambda tells an on-failure destination of a batch of a stream: where its records are, not what they hold.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
 */
export const invocationRecord = ({ name, region, requestId, invocations, threw, records }: Discarded): object => {
  const [first, last] = [records[0], records.at(-1)]
  return {
    requestContext: {
      requestId,
      functionArn: arnOf('lambda', region, `function:${name}`),
      condition: 'RetryAttemptsExhausted',
      approximateInvokeCount: invocations,
    },
    responseContext: {
      statusCode: 200,
      executedVersion: '$LATEST',
      functionError: threw ? 'Unhandled' : null,
    },
    version: '1.0',
    timestamp: new Date().toISOString(),
    KinesisBatchInfo: {
      shardId: first?.eventID.split(':')[0],
      startSequenceNumber: first?.kinesis.sequenceNumber,
      endSequenceNumber: last?.kinesis.sequenceNumber,
      approximateArrivalOfFirstRecord: arrivalOf(first),
      approximateArrivalOfLastRecord: arrivalOf(last),
      batchSize: records.length,
      streamArn: first?.eventSourceARN,
    },
  }
}

const arrivalOf = (record: KinesisStreamRecord | undefined): string =>
  new Date((record?.kinesis.approximateArrivalTimestamp ?? 0) * 1000).toISOString()
