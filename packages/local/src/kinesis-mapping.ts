import { GetRecordsCommand, GetShardIteratorCommand, type KinesisClient } from '@aws-sdk/client-kinesis'
import type { KinesisStreamRecord } from 'aws-lambda'
import { arnOf } from './account.ts'
import { failedIn } from './answer.ts'
import { eventsOf } from './chunks.ts'
import { invocationRecord } from './discarded.ts'
import type { Ending } from './invoke.ts'
import { kinesisRecord } from './kinesis-record.ts'
import { type Attempt, sequelOf } from './kinesis-retry.ts'
import { type Mapping, report, type Surroundings } from './mapping.ts'
import type { StreamSource } from './options.ts'
import { pause } from './pause.ts'

/** Seconds between two looks at a shard that has nothing new. */
const idle = 0.05

/** What is done with a message for the on-failure destination. */
export type Notify = (record: object) => Promise<unknown>

/**
 * Feeds a function from a Kinesis stream: one batch at a time from each shard, in order, with a checkpoint that passes
 * only what succeeded or was given up.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
 */
export const mapStream = (
  surroundings: Surroundings,
  source: StreamSource,
  client: KinesisClient,
  shards: readonly string[],
  notify: Notify | undefined,
): Mapping => {
  const { name, region, invoke, tally, activity, logger, signal } = surroundings
  const { stream: StreamName, batchSize = 100, reportBatchItemFailures = true, retryAfterSeconds = 0.1 } = source
  const { bisectBatchOnFunctionError = false, maximumRetryAttempts = -1 } = source
  const windowMillis = (source.maximumBatchingWindowInSeconds ?? 0) * 1000
  const arn = arnOf('kinesis', region, `stream/${StreamName}`)
  const ends = new Map<string, number>()

  /** Reads on where it stopped, at each call. */
  const reader = (ShardId: string) => {
    let iterator: string | undefined
    let position: string | undefined

    return async (Limit: number): Promise<KinesisStreamRecord[]> => {
      const { version } = activity
      try {
        iterator ??= (await client.send(new GetShardIteratorCommand({ StreamName, ShardId, ...startAfter(position) })))
          .ShardIterator
        const { Records = [], NextShardIterator } = await client.send(
          new GetRecordsCommand({ ShardIterator: iterator, Limit }),
        )
        if (Records.length === 0) {
          ends.set(ShardId, version)
          return [] // and the same place next time: an iterator that moves on by the clock can miss a record
        }
        iterator = NextShardIterator
        position = Records.at(-1)?.SequenceNumber
        return Records.map((record) => kinesisRecord(record, ShardId, arn, region))
      } catch (error) {
        iterator = undefined // an old one expires
        report(surroundings, `could not read ${ShardId} of ${StreamName}`, error)
        return []
      }
    }
  }

  const gather = async (read: ReturnType<typeof reader>): Promise<KinesisStreamRecord[]> => {
    const records = await read(batchSize)
    const end = performance.now() + windowMillis
    while (records.length > 0 && records.length < batchSize && performance.now() < end && !signal.aborted) {
      await pause(idle, signal)
      records.push(...(await read(batchSize - records.length)))
    }
    return records
  }

  const attempt = async (todo: Attempt<KinesisStreamRecord>): Promise<readonly Attempt<KinesisStreamRecord>[]> => {
    const { records, retries } = todo
    tally.invocations += 1
    tally.received += records.length
    const ending = await invoke({ Records: records })
    if (ending.failed) tally.errors += 1
    const failedFrom = firstFailed(ending, records, reportBatchItemFailures)
    const sequel = sequelOf(todo, failedFrom, { bisectBatchOnFunctionError, maximumRetryAttempts })
    const { passed, again, discarded } = sequel
    tally.done += passed
    tally.discarded += discarded.length
    tally.returned += records.length - passed - discarded.length
    if (discarded.length > 0) {
      const threw = ending.failed
      logger.warn(`function ${name}: ${discarded.length} records of ${StreamName} discarded after ${retries} retries`)
      const { requestId } = ending
      await notify?.(
        invocationRecord({ name, region, requestId, invocations: retries + 1, threw, records: discarded }),
      ).catch((error: unknown) => report(surroundings, 'could not tell the on-failure destination', error))
    }
    return again
  }

  const poll = async (shard: string): Promise<void> => {
    const read = reader(shard)
    while (!signal.aborted) {
      const records = await gather(read)
      if (records.length === 0) {
        await pause(idle, signal)
        continue
      }
      const end = activity.begin()
      let todo: readonly Attempt<KinesisStreamRecord>[] = eventsOf(records).map((event) => ({
        records: event,
        retries: 0,
      }))
      while (todo[0] !== undefined && !signal.aborted) {
        const again = await attempt(todo[0])
        todo = [...again, ...todo.slice(1)]
        if (again.length > 0) await pause(retryAfterSeconds, signal)
      }
      end()
    }
  }

  return {
    queue: undefined,
    atEnd: (version) => shards.every((shard) => ends.get(shard) === version),
    stopped: Promise.all(shards.map(poll)),
  }
}

const startAfter = (position: string | undefined) =>
  position === undefined
    ? ({ ShardIteratorType: 'TRIM_HORIZON' } as const)
    : ({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: position } as const)

const firstFailed = (
  ending: Ending,
  records: readonly KinesisStreamRecord[],
  reported: boolean,
): number | 'batch' | undefined => {
  if (ending.failed) return 'batch'
  if (!reported) return undefined
  return failedIn(
    ending.answer,
    records.map(({ kinesis }) => kinesis.sequenceNumber),
  )[0]
}
