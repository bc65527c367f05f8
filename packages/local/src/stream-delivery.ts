import { randomUUID } from 'node:crypto'
import { quantity } from '@lpipe/core/middleware'
import type { StreamSource } from '@lpipe/system/tools'
import type { KinesisStreamRecord } from 'aws-lambda'
import { failedPositions } from './batch-response.ts'
import { logFailure, type MappingContext } from './mapping.ts'
import { type DiscardedBatch, onFailureRecord } from './on-failure-record.ts'
import { pause } from './pause.ts'
import { type Attempt, planRetry } from './retry-plan.ts'
import { splitIntoEvents } from './split.ts'

type Batch = Attempt<KinesisStreamRecord>

/**
 * Returns a function that invokes a Lambda function with records of a stream, in order, until each has succeeded or was discarded.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
 */
export const createStreamDelivery = (
  context: MappingContext,
  source: StreamSource,
): ((records: readonly KinesisStreamRecord[]) => Promise<void>) => {
  const { functionName, region, invoke, statistics, logger, signal } = context
  const { stream, reportBatchItemFailures = true, retryAfterSeconds = 0.1, onFailure } = source
  const { bisectBatchOnFunctionError = false, maximumRetryAttempts = -1, maximumRecordAgeInSeconds = -1 } = source

  const discard = async (
    batch: Pick<DiscardedBatch, 'requestId' | 'invocations' | 'lastResponse' | 'records'>,
    why: string,
  ): Promise<void> => {
    statistics.discarded += batch.records.length
    context.onDiscarded(functionName, batch.records, why)
    logger.warn(
      `function ${functionName}: discarded ${quantity(batch.records.length, 'record')} of stream ${stream}: ${why}`,
    )
    if (onFailure === undefined) return
    await context
      .sendTo(onFailure, onFailureRecord({ functionName, region, ...batch }))
      .catch((error: unknown) => logFailure(context, `could not send to the on-failure queue ${onFailure}`, error))
  }

  /** Discards the records that are too old, and returns the others. */
  const dropExpired = async ({ records, retries }: Batch): Promise<readonly KinesisStreamRecord[]> => {
    if (maximumRecordAgeInSeconds < 0) return records
    const oldest = Date.now() / 1000 - maximumRecordAgeInSeconds
    const isExpired = ({ kinesis }: KinesisStreamRecord) => kinesis.approximateArrivalTimestamp <= oldest
    const expired = records.filter(isExpired)
    if (expired.length > 0) {
      const why = `older than \`maximumRecordAgeInSeconds: ${maximumRecordAgeInSeconds}\``
      await discard({ requestId: randomUUID(), invocations: retries, records: expired }, why)
    }
    return records.filter((record) => !isExpired(record))
  }

  /** Invokes the function with a batch. Returns what must be tried again, in order. */
  const tryBatch = async (batch: Batch): Promise<readonly Batch[]> => {
    const records = await dropExpired(batch)
    if (records.length === 0) return []
    const result = await invoke(records)
    const ids = records.map(({ kinesis }) => kinesis.sequenceNumber)
    const [firstFailed] = failedPositions(result, ids, reportBatchItemFailures)
    const { passed, retry, discarded } = planRetry({ records, retries: batch.retries }, firstFailed, result.failed, {
      bisectBatchOnFunctionError,
      maximumRetryAttempts,
    })
    statistics.done += passed
    statistics.returned += records.length - passed - discarded.length
    if (discarded.length > 0) {
      const { requestId, failed } = result
      const why = `the last try of \`maximumRetryAttempts: ${maximumRetryAttempts}\` failed`
      const invocations = batch.retries + 1
      await discard({ requestId, invocations, lastResponse: { failed }, records: discarded }, why)
    }
    return retry
  }

  return async (records) => {
    let batches: readonly Batch[] = splitIntoEvents(records).map((event) => ({ records: event, retries: 0 }))
    for (let [batch, ...later] = batches; batch !== undefined; [batch, ...later] = batches) {
      const retry = await tryBatch(batch)
      batches = [...retry, ...later]
      if (retry.length > 0) {
        await pause(retryAfterSeconds, signal)
        if (signal.aborted) return
      }
    }
  }
}
