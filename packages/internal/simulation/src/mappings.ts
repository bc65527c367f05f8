import type { SourceReceipts } from './clients.ts'
import { checkCause, hasCause, settle } from './invariants.ts'
import type { Invoke } from './invoke.ts'
import { reportedIn } from './invoke.ts'
import { happens } from './random.ts'
import { kinesisRecord, rawRecord, sqsRecord } from './sources.ts'
import { current, type Invocation, type SourceMessage, violate, type World } from './world.ts'

/** A message in the queue of the source. */
interface StoredMessage {
  readonly source: SourceMessage
  visibleAt: number
  receives: number
  receipt: string
  isGone: boolean
}

/** An SQS queue with its event source mapping: visibility, groups that wait, and a redrive policy. */
export const createQueue = (world: World) => {
  const { scenario, clock, random, stats } = world
  const { options, maxReceiveCount, batchSize, faults, timeout } = scenario
  const isFifo = scenario.source === 'fifo'
  const visibility = (timeout ?? 60_000) + 10_000
  const stored: StoredMessage[] = world.sources.map((source) => {
    return { source, visibleAt: 0, receives: 0, receipt: '', isGone: false }
  })

  const receive = (): StoredMessage[] => {
    const now = clock.now()
    const blocked = new Set(
      stored.filter((one) => !one.isGone && one.visibleAt > now).map(({ source }) => source.group),
    )
    const batch: StoredMessage[] = []
    for (const one of stored) {
      if (batch.length >= batchSize) break
      if (one.isGone || one.visibleAt > now || (isFifo && blocked.has(one.source.group))) continue
      if (one.receives >= maxReceiveCount) {
        leave(one, 'redriven')
        continue
      }
      one.receives += 1
      one.receipt = `${one.source.number}#${one.receives}`
      one.visibleAt = timeout === null ? Number.POSITIVE_INFINITY : now + visibility
      batch.push(one)
    }
    return batch
  }

  const leave = (one: StoredMessage, end: 'settled' | 'redriven'): void => {
    one.isGone = true
    one.source.ends.push(end)
    if (end === 'redriven') stats.redriven += 1
  }

  /** Done, and deleted; or delivered again all the same, as SQS may. */
  const finish = (invocation: Invocation, one: StoredMessage): void => {
    settle(world, invocation, one.source)
    if (one.receives < maxReceiveCount && happens(random, faults.again)) stats.deliveredAgain += 1
    else leave(one, 'settled')
  }

  const handle = async (batch: readonly StoredMessage[], invoke: Invoke): Promise<void> => {
    const sources = batch.map(({ source }) => source)
    const result = await invoke(
      { Records: batch.map((one) => sqsRecord(one.source, one.receives, one.receipt)) },
      sources,
    )
    const { invocation } = result
    const isReporting = options.partialFailures === 'report'
    const left = batch.filter(({ isGone }) => !isGone)
    if (result.threw) {
      if (isReporting && !invocation.hasInterference) {
        violate(world, 'no failure without a cause', `an invocation threw: ${String(result.error)}`)
      }
      // One that was postponed for less than the invocation lasts may be processed by another one meanwhile.
      const failed = new Set(sources.filter((source) => !invocation.removed.has(source)))
      if (faults.source === 0 && !invocation.hasInterference && clock.now() < invocation.cut) {
        for (const source of failed) checkCause(world, invocation, source, failed)
      }
      checkPostponed(invocation, failed)
    } else {
      const reported = new Set(reportedIn(world, invocation, result.answer))
      if (!isReporting && reported.size > 0)
        violate(world, 'one end', 'failures are reported to a mapping that ignores them')
      for (const one of left) {
        if (reported.has(one.source)) checkCause(world, invocation, one.source, reported)
        else finish(invocation, one)
      }
      checkPostponed(invocation, reported)
    }
    for (const one of batch) {
      if (one.visibleAt === Number.POSITIVE_INFINITY) one.visibleAt = clock.now() + visibility
    }
  }

  /** Only what comes back is postponed, and a group as a whole. */
  const checkPostponed = ({ postponed, hasInterference }: Invocation, failed: ReadonlySet<SourceMessage>): void => {
    for (const [source, seconds] of postponed) {
      stats.postponed += 1
      if (!failed.has(source) && !hasInterference) {
        violate(world, 'known ids', `message ${source.number} is postponed, and did not fail`)
      }
      for (const [other, otherSeconds] of postponed) {
        if (isFifo && other.group === source.group && otherSeconds !== seconds) {
          violate(world, 'order', `messages ${source.number} and ${other.number} of one group have different delays`)
        }
      }
    }
  }

  const byReceipt = (receipt: string): StoredMessage | undefined =>
    stored.find((one) => one.receipt === receipt && !one.isGone && one.visibleAt > clock.now())

  const receipts: SourceReceipts = {
    remove: (receipt) => {
      const one = byReceipt(receipt)
      const invocation = current.getStore()
      if (one === undefined || invocation === undefined) return false
      stats.deleted += 1
      invocation.removed.add(one.source)
      settle(world, invocation, one.source)
      leave(one, 'settled')
      return true
    },
    postpone: (receipt, seconds) => {
      const one = byReceipt(receipt)
      if (one === undefined) return false
      current.getStore()?.postponed.set(one.source, seconds)
      one.visibleAt = clock.now() + seconds * 1000
      return true
    },
  }

  const poll = async (invoke: Invoke): Promise<void> => {
    for (;;) {
      const batch = receive()
      if (batch.length > 0) {
        await handle(batch, invoke)
        continue
      }
      const left = stored.filter(({ isGone }) => !isGone)
      if (left.length === 0) return
      const later = left
        .map(({ visibleAt }) => visibleAt)
        .filter((at) => at > clock.now() && at < Number.POSITIVE_INFINITY)
      await clock.sleep(later.length === 0 ? 1000 : Math.min(...later) - clock.now())
    }
  }

  const run = async (invoke: Invoke): Promise<void> => {
    await Promise.all(Array.from({ length: scenario.pollers }, () => poll(invoke)))
  }
  return { receipts, run }
}

/** Kinesis streams with their event source mappings: a checkpoint for each shard of a Lambda. */
export const runStreams = async (world: World, invoke: Invoke): Promise<void> => {
  const { scenario, clock, random, stats } = world

  const readShard = async (records: readonly SourceMessage[]): Promise<void> => {
    let position = 0
    let retries = 0
    while (position < records.length) {
      const batch = records.slice(position, position + scenario.batchSize)
      const result = await invoke({ Records: batch.map(kinesisRecord) }, batch)
      const { invocation } = result
      if (result.threw && !invocation.hasInterference) {
        violate(world, 'no failure without a cause', `an invocation threw: ${String(result.error)}`)
        return
      }
      // An invocation that throws is retried from its first record on.
      const reported = result.threw ? batch.slice(0, 1) : reportedIn(world, invocation, result.answer)
      const [first] = reported
      if (reported.length > 1) violate(world, 'known ids', 'more than one id of a stream is reported')
      const failedAt = first === undefined ? batch.length : batch.indexOf(first)
      for (const source of batch.slice(0, failedAt)) settle(world, invocation, source)
      if (first !== undefined && !result.threw) checkCause(world, invocation, first, new Set(reported))
      if (first === undefined && happens(random, scenario.faults.again)) {
        stats.deliveredAgain += batch.length
        continue
      }
      for (const source of batch.slice(0, failedAt)) source.ends.push('settled')
      position += failedAt
      retries = failedAt > 0 ? 0 : retries + 1
      if (first === undefined) continue
      if (retries >= scenario.maxReceiveCount) {
        const rest = batch.slice(failedAt)
        for (const source of rest) source.ends.push('redriven')
        stats.redriven += rest.length
        position += rest.length
        retries = 0
      }
      await clock.sleep(100)
    }
  }
  await Promise.all([...Map.groupBy(world.sources, ({ group }) => group).values()].map(readShard))
}

/** Asynchronous events: Lambda tries one three times, under one request id. */
export const runRaw = async (world: World, invoke: Invoke): Promise<void> => {
  const { scenario, clock, random, stats } = world
  const events: SourceMessage[][] = []
  for (let from = 0; from < world.sources.length; from += scenario.batchSize) {
    events.push(world.sources.slice(from, from + scenario.batchSize))
  }

  const runEvent = async (sources: readonly SourceMessage[], number: number): Promise<void> => {
    for (let attempt = 0; attempt < 3; attempt++) {
      const result = await invoke(sources.map(rawRecord), sources, `event-${number}`)
      const { invocation } = result
      if (!result.threw) {
        for (const source of sources) settle(world, invocation, source)
        if (attempt < 2 && happens(random, scenario.faults.again)) {
          stats.deliveredAgain += sources.length
          continue
        }
        for (const source of sources) source.ends.push('settled')
        return
      }
      if (!invocation.hasInterference && !sources.some((source) => hasCause(world, invocation, source, new Set()))) {
        violate(world, 'no failure without a cause', `an event failed without a cause: ${String(result.error)}`)
      }
      await clock.sleep(60_000)
    }
    for (const source of sources) source.ends.push('redriven')
    stats.redriven += sources.length
  }
  for (const [number, sources] of events.entries()) await runEvent(sources, number)
}
