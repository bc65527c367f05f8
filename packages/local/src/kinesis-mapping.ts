import type { KinesisClient } from '@aws-sdk/client-kinesis'
import { createFilter, type StreamSource } from '@lpipe/system/tools'
import type { KinesisStreamRecord } from 'aws-lambda'
import { createShardReader, partOf, type ReadShard } from './kinesis-reader.ts'
import type { Mapping, MappingContext } from './mapping.ts'
import { pause } from './pause.ts'
import { createStreamDelivery } from './stream-delivery.ts'

/** Seconds between two reads of a shard that has no new records. */
const idle = 0.05

/**
 * Invokes a function with the records of a Kinesis stream: in order, with one batch at a time of each shard, or of each
 * part of a shard with `parallelizationFactor`. The checkpoint passes only records that succeeded or were discarded.
 */
export const mapStream = (
  context: MappingContext,
  source: StreamSource,
  client: KinesisClient,
  shards: readonly string[],
): Mapping => {
  const { activity, signal } = context
  const { stream, batchSize = 100, parallelizationFactor = 1 } = source
  const windowMillis = (source.maximumBatchingWindowInSeconds ?? 0) * 1000
  const passesFilter = createFilter<KinesisStreamRecord>(source.filterCriteria?.filters, 'data', ({ kinesis }) =>
    Buffer.from(kinesis.data, 'base64').toString(),
  )
  const deliver = createStreamDelivery(context, source)
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
