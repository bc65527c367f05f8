import { allOf, courseOf, goesOn } from './graph.ts'
import { type Invocation, plus, type Source, violate, type World, walkOf } from './ledger.ts'
import type { Place } from './services.ts'

/** Counts what is equal. */
const counted = (keys: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const key of keys) plus(counts, key, 1)
  return counts
}

/** What must have arrived of a message that is done or dropped. */
const dueOf = (world: World, invocation: Invocation, source: Source, places: readonly Place[]): Map<string, number> => {
  const { end, emissions } = courseOf(world, source, walkOf(invocation, source).verdicts)
  const keys = emissions.map(({ target, text }) => `${places[target]?.name} ${text}`)
  if (end === 'drop' && world.scenario.options.deadLetter !== 'none') {
    keys.push(`${places.at(-1)?.name} dead letter`)
  }
  return counted(keys)
}

/** Its source takes a message for done: then its walk has ended well, in time, and all it sends has arrived. */
export const settle = (world: World, invocation: Invocation, source: Source, places: readonly Place[]): void => {
  const { end, at } = courseOf(world, source, walkOf(invocation, source).verdicts)
  if ((end !== 'ok' && end !== 'drop') || at > invocation.cut) {
    violate(world, 'one end', `message ${source.number} is taken for done, and its walk is ${end}, at ${at}`)
    return
  }
  const arrived = counted(
    world.arrivals.filter((one) => one.source === source).map(({ target, text }) => `${target} ${text}`),
  )
  for (const [key, count] of dueOf(world, invocation, source, places)) {
    const there = arrived.get(key) ?? 0
    if (there < count) {
      violate(world, 'arrived', `message ${source.number} is done, and ${there} of ${count} arrived: ${key}`)
    }
  }
  source.settled.add(end)
  world.tally[end === 'ok' ? 'done' : 'dropped'] += 1
}

/** A message that is to come back has a reason to. */
export const checkCause = (
  world: World,
  invocation: Invocation,
  source: Source,
  failed: ReadonlySet<Source>,
  places: readonly Place[],
): void => {
  if (hasCause(world, invocation, source, failed, places)) return
  violate(world, 'no failure without a cause', `message ${source.number} is reported, and all of it was done`)
}

export const hasCause = (
  world: World,
  invocation: Invocation,
  source: Source,
  failed: ReadonlySet<Source>,
  places: readonly Place[],
): boolean => {
  const { cut, sources } = invocation
  const { end, at } = courseOf(world, source, walkOf(invocation, source).verdicts)
  if (end === 'fail') return true
  const inLane = source.lane === undefined ? [] : sources.filter(({ lane }) => lane === source.lane)
  if (inLane.some((other) => other.number < source.number && failed.has(other))) return true
  if (end === 'unfinished' || at >= cut) return world.clock.now() >= cut
  const { heard, tried, tries, refused } = walkOf(invocation, source)
  const unheard = [...dueOf(world, invocation, source, places)].filter(([key, count]) => (heard.get(key) ?? 0) < count)
  if (unheard.length === 0 || !tried || cut !== Number.POSITIVE_INFINITY) return unheard.length > 0
  // Without a deadline each is tried five times, unless it was refused for good.
  return unheard.some(([key]) => {
    // A queue is asked for by its name at each try, and that may fail too.
    const isNamed = places.some(({ name, byName }) => byName && key.startsWith(`${name} `))
    return isNamed || refused.has(key) || (tries.get(key) ?? 0) >= 5
  })
}

/** What can be said only when all is over. */
export const checkEnd = (world: World, places: readonly Place[]): void => {
  for (const source of world.sources) {
    if (source.ends.length !== 1) {
      violate(world, 'one end', `message ${source.number} has ended ${source.ends.length} times`)
    }
  }
  checkOnce(world, places)
  if (!goesOn(world)) for (const [index, place] of places.slice(0, -1).entries()) checkOrder(world, place, index)
}

const checkOnce = (world: World, places: readonly Place[]): void => {
  for (const source of world.sources) {
    const all = counted(allOf(world, source).map(({ target, text }) => `${places[target]?.name} ${text}`))
    const arrived = world.arrivals.filter((one) => one.source === source)
    for (const [key, count] of counted(arrived.map(({ target, text }) => `${target} ${text}`))) {
      const most = key.endsWith('dead letter') ? 1 : (all.get(key) ?? 0)
      const place = places.find(({ name }) => key.startsWith(`${name} `))
      if (most === 0 || (place?.kind === 'fifo' && count > most)) {
        violate(world, 'once', `message ${source.number}: ${count} arrived and ${most} should: ${key}`)
      }
    }
  }
}

const checkOrder = (world: World, place: Place, number: number): void => {
  const { kind, name, strictOrder } = place
  if (kind === 'standard' || (world.unordered.has(name) && !(kind === 'fifo' && strictOrder))) return
  const isFirst = (text: string, index: number, list: readonly string[]) =>
    kind === 'fifo' || list.indexOf(text) === index
  const arrivals = world.arrivals.filter(({ target }) => target === name)

  for (const [lane, inLane] of Map.groupBy(arrivals, (arrival) => arrival.lane ?? '')) {
    for (const [source, ofSource] of Map.groupBy(inLane, (arrival) => arrival.source)) {
      if (kind === 'kinesis' && !place.computed) continue
      const texts = ofSource.map(({ text }) => text).filter(isFirst)
      const all = allOf(world, source).filter(({ target }) => target === number)
      const should = all.map(({ text }) => text).filter(isFirst)
      if (texts.some((text, index) => text !== should[index])) {
        violate(world, 'order', `what message ${source.number} sent arrived in another order at ${name} ${lane}`)
      }
    }
    for (const [sourceLane, ofLane] of Map.groupBy(inLane, ({ source }) => source.lane)) {
      if (sourceLane === undefined) continue
      const keys = ofLane.map(({ source, text }) => `${source.number} ${text}`)
      const firsts = ofLane.filter((_, index) => isFirst(keys[index] ?? '', index, keys))
      for (const [index, { source }] of firsts.entries()) {
        const before = firsts[index - 1]?.source
        if (before !== undefined && before.number > source.number) {
          violate(world, 'order', `message ${source.number} arrived after ${before.number} at ${name} ${lane}`)
        }
      }
    }
  }
}
