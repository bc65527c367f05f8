import { isProtected } from '../breakers.ts'
import { endsWell, expectedEntries, expectedRecord } from '../expected-run.ts'
import {
  type Invocation,
  type MessageRun,
  runOf,
  type SourceRecord,
  type Target,
  violate,
  type World,
} from '../world.ts'

/**
 * What messages that are done wait to send. The engine adds headers to an entry: what is counted here is less than what it
 * counts.
 */

/** Bytes that a path, a key and headers add to an entry, at most. */
const headerBytes = 200

/** Whether something that is not a function of the user's failed a message of a record. */
const isObstructed = ({ runs }: Invocation, { messages }: SourceRecord): boolean =>
  messages.some((source) => runs.get(source)?.isObstructed)

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
    const hasEnded = (end === 'ok' || end === 'drop') && at < now && at <= invocation.cut
    if (!hasEnded || isObstructed(invocation, run.source.record)) return []
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

/**
 * Functions wait while more bytes wait to be sent than `maxPendingBytes`: beyond it only what one record sends is added. Where
 * several records run at once that cannot be said so simply.
 *
 * @param run the one that runs now: those of other records that have ended were released before it began
 */
export const checkBacklog = (world: World, run: MessageRun): void => {
  const { concurrency, delivery } = world.scenario.options
  const { invocation, source } = run
  if (!isUndisturbed(world) || concurrency !== 1) return
  const records = invocation.records.filter(
    (record) => record !== source.record && !isObstructed(invocation, record) && endsWell(world, invocation, record),
  )
  const sizes = records.map((record) => {
    const runs = record.messages.map((message) => runOf(world, invocation, message))
    const waiting = runs.flatMap((one) => sentBy(world, one, (key) => one.confirmed.get(key) ?? 0))
    return {
      waiting: sum(waiting, 0),
      all: sum(
        runs.flatMap((one) => sentBy(world, one, () => 0)),
        headerBytes,
      ),
    }
  })
  const bytes = sizes.reduce((total, { waiting }) => total + waiting, 0)
  const limit = delivery.maxPendingBytes + Math.max(0, ...sizes.map(({ all }) => all))
  if (bytes > limit) violate(world, 'limits', `${bytes} bytes wait to be sent, and ${limit} may`)
}

/** The entries that a run sends, without dead letters and as many of each as a function says. */
const sentBy = (world: World, run: MessageRun, without: (key: string) => number) =>
  [...expectedEntries(world, run)]
    .filter(([key]) => !key.startsWith(`${world.deadLetters.key} `))
    .map(([key, count]) => ({ key, count: count - without(key) }))

const sum = (entries: ReturnType<typeof sentBy>, header: number): number =>
  entries.reduce((total, { key, count }) => total + (bytesOf(key) + header) * count, 0)

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
  const fits = ({ key }: { readonly key: string }): boolean => carried + bytesOf(key) + headerBytes <= limit
  // Entries leave in order: one that does not fit ends the call, although a later one may fit.
  const isLeft = (run: MessageRun, key: string, count: number): number =>
    key.startsWith(`${target.key} `) && !run.refused.has(key) ? count - (run.confirmed.get(key) ?? 0) : 0
  if (entriesLeft(world, invocation, isLeft).every(fits)) {
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
  // FIFO queues of one name share the limit of calls: one waits for the other.
  if (target.kind === 'fifo' && scenario.targets.some(({ relation }) => relation === 'twin')) return
  const { at } = expectedRecord(world, invocation, source.record)
  const waited = clock.now() - at
  if (waited > lingerMillis + slackMillis) {
    violate(world, 'time', `message ${source.number} is done, and its entry for ${target.key} left after ${waited} ms`)
  }
}
