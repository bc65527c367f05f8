import { randomUUID } from 'node:crypto'
import type { KinesisClient } from '@aws-sdk/client-kinesis'
import { quantity } from '@lpipe/core/middleware'
import { createFilter, type StreamSource } from '@lpipe/system/tools'
import type { KinesisStreamRecord } from 'aws-lambda'
import { failedPositions } from './batch-response.ts'
import { createShardReader, partOf, type ReadShard } from './kinesis-reader.ts'
import { logFailure, type Mapping, type MappingContext } from './mapping.ts'
import { type DiscardedBatch, onFailureRecord } from './on-failure-record.ts'
import { pause } from './pause.ts'
import { type Attempt, planRetry } from './retry-plan.ts'
import { splitIntoEvents } from './split.ts'

/** Seconds between two reads of a shard that has no new records. */
const idle = 0.05

type Batch = Attempt<KinesisStreamRecord>

/**
 * Invokes a function with the records of a Kinesis stream: in order, with one batch at a time of each shard, or of each
 * part of a shard with `parallelizationFactor`. The checkpoint passes only records that succeeded or were discarded.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
 */
export const mapStream = (
  context: MappingContext,
  source: StreamSource,
  client: KinesisClient,
  shards: readonly string[],
): Mapping => {
  const { functionName, region, invoke, statistics, activity, logger, signal } = context
  const { stream, batchSize = 100, reportBatchItemFailures = true, retryAfterSeconds = 0.1 } = source
  const { bisectBatchOnFunctionError = false, maximumRetryAttempts = -1, maximumRecordAgeInSeconds = -1 } = source
  const { parallelizationFactor = 1, onFailure } = source
  const windowMillis = (source.maximumBatchingWindowInSeconds ?? 0) * 1000
  const passesFilter = createFilter<KinesisStreamRecord>(source.filterCriteria?.filters, 'data', ({ kinesis }) =>
    Buffer.from(kinesis.data, 'base64').toString(),
  )
  const pollers = shards.flatMap((shard) =>
    Array.from({ length: parallelizationFactor }, (_, part) => ({ shard, part, readToEndAt: -1 })),
  )

  /** Waits for more records until the batch is full or the window ends. `stop()` ends the window. */
  const fillBatch = async (records: KinesisStreamRecord[], read: ReadShard): Promise<KinesisStreamRecord[]> => {
    const end = performance.now() + windowMillis
    while (records.length < batchSize && performance.now() < end && !signal.aborted) {
      await pause(idle, signal)
      records.push(...(await read(batchSize - records.length)))
    }
    return records
  }

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

  const deliver = async (records: readonly KinesisStreamRecord[]): Promise<void> => {
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

  const poll = async (poller: (typeof pollers)[number]): Promise<void> => {
    const { shard, part } = poller
    const read = createShardReader(context, client, {
      stream,
      shard,
      accepts: (record) => partOf(record.kinesis.partitionKey, parallelizationFactor) === part && passesFilter(record),
      onEnd: (version) => {
        poller.readToEndAt = version
      },
    })
    while (!signal.aborted) {
      const records = await read(batchSize)
      if (records.length === 0) {
        await pause(idle, signal)
        continue
      }
      const end = activity.begin() // records that were read count as work in progress, also while the window is open
      await deliver(await fillBatch(records, read))
      end()
    }
  }

  return {
    queue: undefined,
    atEnd: (version) => pollers.every(({ readToEndAt }) => readToEndAt === version),
    stopped: Promise.all(pollers.map(poll)),
  }
}
