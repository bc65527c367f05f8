import { AsyncLocalStorage } from 'node:async_hooks'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Random } from './random.ts'

/** Time that passes only when nothing else is left to do, so that hours take milliseconds and every run repeats. */
export interface Clock {
  /** Returns the milliseconds since the run began. */
  readonly now: () => number
  /** Waits. For the model and the functions: these timers do not count in `timersOf`. */
  readonly sleep: (millis: number) => Promise<void>
  /** Returns when the current event was due: earlier than `now`, if the process was kept busy meanwhile. */
  readonly due: () => number
  /** Lets time pass while nothing else can run, as code does that blocks the process. */
  readonly block: (millis: number) => void
  /** Returns the number of pending timers that the engine set for an owner. Those that are due now do not count. */
  readonly timersOf: (owner: unknown) => number
}

interface Timer {
  readonly at: number
  /** Undefined for those of the model. */
  readonly owner: unknown
  readonly fire: () => void
}

/** More events than any run has: the engine then waits again and again for something that never comes. */
const maxEvents = 50_000

/**
 * Runs something in virtual time: `setTimeout`, `setImmediate`, their counterparts, `performance.now` and `Math.random` of
 * this process belong to the clock until it is done.
 *
 * @param owner returns the owner of a timer that is set now
 * @throws what `main` throws; an Error if it waits for ever
 */
export const inVirtualTime = async <T>(
  random: Random,
  owner: () => unknown,
  main: (clock: Clock) => Promise<T>,
): Promise<T> => {
  const { setTimeout, clearTimeout, setImmediate, clearImmediate } = globalThis
  const { random: realRandom } = Math
  const timers: Timer[] = []
  /** No time passes before they have run. */
  const immediates = new Set<NodeJS.Immediate>()
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
    // Middy sets its timers with the `setTimeout` of `node:timers`, which is not the clock's.
    else clearTimeout(timer as NodeJS.Timeout)
  }

  const clock: Clock = {
    now: () => now,
    sleep: (millis) => new Promise((resolve) => add(millis, undefined, resolve)),
    due: () => due,
    block: (millis) => {
      now += millis
    },
    timersOf: (one) => timers.filter((timer) => timer.owner === one && timer.at > now + 1).length,
  }

  globalThis.setTimeout = ((fire: () => void, millis: number) => add(millis, owner(), fire)) as never
  globalThis.clearTimeout = remove as never
  globalThis.setImmediate = ((work: (...args: unknown[]) => void, ...args: unknown[]) => {
    const immediate = setImmediate(() => {
      immediates.delete(immediate)
      work(...args)
    })
    immediates.add(immediate)
    return immediate
  }) as never
  globalThis.clearImmediate = (immediate) => {
    immediates.delete(immediate as NodeJS.Immediate)
    clearImmediate(immediate)
  }
  Object.defineProperty(performance, 'now', { value: () => now, configurable: true, writable: true })
  Math.random = random
  try {
    let isOver = false
    const result = main(clock).finally(() => {
      isOver = true
    })
    result.catch(() => undefined) // it is awaited below
    for (let events = 0; ; events++) {
      do
        await nextTurn() // whatever can go on without time has gone on
      while (immediates.size > 0)
      const next = timers.shift()
      if (next === undefined) {
        if (isOver) return await result
        throw new Error('[time] the run waits for something that never happens')
      }
      if (events > maxEvents) throw new Error(`[time] the run has more than ${maxEvents} events`)
      due = next.at
      now = Math.max(now, due)
      next.fire()
    }
  } finally {
    globalThis.setTimeout = setTimeout
    globalThis.clearTimeout = clearTimeout
    globalThis.setImmediate = setImmediate
    globalThis.clearImmediate = clearImmediate
    Reflect.deleteProperty(performance, 'now') // the one of the prototype is left
    Math.random = realRandom
  }
}
