import { describeError, isThenable, notPromise, toPromise, tryOr } from '@lpipe/core/middleware'
import { type Admission, admit, type Change, type CircuitLimits, fail, succeed } from './state.ts'
import type { CircuitStore } from './store.ts'

/** A value, or a promise of it if the store is asynchronous. */
export type MaybePromise<T> = T | Promise<T>

/** Logs a warning. */
export type Warn = (text: string) => void

/** A circuit whose state is kept by a store. */
export class Circuit {
  readonly limits: CircuitLimits
  readonly #store: CircuitStore
  readonly #now: () => number
  /** Until when the circuit is open, as the store said last. */
  #openUntil = 0

  constructor(limits: CircuitLimits, store: CircuitStore, now: () => number) {
    this.limits = limits
    this.#store = store
    // A clock that fails must not stop what works.
    this.#now = () => tryOr(() => finite(notPromise(now(), '`now`')), undefined) ?? Date.now()
  }

  /** Returns the milliseconds for which the circuit is open, without a call of the store. 0: it is not, or that is not known. */
  knownPause(): number {
    const millis = this.#openUntil - this.#now()
    // Longer, if the clock was set back: then the store is asked.
    return millis > this.limits.pauseMillis ? 0 : Math.max(0, millis)
  }

  /** Returns whether a call may begin, and as what. */
  admit(warn: Warn): MaybePromise<Admission> {
    const admission = this.#update<Admission>(admit(this.limits, this.#now()), { kind: 'call' }, warn)
    return whenReady(admission, (returned) => {
      const one = isAdmission(returned) ? returned : ({ kind: 'call' } as const)
      this.#openUntil = one.kind === 'refused' ? this.#now() + one.millis : 0
      return one
    })
  }

  /** Records that a call has succeeded. */
  succeed(isTrial: boolean, warn: Warn): MaybePromise<void> {
    if (isTrial) this.#openUntil = 0
    return this.#update<void>(succeed(isTrial), undefined, warn)
  }

  /** Records that a call has failed. Returns whether the circuit is open now. */
  fail(isTrial: boolean, warn: Warn): MaybePromise<boolean> {
    return whenReady(this.#update(fail(this.limits, this.#now(), isTrial), false, warn), (isOpen) => {
      if (isOpen) this.#openUntil = this.#now() + this.limits.pauseMillis
      return isOpen
    })
  }

  /** Calls the store. If the store fails, the service is called: a breaker must not stop what works. */
  #update<T>(change: Change<T>, otherwise: T, warn: Warn): MaybePromise<T> {
    const failed = (error: unknown): T => {
      warn(`the store of a circuit breaker failed: ${describeError(error)}`)
      return otherwise
    }
    try {
      const value = this.#store.update(change)
      return isThenable(value) ? toPromise(value).catch(failed) : value
    } catch (error) {
      return failed(error)
    }
  }
}

const finite = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined

/** Whether a store returned what the change returned. */
const isAdmission = (value: unknown): value is Admission =>
  tryOr(() => ['call', 'trial', 'refused'].includes((value as Admission).kind), false)

/** Calls a function with a value, at once unless the value is a promise. */
export const whenReady = <T, R>(value: MaybePromise<T>, next: (value: T) => R): R | Promise<Awaited<R>> =>
  value instanceof Promise ? (value.then(next) as Promise<Awaited<R>>) : next(value)
