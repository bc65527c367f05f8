import { checkCause, settle } from './checks/done.ts'
import { checkOutcomes } from './checks/metrics.ts'
import type { SourceReceipts } from './clients.ts'
import { type Invoke, reportedIn } from './invoke.ts'
import { happens } from './random.ts'
import { sqsRecord } from './record-formats.ts'
import { current, type Invocation, type SourceRecord, violate, type World } from './world.ts'

/** A record in the queue of the source. */
interface StoredRecord {
  readonly record: SourceRecord
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
  const stored: StoredRecord[] = world.records.map((record) => {
    return { record, visibleAt: 0, receives: 0, receipt: '', isGone: false }
  })

  const receive = (): StoredRecord[] => {
    const now = clock.now()
    const blocked = new Set(
      stored.filter((one) => !one.isGone && one.visibleAt > now).map(({ record }) => record.group),
    )
    const batch: StoredRecord[] = []
    for (const one of stored) {
      if (batch.length >= (isFifo ? Math.min(10, batchSize) : batchSize)) break
      if (one.isGone || one.visibleAt > now || (isFifo && blocked.has(one.record.group))) continue
      if (one.receives >= maxReceiveCount) {
        leave(one, 'redriven')
        continue
      }
      one.receives += 1
      one.receipt = `${one.record.number}#${one.receives}`
      one.visibleAt = timeout === null ? Number.POSITIVE_INFINITY : now + visibility
      batch.push(one)
    }
    return batch
  }

  const leave = (one: StoredRecord, end: 'settled' | 'redriven'): void => {
    one.isGone = true
    one.record.ends.push(end)
    if (end === 'redriven') stats.redriven += 1
  }

  /** Done, and deleted; or delivered again all the same, as SQS may. */
  const finish = (invocation: Invocation, one: StoredRecord): void => {
    settle(world, invocation, one.record)
    if (one.receives < maxReceiveCount && happens(random, faults.again)) stats.deliveredAgain += 1
    else leave(one, 'settled')
  }

  const handle = async (batch: readonly StoredRecord[], invoke: Invoke): Promise<void> => {
    const records = batch.map(({ record }) => record)
    const received = batch.map(({ receipt }) => receipt)
    const result = await invoke(
      { Records: batch.map((one) => sqsRecord(one.record, one.receives, one.receipt)) },
      records,
    )
    const { invocation } = result
    const isReporting = options.partialFailures === 'report'
    const left = batch.filter(({ isGone }) => !isGone)
    if (result.threw) {
      if (isReporting && !invocation.hasInterference) {
        violate(world, 'no failure without a cause', `an invocation threw: ${String(result.error)}`)
      }
      // One that was postponed for less than the invocation lasts may be processed by another one meanwhile.
      const failed = new Set(records.filter((record) => !invocation.removed.has(record)))
      if (faults.source === 0 && !invocation.hasInterference && clock.now() < invocation.cut) {
        for (const record of failed) checkCause(world, invocation, record, failed)
      }
      checkPostponed(invocation, failed)
    } else {
      const reported = new Set(reportedIn(world, invocation, result.answer))
      if (!isReporting && reported.size > 0)
        violate(world, 'one end', 'failures are reported to a mapping that ignores them')
      for (const one of left) {
        if (reported.has(one.record)) checkCause(world, invocation, one.record, reported)
        else finish(invocation, one)
      }
      checkPostponed(invocation, reported)
      if (isReporting) checkOutcomes(world, invocation, reported)
    }
    for (const [index, one] of batch.entries()) {
      // Another invocation may have received it meanwhile.
      const isStillOurs = one.receipt === received[index]
      if (isStillOurs && one.visibleAt === Number.POSITIVE_INFINITY) one.visibleAt = clock.now() + visibility
    }
  }

  /** Only what comes back is postponed, and a group as a whole. */
  const checkPostponed = ({ postponed, hasInterference }: Invocation, failed: ReadonlySet<SourceRecord>): void => {
    for (const [record, seconds] of postponed) {
      stats.postponed += 1
      if (!failed.has(record) && !hasInterference) {
        violate(world, 'known ids', `record ${record.number} is postponed, and did not fail`)
      }
      for (const [other, otherSeconds] of postponed) {
        if (isFifo && other.group === record.group && otherSeconds !== seconds) {
          violate(world, 'order', `records ${record.number} and ${other.number} of one group have different delays`)
        }
      }
    }
  }

  const byReceipt = (receipt: string): StoredRecord | undefined =>
    stored.find((one) => one.receipt === receipt && !one.isGone && one.visibleAt > clock.now())

  const receipts: SourceReceipts = {
    remove: (receipt) => {
      const one = byReceipt(receipt)
      const invocation = current.getStore()
      if (one === undefined || invocation === undefined) return false
      stats.deleted += 1
      invocation.removed.add(one.record)
      settle(world, invocation, one.record)
      leave(one, 'settled')
      return true
    },
    postpone: (receipt, seconds) => {
      const one = byReceipt(receipt)
      if (one === undefined) return false
      const postponed = current.getStore()?.postponed
      if (postponed?.has(one.record)) violate(world, 'known ids', `record ${one.record.number} is postponed twice`)
      postponed?.set(one.record, seconds)
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
