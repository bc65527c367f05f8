import { type AnyFunction, type Call, FailCatastrophically, fn } from '@lpipe/core'
import {
  checkOptions,
  describeError,
  dispositionOf,
  invalidConfiguration,
  isThenable,
  nameOf,
  type Rule,
  signatureOf,
  typeName,
} from '@lpipe/core/middleware'
import { type Admission, admit, type CircuitLimits, fail, succeed } from './state.ts'
import { type CircuitStore, MemoryStore } from './store.ts'

export type { Change, CircuitState } from './state.ts'
export type { CircuitStore } from './store.ts'

/** Options of `circuitBreaker()`. */
export interface CircuitBreakerOptions {
  /** The number of failures within the window that opens the circuit. Default: 5. */
  readonly failures?: number
  /** Seconds in which failures are counted. Default: 60. */
  readonly windowSeconds?: number
  /** Seconds for which nothing is called, until one message is tried. Default: 30. At most 43,200, the limit of SQS. */
  readonly pauseSeconds?: number
  /**
   * Whether an error says that the service is down. Default: each error but FailButContinue and subclasses, which say that
   * the message is wrong.
   */
  readonly isFailure?: (error: unknown) => boolean
  /** Where the state is kept. Default: in memory, for each execution environment. */
  readonly store?: CircuitStore
  /** Returns the time in milliseconds since 1970. For tests. Default: `Date.now`. */
  readonly now?: () => number
}

const rules = {
  failures: 1,
  windowSeconds: 1,
  pauseSeconds: {
    expected: 'a number greater than 0 and at most 43,200',
    accepts: (value) => typeof value === 'number' && value > 0 && value <= 43_200,
  },
  isFailure: 'function',
  store: 'object',
  now: 'function',
} as const satisfies Record<keyof CircuitBreakerOptions, Rule>

/** A circuit breaker. Functions that it protects share its circuit. */
export interface CircuitBreaker {
  /**
   * Returns a function with the same name, types and signature that calls the function while the circuit is closed. With a
   * store that is asynchronous it returns a promise.
   *
   * @throws CircuitOpenError, when called, while the circuit is open
   */
  protect<F extends AnyFunction>(run: F): F
}

/** A function was not called, because its circuit is open. The message stays on its queue. */
export class CircuitOpenError extends FailCatastrophically {
  static override readonly name: string = 'CircuitOpenError'
}

/**
 * Makes a circuit breaker, for a service that may be down: after several failures within a window its functions are not called
 * for a while. Their messages fail untried, with `retryAfterSeconds`; then one message is tried, and its success closes the
 * circuit. Lambda polls a queue no more slowly while messages fail, so that otherwise each of them would call the service.
 *
 * @throws InvalidConfigurationError for an option that is unknown or wrong
 * @see https://docs.aws.amazon.com/prescriptive-guidance/latest/cloud-design-patterns/circuit-breaker.html
 * @example
 * const carrier = circuitBreaker({ failures: 5, windowSeconds: 60, pauseSeconds: 30 })
 *
 * export const handler = middy().use(lpipe({ paths: { SHIP: [carrier.protect(ship)] } }))
 */
export const circuitBreaker = (options: CircuitBreakerOptions = {}): CircuitBreaker => {
  checkOptions('circuitBreaker', options, rules)
  const { failures = 5, windowSeconds = 60, pauseSeconds = 30, store = new MemoryStore(), now = Date.now } = options
  const { isFailure = (error) => dispositionOf(error) !== 'dropped' } = options
  if (typeof store.update !== 'function') {
    invalidConfiguration('circuitBreaker: `store` must have the method `update`')
  }
  const limits: CircuitLimits = { failures, windowMillis: windowSeconds * 1000, pauseMillis: pauseSeconds * 1000 }

  /** Calls the store. If the store fails, the function is called: a breaker must not stop what works. */
  const update = <T, R>(
    change: Parameters<typeof store.update<T>>[0],
    otherwise: T,
    then: (value: T) => R,
    call: Call,
  ) => {
    const failed = (error: unknown): T => {
      call?.logger?.warn(`the store of a circuit breaker failed: ${describeError(error)}`)
      return otherwise
    }
    let value: T | Promise<T>
    try {
      value = store.update(change)
    } catch (error) {
      value = failed(error)
    }
    return isThenable(value) ? Promise.resolve(value).catch(failed).then(then) : then(value)
  }

  const protect = <F extends AnyFunction>(run: F): F => {
    if (typeof run !== 'function') {
      invalidConfiguration(`circuitBreaker: \`protect\` takes a function, received ${typeName(run)}`)
    }
    const name = nameOf(run)

    const callAdmitted = (admission: Admission, kwargs: unknown, call: Call): unknown => {
      if (admission.kind === 'refused') throw openError(name, admission.millis)
      const isTrial = admission.kind === 'trial'
      const hasReturned = <T>(value: T): unknown => update<void, T>(succeed(isTrial), undefined, () => value, call)
      const hasThrown = (error: unknown): unknown => {
        const rethrow = (): never => {
          throw error
        }
        if (!isFailure(error)) return update(succeed(isTrial), undefined, rethrow, call)
        const warn = (isOpen: boolean): never => {
          if (isOpen) call?.logger?.warn(`the circuit of ${name} is open for ${pauseSeconds} seconds`)
          return rethrow()
        }
        return update(fail(limits, now(), isTrial), false, warn, call)
      }
      let returned: unknown
      try {
        returned = run(kwargs as object, call)
      } catch (error) {
        return hasThrown(error)
      }
      return isThenable(returned) ? Promise.resolve(returned).then(hasReturned, hasThrown) : hasReturned(returned)
    }

    const guarded = (kwargs: unknown, call: Call): unknown =>
      update(
        admit(limits, now()),
        { kind: 'call' } as Admission,
        (admission) => callAdmitted(admission, kwargs, call),
        call,
      )
    Object.defineProperty(guarded, 'name', { value: run.name, configurable: true })
    const signature = signatureOf(run)
    return (signature === undefined ? guarded : fn(signature.schema, guarded)) as F
  }

  return { protect }
}

const openError = (name: string, millis: number): CircuitOpenError => {
  const retryAfterSeconds = Math.ceil(millis / 1000)
  return new CircuitOpenError(
    `function ${name} was not called, because its circuit is open. Next try in ${retryAfterSeconds} seconds`,
    { retryAfterSeconds },
  )
}
