import type { Invoke } from './invoke.ts'
import { reportedIn } from './invoke.ts'
import { current, type Invocation, type Source, violate, type World } from './ledger.ts'
import { happens } from './random.ts'
import type { Inbox, Place } from './services.ts'
import { checkCause, hasCause, settle } from './verdicts.ts'

const arn = { standard: 'arn:aws:sqs:::source', fifo: 'arn:aws:sqs:::source.fifo', kinesis: 'arn:aws:kinesis:::stream' }

/** The source's queue. */
interface Stored {
  readonly source: Source
  visibleAt: number
  receives: number
  receipt: string
  gone: boolean
}

/** An SQS queue with its event source mapping: visibility, groups that wait, and a redrive policy. */
export const makeQueue = (world: World, places: readonly Place[]) => {
  const { scenario, clock, random, tally } = world
  const { options, maxReceiveCount, batchSize, faults, timeout } = scenario
  const isFifo = scenario.source === 'fifo'
  const visibility = (timeout ?? 20_000) + 10_000
  const stored: Stored[] = world.sources.map((source) => {
    return { source, visibleAt: 0, receives: 0, receipt: '', gone: false }
  })

  const receive = (): Stored[] => {
    const now = clock.now()
    const blocked = new Set(stored.filter((one) => !one.gone && one.visibleAt > now).map(({ source }) => source.lane))
    const batch: Stored[] = []
    for (const one of stored) {
      if (batch.length >= batchSize) break
      if (one.gone || one.visibleAt > now || (isFifo && blocked.has(one.source.lane))) continue
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

  const leave = (one: Stored, how: 'settled' | 'redriven'): void => {
    one.gone = true
    one.source.ends.push(how)
    if (how === 'redriven') tally.redriven += 1
  }

  /** Done, and deleted; or done and delivered again all the same, as SQS may. */
  const done = (invocation: Invocation, one: Stored): void => {
    settle(world, invocation, one.source, places)
    if (one.receives < maxReceiveCount && happens(random, faults.again)) tally.deliveredAgain += 1
    else leave(one, 'settled')
  }

  const handle = async (batch: readonly Stored[], invoke: Invoke): Promise<void> => {
    const sources = batch.map(({ source }) => source)
    const ending = await invoke({ Records: batch.map((one) => recordOf(one)) }, sources)
    const { invocation } = ending
    const reports = options.partialFailures === 'report'
    const left = batch.filter(({ gone }) => !gone)
    if (ending.threw) {
      if (reports) violate(world, 'no failure without a cause', `an invocation threw: ${String(ending.error)}`)
      const failed = new Set(left.map(({ source }) => source))
      if (faults.source === 0 && clock.now() < invocation.cut) {
        for (const source of failed) checkCause(world, invocation, source, failed, places)
      }
      checkPostponed(invocation, failed)
    } else {
      const reported = new Set(reportedIn(world, ending.answer, sources))
      if (!reports && reported.size > 0) violate(world, 'one end', 'what failed is reported to nobody')
      for (const one of left) {
        if (reported.has(one.source)) checkCause(world, invocation, one.source, reported, places)
        else done(invocation, one)
      }
      checkPostponed(invocation, reported)
    }
    for (const one of batch) {
      if (one.visibleAt === Number.POSITIVE_INFINITY) one.visibleAt = clock.now() + visibility
    }
  }

  /** Only what comes back is postponed, and a group as a whole. */
  const checkPostponed = ({ postponed }: Invocation, failed: ReadonlySet<Source>): void => {
    for (const [source, seconds] of postponed) {
      tally.postponed += 1
      if (!failed.has(source)) violate(world, 'known ids', `message ${source.number} is postponed, and did not fail`)
      for (const [other, otherSeconds] of postponed) {
        if (isFifo && other.lane === source.lane && otherSeconds !== seconds) {
          violate(world, 'order', `messages ${source.number} and ${other.number} of one group have different delays`)
        }
      }
    }
  }

  const byReceipt = (receipt: string): Stored | undefined =>
    stored.find((one) => one.receipt === receipt && !one.gone && one.visibleAt > clock.now())

  const inbox: Inbox = {
    remove: (receipt) => {
      const one = byReceipt(receipt)
      const invocation = current.getStore()
      if (one === undefined || invocation === undefined) return false
      tally.deleted += 1
      invocation.removed.add(one.source)
      settle(world, invocation, one.source, places)
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

  const recordOf = ({ source, receives, receipt }: Stored): object => ({
    messageId: source.id,
    receiptHandle: receipt,
    body: source.path === undefined && typeof source.body === 'string' ? source.body : textOf(source),
    attributes: { ApproximateReceiveCount: String(receives), MessageGroupId: source.lane ?? 'tenant' },
    messageAttributes: {},
    eventSource: 'aws:sqs',
    eventSourceARN: isFifo ? arn.fifo : arn.standard,
  })

  const poll = async (invoke: Invoke): Promise<void> => {
    for (;;) {
      const batch = receive()
      if (batch.length > 0) {
        await handle(batch, invoke)
        continue
      }
      const left = stored.filter(({ gone }) => !gone)
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
  return { inbox, run }
}

const textOf = ({ path, body }: Source): string =>
  JSON.stringify({ path: path === undefined ? 'NOWHERE' : `P${path}`, kwargs: body })

/** A Kinesis stream with its event source mapping: a checkpoint for each shard. */
export const runStream = async (world: World, places: readonly Place[], invoke: Invoke): Promise<void> => {
  const { scenario, clock, random, tally } = world
  const shards = Map.groupBy(world.sources, ({ lane }) => lane)

  const readShard = async (records: readonly Source[]): Promise<void> => {
    let position = 0
    let retries = 0
    while (position < records.length) {
      const batch = records.slice(position, position + scenario.batchSize)
      const ending = await invoke({ Records: batch.map(kinesisRecord) }, batch)
      const { invocation } = ending
      if (ending.threw) {
        violate(world, 'no failure without a cause', `an invocation threw: ${String(ending.error)}`)
        return
      }
      const reported = reportedIn(world, ending.answer, batch)
      const [first] = reported
      if (reported.length > 1) violate(world, 'known ids', 'a stream is told more than one id')
      const failedAt = first === undefined ? batch.length : batch.indexOf(first)
      for (const source of batch.slice(0, failedAt)) settle(world, invocation, source, places)
      if (first !== undefined) checkCause(world, invocation, first, new Set(reported), places)
      if (first === undefined && happens(random, scenario.faults.again)) {
        tally.deliveredAgain += batch.length
        continue
      }
      for (const source of batch.slice(0, failedAt)) source.ends.push('settled')
      position += failedAt
      retries = failedAt > 0 ? 0 : retries + 1
      if (first === undefined) continue
      if (retries >= scenario.maxReceiveCount) {
        const rest = batch.slice(failedAt)
        for (const source of rest) source.ends.push('redriven')
        tally.redriven += rest.length
        position += rest.length
        retries = 0
      }
      await clock.sleep(100)
    }
  }
  await Promise.all([...shards.values()].map(readShard))
}

const kinesisRecord = (source: Source): object => ({
  eventID: `shardId-00000000000${source.lane}:${source.id}`,
  eventSource: 'aws:kinesis',
  eventSourceARN: arn.kinesis,
  kinesis: {
    sequenceNumber: source.id,
    partitionKey: source.lane,
    data: Buffer.from(typeof source.body === 'string' ? source.body : textOf(source)).toString('base64'),
  },
})

/** Asynchronous events: Lambda tries one three times, under one request id. */
export const runRaw = async (world: World, places: readonly Place[], invoke: Invoke): Promise<void> => {
  const { scenario, clock, random, tally } = world
  const events: Source[][] = []
  for (let from = 0; from < world.sources.length; from += scenario.batchSize) {
    events.push(world.sources.slice(from, from + scenario.batchSize))
  }

  const runEvent = async (sources: readonly Source[], number: number): Promise<void> => {
    const event = sources.map((source) =>
      typeof source.body === 'string'
        ? source.body
        : { path: source.path === undefined ? 'NOWHERE' : `P${source.path}`, kwargs: source.body },
    )
    for (let attempt = 0; attempt < 3; attempt++) {
      const ending = await invoke(event, sources, `event-${number}`)
      const { invocation } = ending
      if (!ending.threw) {
        for (const source of sources) settle(world, invocation, source, places)
        if (attempt < 2 && happens(random, scenario.faults.again)) {
          tally.deliveredAgain += sources.length
          continue
        }
        for (const source of sources) source.ends.push('settled')
        return
      }
      if (!sources.some((source) => hasCause(world, invocation, source, new Set(), places))) {
        violate(world, 'no failure without a cause', `an event failed for nothing: ${String(ending.error)}`)
      }
      await clock.sleep(60_000)
    }
    for (const source of sources) source.ends.push('redriven')
    tally.redriven += sources.length
  }
  for (const [number, sources] of events.entries()) await runEvent(sources, number)
}
