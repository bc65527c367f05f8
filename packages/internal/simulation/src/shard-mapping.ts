import { checkCause, settle } from './checks/done.ts'
import { type Invoke, reportedIn } from './invoke.ts'
import { happens } from './random.ts'
import { shardedEvent } from './record-formats.ts'
import { type Invocation, type SourceRecord, violate, type World } from './world.ts'

/** Where the reading of a shard or a partition has come to. */
interface Checkpoint {
  readonly records: readonly SourceRecord[]
  position: number
  /** Invocations since it has moved. */
  retries: number
}

/**
 * Streams and topics with their event source mappings: a checkpoint for each shard or partition of a Lambda, which only moves
 * past what is done. A batch of Kinesis and DynamoDB comes from one shard, a batch of Kafka from all partitions of a topic.
 */
export const runShards = async (world: World, invoke: Invoke): Promise<void> => {
  const { scenario, clock, random, stats } = world
  const checkpoints = [...Map.groupBy(world.records, ({ group }) => group).values()].map(
    (records): Checkpoint => ({ records, position: 0, retries: 0 }),
  )
  const isKafka = scenario.source === 'kafka'

  const move = (checkpoint: Checkpoint, done: readonly SourceRecord[]): void => {
    for (const record of done) record.ends.push('settled')
    checkpoint.position += done.length
    checkpoint.retries = done.length > 0 ? 0 : checkpoint.retries + 1
  }

  /** Moves a checkpoint after an invocation: to the first failure of its records. */
  const advance = (
    checkpoint: Checkpoint,
    batch: readonly SourceRecord[],
    reported: readonly SourceRecord[],
    invocation: Invocation | undefined,
    isAgain: boolean,
  ): void => {
    const failures = reported.filter((record) => batch.includes(record))
    if (failures.length > 1) violate(world, 'known ids', 'more than one id of a shard is reported')
    const [first] = failures
    const failedAt = first === undefined ? batch.length : batch.indexOf(first)
    const done = batch.slice(0, failedAt)
    if (invocation !== undefined) {
      for (const record of done) settle(world, invocation, record)
      if (first !== undefined) checkCause(world, invocation, first, new Set(reported))
    }
    if (isAgain && first === undefined) {
      stats.deliveredAgain += batch.length
      return
    }
    move(checkpoint, done)
    if (first === undefined || checkpoint.retries < scenario.maxReceiveCount) return
    // Its failures are given up, as a mapping with a number of attempts and a destination for failures does.
    const rest = batch.slice(failedAt)
    for (const record of rest) record.ends.push('redriven')
    stats.redriven += rest.length
    checkpoint.position += rest.length
    checkpoint.retries = 0
  }

  const read = async (shards: readonly Checkpoint[]): Promise<void> => {
    for (;;) {
      const batches = new Map<Checkpoint, readonly SourceRecord[]>()
      const unread = shards.filter(({ records, position }) => position < records.length)
      const share = Math.ceil(scenario.batchSize / Math.max(1, unread.length))
      for (const shard of unread) {
        batches.set(shard, shard.records.slice(shard.position, shard.position + share))
      }
      const records = [...batches.values()].flat()
      if (records.length === 0) return
      const result = await invoke(shardedEvent(scenario.source, records), records)
      const { invocation } = result
      if (result.threw && !invocation.hasInterference) {
        violate(world, 'no failure without a cause', `an invocation threw: ${String(result.error)}`)
        return
      }
      // An invocation that throws is retried from its first records on.
      const reported = result.threw
        ? [...batches.values()].flatMap((batch) => batch.slice(0, 1))
        : reportedIn(world, invocation, result.answer)
      const isAgain = reported.length === 0 && happens(random, scenario.faults.again)
      for (const [shard, batch] of batches) {
        advance(shard, batch, reported, result.threw ? undefined : invocation, isAgain)
      }
      if (reported.length > 0) await clock.sleep(100)
    }
  }

  const readers = isKafka
    ? Map.groupBy(checkpoints, ({ records: [first] }) => `${first?.shard.functionName} ${first?.shard.stream}`).values()
    : checkpoints.map((checkpoint) => [checkpoint])
  await Promise.all([...readers].map(read))
}
