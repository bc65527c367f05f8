import { endsWell, expectedEnd, expectedEntries, expectedRecord } from '../expected-run.ts'
import { addTo, type MessageRun, type Target, violate, type World } from '../world.ts'
import { keepsNoOrder } from './begin.ts'

/** Nothing is sent for a message of a record that has not ended well, and in time. */
export const checkMaySend = (world: World, run: MessageRun, target: Target, orderingKey: string | undefined): void => {
  const { source, invocation, refused } = run
  const say = (why: string): void =>
    violate(world, 'nothing for a failed message', `message ${source.number} is sent to ${target.key}, although ${why}`)
  if (!invocation.sources.includes(source)) say('it is of another invocation')
  if (!endsWell(world, invocation, source.record)) {
    say(`its record is ${expectedRecord(world, invocation, source.record).end}`)
  }
  // A call that asks for the URL of its queue may have begun before. Without order its other entries are sent all the same.
  if (target.isNamed || target.kind === 'standard') return
  if (expectedEnd(world, run).end === 'drop') return
  for (const [key, one] of refused) {
    const isBehind = key.startsWith(`${target.key} `) && one.orderingKey === orderingKey
    if (isBehind && one.at < world.clock.now()) say(`it comes back: refused was ${key}`)
  }
}

/** Nothing is sent behind what was refused for good: that comes back, and would arrive after it. */
export const checkBehind = (world: World, run: MessageRun, target: Target, orderingKey: string | undefined): void => {
  const { number, record } = run.source
  if (orderingKey === undefined || target.isDeadLetter || record.group === undefined || keepsNoOrder(world)) return
  for (const { source, refused } of run.invocation.runs.values()) {
    if (source.record.group !== record.group || source.number >= number || world.droppedLate.has(source)) continue
    // Calls with one key follow each other, so that the engine knew that the message was refused.
    for (const [key, one] of refused) {
      if (!key.startsWith(`${target.key} `) || one.orderingKey !== orderingKey) continue
      violate(
        world,
        'order',
        `message ${number} is sent to ${target.key} behind ${source.number}, of which was refused: ${key}`,
      )
    }
  }
}

/** A retry is bounded, and what was refused for good is not retried. */
export const checkTry = (world: World, run: MessageRun, key: string, target: Target): void => {
  const { source, tries, firstTries, refused } = run
  const { maxAttempts, maxRetryMillis } = world.scenario.options.delivery
  const now = world.clock.now()
  const count = addTo(tries, key, 1)
  const first = firstTries.get(key) ?? now
  firstTries.set(key, first)
  const expected = expectedEntries(world, run).get(key) ?? 0
  // Of equal entries it cannot be said which one was refused.
  if (refused.has(key) && expected === 1 && !target.isDeadLetter) {
    violate(world, 'tries', `message ${source.number} was refused for good, and is sent again: ${key}`)
  }
  // A call that is split sends an entry again in each half. Where order is kept, the entries behind a retry have no attempt.
  const entries = target.isDeadLetter ? 10 : world.scenario.options.maxEntries
  const held = target.kind === 'standard' ? 1 : entries
  // A dead letter that is too large is tried again as a smaller one.
  const letters = target.isDeadLetter ? 8 : 1
  const limit = letters * maxAttempts * (1 + Math.ceil(Math.log2(entries))) * held * expected
  if (count > limit) violate(world, 'tries', `message ${source.number} was sent ${count} times: ${key}`)
  if (now - first > maxRetryMillis + slackMillis) {
    violate(world, 'tries', `message ${source.number} was sent again after ${now - first} ms: ${key}`)
  }
}

/** How long a retry may wait for other calls. */
const slackMillis = 60_000
