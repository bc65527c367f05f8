import type { KinesisStreamRecord } from 'aws-lambda'
import { arnOf } from './arns.ts'

/** A batch that Lambda discards, and why. */
export interface DiscardedBatch {
  readonly functionName: string
  readonly region: string
  readonly requestId: string
  /** how often the function was invoked with it */
  readonly invocations: number
  /** `responseContext` of the record; missing if the batch expired */
  readonly lastResponse?: { readonly failed: boolean }
  readonly records: readonly KinesisStreamRecord[]
}

/**
 * Returns the invocation record that Lambda sends to an on-failure destination of a Kinesis stream. It says where the
 * records are, not what they hold.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
 */
export const onFailureRecord = (batch: DiscardedBatch): object => {
  const { functionName, region, requestId, invocations, lastResponse, records } = batch
  const [first, last] = [records[0], records.at(-1)]
  return {
    requestContext: {
      requestId,
      functionArn: arnOf('lambda', region, `function:${functionName}`),
      condition: lastResponse === undefined ? 'RecordAgeExceeded' : 'RetryAttemptsExhausted',
      approximateInvokeCount: Math.max(1, invocations), // AWS reports 1 for a batch that expired before its first try
    },
    ...(lastResponse && {
      responseContext: {
        statusCode: 200,
        executedVersion: '$LATEST',
        functionError: lastResponse.failed ? 'Unhandled' : null,
      },
    }),
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
