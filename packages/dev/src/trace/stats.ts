import type { EdgeStats, NodeStats, Point } from '../api/types.ts'

/** Counts what happens at nodes and on edges, with the last seconds of each. */
export interface Counters {
  /** @param id of a node or an edge */
  readonly count: (id: string, millis?: number) => void
  readonly fail: (id: string) => void
  /** Goes on counting under another id. */
  readonly rename: (from: string, to: string) => void
  /** Adds a duration to what was counted before. */
  readonly took: (id: string, millis: number) => void
  readonly nodes: (ids: Iterable<string>) => NodeStats[]
  readonly edges: (ids: Iterable<string>) => EdgeStats[]
  /** The ids that were counted in the last seconds, so that their rates change. */
  readonly active: () => string[]
  /** The seconds of an id before the present one, the oldest first. */
  readonly points: (id: string) => Point[]
  /** The second that has just ended. */
  readonly lastPoint: (id: string) => Point
  /** What was counted since the last call, by id. */
  readonly takeFlow: () => Map<string, Point>
}

interface Counter {
  count: number
  errors: number
  /** by second modulo `kept` */
  readonly seconds: { second: number; count: number; errors: number }[]
  readonly durations: number[]
  nextDuration: number
  last: number
}

const kept = 61
const rateSeconds = 10
const maxDurations = 200

/** @param now seconds */
export const createCounters = (now: () => number = () => Math.floor(Date.now() / 1000)): Counters => {
  const counters = new Map<string, Counter>()
  let flow = new Map<string, Point>()

  const counterOf = (id: string): Counter => {
    const known = counters.get(id)
    if (known !== undefined) return known
    const counter: Counter = { count: 0, errors: 0, seconds: [], durations: [], nextDuration: 0, last: 0 }
    counters.set(id, counter)
    return counter
  }

  const add = (id: string, what: 'count' | 'errors'): Counter => {
    const counter = counterOf(id)
    const second = now()
    counter[what] += 1
    counter.last = second
    const slot = second % kept
    const bucket = counter.seconds[slot]
    if (bucket?.second === second) bucket[what] += 1
    else counter.seconds[slot] = { second, count: 0, errors: 0, [what]: 1 }
    const point = flow.get(id) ?? { count: 0, errors: 0 }
    point[what] += 1
    flow.set(id, point)
    return counter
  }

  const took = (counter: Counter, millis: number): void => {
    counter.durations[counter.nextDuration] = Math.max(0, millis)
    counter.nextDuration = (counter.nextDuration + 1) % maxDurations
  }

  const pointAt = ({ seconds }: Counter, second: number): Point => {
    const bucket = seconds[second % kept]
    return bucket?.second === second ? { count: bucket.count, errors: bucket.errors } : { count: 0, errors: 0 }
  }

  const ratesOf = (counter: Counter): { readonly rate: number; readonly errorRate: number } => {
    const until = now()
    let [count, errors] = [0, 0]
    for (let second = until - rateSeconds; second < until; second += 1) {
      const point = pointAt(counter, second)
      count += point.count
      errors += point.errors
    }
    return { rate: count / rateSeconds, errorRate: errors / rateSeconds }
  }

  const meanOf = ({ durations }: Counter): { readonly meanMillis?: number } =>
    durations.length === 0 ? {} : { meanMillis: durations.reduce((sum, one) => sum + one, 0) / durations.length }

  const p95Of = ({ durations }: Counter): { readonly p95Millis?: number } => {
    const value = durations.toSorted((a, b) => a - b)[Math.ceil(durations.length * 0.95) - 1]
    return value === undefined ? {} : { p95Millis: value }
  }

  const listOf = <T>(ids: Iterable<string>, make: (id: string, counter: Counter) => T): T[] =>
    [...ids].flatMap((id) => {
      const counter = counters.get(id)
      return counter === undefined ? [] : [make(id, counter)]
    })

  return {
    count: (id, millis) => {
      const counter = add(id, 'count')
      if (millis !== undefined) took(counter, millis)
    },
    fail: (id) => void add(id, 'errors'),
    rename: (from, to) => {
      const counter = counters.get(from)
      if (counter === undefined) return
      counters.delete(from)
      if (!counters.has(to)) counters.set(to, counter)
    },
    took: (id, millis) => took(counterOf(id), millis),
    nodes: (ids) =>
      listOf(ids, (id, counter) => ({
        id,
        count: counter.count,
        errors: counter.errors,
        ...ratesOf(counter),
        ...meanOf(counter),
        ...p95Of(counter),
      })),
    edges: (ids) =>
      listOf(ids, (id, counter) => ({
        id,
        count: counter.count,
        errors: counter.errors,
        rate: ratesOf(counter).rate,
        ...meanOf(counter),
      })),
    active: () => {
      const since = now() - rateSeconds - 2
      return [...counters].filter(([, { last }]) => last >= since).map(([id]) => id)
    },
    points: (id) => {
      const counter = counters.get(id)
      if (counter === undefined) return []
      const until = now()
      return Array.from({ length: kept - 1 }, (_, index) => pointAt(counter, until - kept + 1 + index))
    },
    lastPoint: (id) => {
      const counter = counters.get(id)
      return counter === undefined ? { count: 0, errors: 0 } : pointAt(counter, now() - 1)
    },
    takeFlow: () => {
      const taken = flow
      flow = new Map()
      return taken
    },
  }
}
