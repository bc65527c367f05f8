import { expectedRun, keepsNoOrder } from './graph.ts'
import {
  addTo,
  type Invocation,
  type MessageRun,
  runOf,
  type SourceMessage,
  type Target,
  violate,
  type World,
} from './world.ts'

/** Names an entry by its target and content. */
export const entryKey = ({ key }: Target, text: string): string => `${key} ${text}`

const countEach = (keys: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const key of keys) addTo(counts, key, 1)
  return counts
}

/** Returns what a run must have sent, with how often. */
const expectedEntries = (world: World, run: MessageRun): Map<string, number> => {
  const { end, sent } = expectedRun(world, run)
  const keys = sent.map(({ target, text }) => entryKey(world.targets[target] as Target, text))
  const isKept = end === 'drop' && world.scenario.options.deadLetter !== 'none'
  // A message that is dropped because nothing of it can be sent has sent nothing.
  return countEach(isKept ? [...keys, entryKey(world.deadLetters, 'dead letter')] : keys)
}

/** The source takes a message for done: then its run has ended well, in time, and everything that it sends has arrived. */
export const settle = (world: World, invocation: Invocation, source: SourceMessage): void => {
  const run = runOf(world, invocation, source)
  const { end, at } = expectedRun(world, run)
  if ((end !== 'ok' && end !== 'drop') || at > invocation.cut) {
    violate(world, 'one end', `message ${source.number} is taken for done, and its run is ${end}, at ${at}`)
    return
  }
  const arrived = countEach(
    world.arrivals.filter((one) => one.source === source).map(({ target, text }) => `${target} ${text}`),
  )
  for (const [key, count] of expectedEntries(world, run)) {
    const there = arrived.get(key) ?? 0
    if (there < count) {
      violate(world, 'arrived', `message ${source.number} is done, and ${there} of ${count} arrived: ${key}`)
    }
  }
  world.stats[end === 'ok' ? 'succeeded' : 'dropped'] += 1
}

/** A message that comes back has a reason to. */
export const checkCause = (
  world: World,
  invocation: Invocation,
  source: SourceMessage,
  failed: ReadonlySet<SourceMessage>,
): void => {
  if (hasCause(world, invocation, source, failed)) return
  violate(world, 'no failure without a cause', `message ${source.number} is reported, and all of it was done`)
}

export const hasCause = (
  world: World,
  invocation: Invocation,
  source: SourceMessage,
  failed: ReadonlySet<SourceMessage>,
): boolean => {
  const { clock } = world
  const { cut, sources } = invocation
  const run = runOf(world, invocation, source)
  const { end, at } = expectedRun(world, run)
  if (end === 'fail' || run.isObstructed) return true
  const inGroup = source.group === undefined ? [] : sources.filter(({ group }) => group === source.group)
  if (inGroup.some((other) => other.number < source.number && failed.has(other))) return true
  // Whether a message that no function sees was begun cannot be seen either.
  if (end === 'unfinished' || source.path === undefined || at >= cut) {
    if (clock.now() >= cut) return true
  }
  const open = [...expectedEntries(world, run)].filter(([key, count]) => (run.confirmed.get(key) ?? 0) < count)
  return open.some(([key]) => maySendFail(world, invocation, run, key))
}

/** Whether an entry that was not confirmed may count as not accepted. */
const maySendFail = (world: World, invocation: Invocation, run: MessageRun, key: string): boolean => {
  const { options, faults } = world.scenario
  const { maxAttempts, maxRetryMillis, retryMillis } = options.delivery
  const now = world.clock.now()
  // The longest backoff, and how long an attempt may take before the call leaves: its queue's URL is found first.
  const maxWait = Math.min(5000, retryMillis * 2 ** (maxAttempts - 1)) + faults.coldMillis + faults.latency
  const first = run.firstTries.get(key) ?? now
  return (
    run.refused.has(key) ||
    // A function waited for earlier sends until its time was up.
    (!run.tries.has(key) && now >= invocation.cut) ||
    (run.tries.get(key) ?? 0) >= maxAttempts ||
    // The URL of a queue is asked for at each attempt, and that may fail too.
    [...invocation.unknownUrls].some((url) => key.startsWith(`${url} `)) ||
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

/** Nothing is sent for a message whose run has not ended well, and in time. */
export const checkMaySend = (
  world: World,
  invocation: Invocation,
  run: MessageRun,
  target: Target,
  orderingKey: string | undefined,
): void => {
  const { source, refused } = run
  const { end, at } = expectedRun(world, run)
  const say = (why: string): void =>
    violate(world, 'nothing for a failed message', `message ${source.number} is sent to ${target.key}, although ${why}`)
  if (!invocation.sources.includes(source)) say('it is of another invocation')
  if (end === 'fail' || end === 'unfinished' || at > invocation.cut) say(`its run is ${end}`)
  // A call that asks for the URL of its queue may have begun before. Without order its other entries are sent all the same.
  if (target.isNamed || target.kind === 'standard') return
  for (const [key, one] of refused) {
    const isBehind = key.startsWith(`${target.key} `) && one.orderingKey === orderingKey
    if (isBehind && one.at < world.clock.now()) say(`it comes back: refused was ${key}`)
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
  if (refused.has(key) && expected === 1) {
    violate(world, 'tries', `message ${source.number} was refused for good, and is sent again: ${key}`)
  }
  // A call that is split sends an entry again in each half. Where order is kept, that is no attempt of those behind a retry.
  const entries = target.isDeadLetter ? 10 : world.scenario.options.maxEntries
  const held = target.kind === 'standard' ? 1 : entries
  const limit = maxAttempts * (1 + Math.ceil(Math.log2(entries))) * held * expected
  if (count > limit) violate(world, 'tries', `message ${source.number} was sent ${count} times: ${key}`)
  if (now - first > maxRetryMillis + slackMillis) {
    violate(world, 'tries', `message ${source.number} was sent again after ${now - first} ms: ${key}`)
  }
}

/** How long a retry may wait for other calls. */
const slackMillis = 60_000

/** Checks what can be said only when all is over. */
export const checkEnd = (world: World): void => {
  for (const source of world.sources) {
    if (source.ends.length !== 1) {
      violate(world, 'one end', `message ${source.number} has ended ${source.ends.length} times`)
    }
  }
  checkOnce(world)
  if (keepsNoOrder(world)) return
  for (const target of new Set(world.targets)) checkOrder(world, target)
}

/** Nothing arrives that no run sent, and through a FIFO queue nothing twice, whatever was retried or delivered again. */
const checkOnce = (world: World): void => {
  for (const source of world.sources) {
    const allowed = new Map<string, number>()
    for (const { runs } of world.invocations) {
      const run = runs.get(source)
      if (run === undefined || !['ok', 'drop'].includes(expectedRun(world, run).end)) continue
      for (const [key, count] of expectedEntries(world, run)) {
        allowed.set(key, Math.max(count, allowed.get(key) ?? 0))
      }
    }
    const arrived = world.arrivals.filter((one) => one.source === source)
    for (const [key, count] of countEach(arrived.map(({ target, text }) => `${target} ${text}`))) {
      const most = allowed.get(key) ?? 0
      const target = [...world.targets, world.deadLetters].find((one) => key.startsWith(`${one.key} `))
      if (most === 0 || (target?.kind === 'fifo' && count > most)) {
        violate(world, 'once', `message ${source.number}: ${count} arrived and ${most} should: ${key}`)
      }
    }
  }
}

const checkOrder = (world: World, target: Target): void => {
  const { scenario } = world
  const { kind, key, strictOrder } = target
  if (kind === 'standard' || (world.unordered.has(target) && !strictOrder)) return
  const functions = scenario.paths.flatMap(({ actions }) => actions.flatMap((action) => action.functions))
  const variations = functions.map(({ varies }) => varies)
  // What only a later try sends comes late. In another order a message may send more before it is dropped.
  if (variations.includes('content') || variations.includes('count')) return
  if (variations.includes('order') && functions.some(({ fate }) => fate === 'drop' || fate === 'unknown')) return
  const isFirst = (text: string, index: number, list: readonly string[]): boolean =>
    kind === 'fifo' || list.indexOf(text) === index
  const arrivals = world.arrivals.filter((arrival) => arrival.target === key)

  for (const [orderingKey, ofKey] of Map.groupBy(arrivals, (arrival) => arrival.orderingKey ?? '')) {
    for (const [source, ofSource] of Map.groupBy(ofKey, (arrival) => arrival.source)) {
      if ((kind === 'kinesis' && !target.computed) || variations.includes('order') || scenario.deployAt !== null)
        continue
      const texts = ofSource.map(({ text }) => text).filter(isFirst)
      const expected = expectedTexts(world, source, target).filter(isFirst)
      if (texts.some((text, index) => text !== expected[index])) {
        violate(world, 'order', `what message ${source.number} sent arrived in another order at ${key} ${orderingKey}`)
      }
    }
    for (const [group, ofGroup] of Map.groupBy(ofKey, ({ source }) => source.group)) {
      if (group === undefined) continue
      const keys = ofGroup.map(({ source, text }) => `${source.number} ${text}`)
      const firsts = ofGroup.filter((_, index) => isFirst(keys[index] ?? '', index, keys))
      for (const [index, { source }] of firsts.entries()) {
        const before = firsts[index - 1]?.source
        if (before !== undefined && before.number > source.number) {
          violate(world, 'order', `message ${source.number} arrived after ${before.number} at ${key} ${orderingKey}`)
        }
      }
    }
  }
}

/** Returns what a message sends to a target, in order: by its run that sent most. */
const expectedTexts = (world: World, source: SourceMessage, target: Target): readonly string[] =>
  world.invocations
    .flatMap(({ runs }) => runs.get(source) ?? [])
    .map((run) => expectedRun(world, run).sent.filter((one) => world.targets[one.target] === target))
    .map((sent) => sent.map(({ text }) => text))
    .reduce((longest, one) => (one.length > longest.length ? one : longest), [])
