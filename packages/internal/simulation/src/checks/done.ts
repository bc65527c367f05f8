import { countEach, endsWell, expectedEnd, expectedRecord, requiredEntries } from '../expected-run.ts'
import {
  type Invocation,
  type MessageRun,
  runOf,
  type SourceMessage,
  type SourceRecord,
  violate,
  type World,
} from '../world.ts'

/** The source takes a record for done: then its messages have ended well, in time, and everything that they send has arrived. */
export const settle = (world: World, invocation: Invocation, record: SourceRecord): void => {
  if (!endsWell(world, invocation, record)) {
    const { end, at } = expectedRecord(world, invocation, record)
    const { number } = record.messages[0] as SourceMessage
    violate(world, 'one end', `the record of message ${number} is taken for done, and it is ${end}, at ${at}`)
    return
  }
  for (const source of record.messages) {
    const run = runOf(world, invocation, source)
    const arrived = countEach(
      world.arrivals.filter((one) => one.source === source).map(({ target, text }) => `${target} ${text}`),
    )
    for (const [key, count] of requiredEntries(world, run)) {
      const there = arrived.get(key) ?? 0
      if (there < count) {
        violate(world, 'arrived', `message ${source.number} is done, and ${there} of ${count} arrived: ${key}`)
      }
    }
    world.stats[expectedEnd(world, run).end === 'ok' ? 'succeeded' : 'dropped'] += 1
  }
}

/** A record that comes back has a reason to. */
export const checkCause = (
  world: World,
  invocation: Invocation,
  record: SourceRecord,
  failed: ReadonlySet<SourceRecord>,
): void => {
  if (hasCause(world, invocation, record, failed)) return
  const numbers = record.messages.map(({ number }) => number)
  violate(
    world,
    'no failure without a cause',
    `the record of message ${numbers.join(', ')} is reported, and all of it was done`,
  )
}

export const hasCause = (
  world: World,
  invocation: Invocation,
  record: SourceRecord,
  failed: ReadonlySet<SourceRecord>,
): boolean => {
  const { group, number, messages } = record
  const inGroup = group === undefined ? [] : invocation.records.filter((other) => other.group === group)
  if (inGroup.some((other) => other.number < number && failed.has(other))) return true
  return messages.some((source) => messageFailed(world, runOf(world, invocation, source)))
}

const messageFailed = (world: World, run: MessageRun): boolean => {
  const { clock } = world
  const { source, invocation } = run
  const { end, at } = expectedEnd(world, run)
  if (end === 'fail' || run.isObstructed) return true
  // What one half of a split call was answered counts when the other half is answered too.
  if (run.refused.size > 0 && clock.now() >= flushEndOf(invocation)) return true
  // An open circuit is seen before what cannot be sent.
  if (source.isUndeliverable && invocation.openCircuits.size > 0) return true
  // Whether a message that no function sees was begun cannot be seen either.
  if (end === 'unfinished' || source.path === undefined || at >= invocation.cut) {
    if (clock.now() >= invocation.cut) return true
  }
  const open = [...requiredEntries(world, run)].filter(([key, count]) => (run.confirmed.get(key) ?? 0) < count)
  return open.some(([key]) => maySendFail(world, run, key))
}

/** Whether an entry that was not confirmed may count as not accepted. */
const maySendFail = (world: World, run: MessageRun, key: string): boolean => {
  const { options, faults } = world.scenario
  const { invocation } = run
  const { maxAttempts, maxRetryMillis, retryMillis } = options.delivery
  const now = world.clock.now()
  // The longest backoff, and how long an attempt may take before the call leaves: its queue's URL is found first.
  const maxWait = Math.min(5000, retryMillis * 2 ** (maxAttempts - 1)) + faults.coldMillis + faults.latency
  const first = run.firstTries.get(key) ?? now
  const isOf = (target: string): boolean => key.startsWith(`${target} `)
  return (
    run.refused.has(key) ||
    // A function waited for earlier sends until its time was up.
    (!run.tries.has(key) && now >= invocation.cut) ||
    (run.tries.get(key) ?? 0) >= maxAttempts ||
    // The URL of a queue is asked for at each attempt, and that may fail too.
    [...invocation.unknownUrls].some(isOf) ||
    [...invocation.openCircuits].some(isOf) ||
    now + maxWait >= flushEndOf(invocation) ||
    now + maxWait >= first + maxRetryMillis
  )
}

/** When sends are abandoned: without a deadline four seconds after the last function has ended. */
const flushEndOf = ({ flushEnd, runs }: Invocation): number => {
  if (flushEnd !== Number.POSITIVE_INFINITY) return flushEnd
  const ends = [...runs.values()].flatMap(({ results }) => results.map(({ at }) => at))
  return Math.max(0, ...ends) + 4000
}
