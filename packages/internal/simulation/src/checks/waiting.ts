import { isProtected } from '../breakers.ts'
import { expectedEntries, expectedRecord } from '../expected-run.ts'
import type { Invocation, MessageRun, Target, World } from '../world.ts'
import { violate } from '../world.ts'

/**
 * What messages that are done wait to send. The engine adds headers to an entry: what is counted here is less than what it
 * counts.
 */

/** Bytes that headers may add to an entry. */
const headerBytes = 500

/** The entries of records that have ended well before now, and that no call has carried yet or that no call has delivered. */
const entriesLeft = (
  world: World,
  invocation: Invocation,
  isLeft: (run: MessageRun, key: string, count: number) => number,
): { readonly key: string; readonly count: number }[] => {
  const now = world.clock.now()
  // Some messages may have failed before they had sent everything.
  if (invocation.openCircuits.size > 0) return []
  return [...invocation.runs.values()].flatMap((run) => {
    const { end, at } = expectedRecord(world, invocation, run.source.record)
    const isObstructed = run.source.record.messages.some((source) => invocation.runs.get(source)?.isObstructed)
    if ((end !== 'ok' && end !== 'drop') || at >= now || at > invocation.cut || isObstructed) return []
    return [...expectedEntries(world, run)]
      .map(([key, count]) => ({ key, count: isLeft(run, key, count) }))
      .filter(({ key, count }) => count > 0 && !key.startsWith(`${world.deadLetters.key} `))
  })
}

const bytesOf = (key: string): number => Buffer.byteLength(key.slice(key.indexOf(' ') + 1))

/** Whether nothing but the engine decides when an entry leaves, and each one is accepted. */
const isUndisturbed = ({ scenario, targets }: World): boolean =>
  scenario.faults.send === 0 &&
  scenario.options.sender === 'plain' &&
  targets.every(({ down, ownLimit }) => down === 'no' && ownLimit === null) &&
  scenario.messages.every(({ isPoison }) => !isPoison)

/** Functions wait while more bytes wait to be sent than `maxPendingBytes`: beyond it only what runs already is added. */
export const checkBacklog = (world: World, invocation: Invocation): void => {
  const { concurrency, delivery } = world.scenario.options
  if (!isUndisturbed(world)) return
  const waiting = entriesLeft(world, invocation, (run, key, count) => count - (run.confirmed.get(key) ?? 0))
  const bytes = waiting.reduce((sum, { key, count }) => sum + bytesOf(key) * count, 0)
  if (bytes <= delivery.maxPendingBytes) return
  const ofRecords = invocation.records.map(({ messages }) =>
    messages.reduce((sum, source) => {
      const run = invocation.runs.get(source)
      if (run === undefined) return sum
      return sum + [...expectedEntries(world, run)].reduce((all, [key, n]) => all + (bytesOf(key) + headerBytes) * n, 0)
    }, 0),
  )
  const running = Math.min(concurrency ?? Number.POSITIVE_INFINITY, invocation.records.length)
  const limit = delivery.maxPendingBytes + 2 * running * Math.max(...ofRecords)
  if (bytes > limit) violate(world, 'limits', `${bytes} bytes wait to be sent, and ${limit} may`)
}

/** A call takes along what waits for its queue, as far as it fits. Where order is kept that cannot be said so simply. */
export const checkFilled = (world: World, invocation: Invocation, target: Target, keys: readonly string[]): void => {
  const { maxEntries, maxBytes, delivery } = world.scenario.options
  const isSimple =
    target.kind === 'standard' &&
    !target.isNamed &&
    !target.isDeadLetter &&
    !isProtected(world, target) &&
    target.aliases === 1
  if (!isSimple || delivery.maxPendingBytes < 1024 * 1024 || keys.length >= maxEntries) return
  // The limit of a queue is found by halving what it refused.
  const limit = Math.min(maxBytes, target.ownLimit ?? maxBytes) / 2
  const isWaiting = (run: MessageRun, key: string, count: number): number =>
    run.source.record.group === undefined && !run.tries.has(key) && key.startsWith(`${target.key} `) ? count : 0
  const [waiting] = entriesLeft(world, invocation, isWaiting)
  if (waiting === undefined) return
  const carried = keys.reduce((sum, key) => sum + bytesOf(key) + headerBytes, 0)
  if (carried + bytesOf(waiting.key) + headerBytes <= limit) {
    violate(world, 'limits', `a call to ${target.key} with ${keys.length} entries leaves ${waiting.key} behind`)
  }
}

/** How long functions may keep the process busy while an entry waits. */
const slackMillis = 4000

/** What is done does not wait for the slowest: the first entries for a queue leave after `lingerMillis`. */
export const checkLinger = (world: World, run: MessageRun, target: Target): void => {
  const { clock, scenario } = world
  const { invocation, source } = run
  const { lingerMillis, maxPendingBytes } = scenario.options.delivery
  // A message that waits for the entries of others has not ended.
  if (target.isNamed || target.isDeadLetter || maxPendingBytes < 1024 * 1024) return
  if (invocation.calledTargets.has(target.key)) return
  const { at } = expectedRecord(world, invocation, source.record)
  const waited = clock.now() - at
  if (waited > lingerMillis + slackMillis) {
    violate(world, 'time', `message ${source.number} is done, and its entry for ${target.key} left after ${waited} ms`)
  }
}
