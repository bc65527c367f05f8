import { AsyncLocalStorage } from 'node:async_hooks'
import { setImmediate } from 'node:timers/promises'
import type { Random } from './random.ts'

/** Time that passes only when nothing else is left to do, so that hours take milliseconds and every run repeats. */
export interface Clock {
  readonly now: () => number
  /** for the model and the functions: these timers are nobody's fault */
  readonly sleep: (millis: number) => Promise<void>
  /** when what happens now was due: earlier than now, if the process was kept busy meanwhile */
  readonly due: () => number
  /** time passes while nobody else can run: code that blocks the process */
  readonly block: (millis: number) => void
  /** how many of the engine's own timers wait that were set on behalf of somebody */
  readonly timersOf: (owner: unknown) => number
}

interface Timer {
  readonly at: number
  /** undefined for the model's own */
  readonly owner: unknown
  readonly fire: () => void
}

/** More events than any run has: the engine then waits for something that never comes, again and again. */
const mostEvents = 50_000

/**
 * Runs something in virtual time: `setTimeout`, `clearTimeout` and `Math.random` of this process are the clock's until
 * it is done.
 *
 * @param owner who sets a timer at present
 * @throws what `main` throws; an Error if it waits for ever
 */
export const inVirtualTime = async <T>(
  random: Random,
  owner: () => unknown,
  main: (clock: Clock) => Promise<T>,
): Promise<T> => {
  const { setTimeout, clearTimeout } = globalThis
  const { random: realRandom } = Math
  const timers: Timer[] = []
  let now = 0
  let due = 0

  const add = (millis: number, by: unknown, fire: () => void): Timer => {
    const timer = { at: now + Math.max(0, millis || 0), owner: by, fire: AsyncLocalStorage.bind(fire) }
    const later = timers.findIndex(({ at }) => at > timer.at)
    if (later === -1) timers.push(timer)
    else timers.splice(later, 0, timer)
    return timer
  }
  const remove = (timer: unknown): void => {
    const index = timers.indexOf(timer as Timer)
    if (index !== -1) timers.splice(index, 1)
  }

  const clock: Clock = {
    now: () => now,
    sleep: (millis) => new Promise((resolve) => add(millis, undefined, resolve)),
    due: () => due,
    block: (millis) => {
      now += millis
    },
    timersOf: (one) => timers.filter((timer) => timer.owner === one).length,
  }

  globalThis.setTimeout = ((fire: () => void, millis: number) => add(millis, owner(), fire)) as never
  globalThis.clearTimeout = remove as never
  Math.random = random
  try {
    let over = false
    const result = main(clock).finally(() => {
      over = true
    })
    result.catch(() => undefined) // it is awaited below
    for (let events = 0; ; events++) {
      await setImmediate() // whatever can go on without time has gone on
      const next = timers.shift()
      if (next === undefined) {
        if (over) return await result
        throw new Error('everybody waits, and nothing is left to happen')
      }
      if (events > mostEvents) throw new Error('it goes on for ever')
      due = next.at
      now = Math.max(now, due)
      next.fire()
    }
  } finally {
    globalThis.setTimeout = setTimeout
    globalThis.clearTimeout = clearTimeout
    Math.random = realRandom
  }
}
