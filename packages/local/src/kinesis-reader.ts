import { createHash } from 'node:crypto'
import { GetRecordsCommand, GetShardIteratorCommand, type KinesisClient } from '@aws-sdk/client-kinesis'
import { errorName } from '@lpipe/core/middleware'
import type { Accepts } from '@lpipe/system/tools'
import type { KinesisStreamRecord } from 'aws-lambda'
import { arnOf } from './arns.ts'
import { kinesisRecord } from './kinesis-record.ts'
import { logFailure, type MappingContext } from './mapping.ts'

/** Reads the next records of a shard, at most `limit`. Returns none at the end of the shard, or if the call fails. */
export type ReadShard = (limit: number) => Promise<KinesisStreamRecord[]>

/** Where a reader of a shard reads, and what it returns. */
export interface ShardReaderOptions {
  readonly stream: string
  readonly shard: string
  /** which records are returned; the others are passed over */
  readonly accepts: Accepts<KinesisStreamRecord>
  /** called when the end of the shard is reached, with the version that the activity had before the call */
  readonly onEnd: (version: number) => void
}

/** Returns a function that continues, at each call, where the previous call stopped. */
export const createShardReader = (
  context: MappingContext,
  client: KinesisClient,
  { stream: StreamName, shard: ShardId, accepts, onEnd }: ShardReaderOptions,
): ReadShard => {
  const { activity, region } = context
  const arn = arnOf('kinesis', region, `stream/${StreamName}`)
  let iterator: string | undefined
  let position: string | undefined

  const readPage = async (Limit: number): Promise<KinesisStreamRecord[]> => {
    iterator ??= (await client.send(new GetShardIteratorCommand({ StreamName, ShardId, ...startAfter(position) })))
      .ShardIterator
    const { Records = [], NextShardIterator } = await client.send(
      new GetRecordsCommand({ ShardIterator: iterator, Limit }),
    )
    // At the end it keeps its iterator: the next iterator of kinesalite depends on the clock, and can miss a record.
    if (Records.length === 0) return []
    iterator = NextShardIterator
    position = Records.at(-1)?.SequenceNumber
    return Records.map((record) => kinesisRecord(record, ShardId, arn, region))
  }

  return async (limit) => {
    try {
      for (;;) {
        const { version } = activity
        const page = await readPage(limit)
        const accepted = page.filter(accepts)
        if (page.length === 0) onEnd(version)
        if (page.length === 0 || accepted.length > 0) return accepted
      }
    } catch (error) {
      iterator = undefined
      // Five minutes after the last record. The next call gets another one, after that record.
      if (errorName(error) === 'ExpiredIteratorException') return []
      logFailure(context, `could not read ${ShardId} of stream ${StreamName}`, error)
      return []
    }
  }
}

/** Returns which of the parallel batches of a shard a partition key belongs to: always the same one. */
export const partOf = (partitionKey: string, parts: number): number =>
  createHash('md5').update(partitionKey).digest().readUInt32BE(0) % parts

const startAfter = (position: string | undefined) =>
  position === undefined
    ? ({ ShardIteratorType: 'TRIM_HORIZON' } as const)
    : ({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: position } as const)
