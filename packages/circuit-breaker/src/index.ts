import type { AnyFunction, Queue } from '@lpipe/core'
import {
  checkOptions,
  dispositionOf,
  invalidConfiguration,
  isQueue,
  type Rule,
  tryOr,
  typeName,
} from '@lpipe/core/middleware'
import { Circuit } from './circuit.ts'
import { protectFunction } from './protect-function.ts'
import { queueProtector } from './protect-queue.ts'
import { type CircuitStore, MemoryStore } from './store.ts'

export { CircuitOpenError } from './open-error.ts'
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
   * Whether an error of a function, or of a call to a queue, says that the service is down; a queue that accepts no entry of a
   * call is asked about with the SendFailure of an entry. Default: each error but FailButContinue and subclasses, which say
   * that the message is wrong. A call that the queue's service refuses because an entry is wrong never counts.
   */
  readonly isFailure?: (error: unknown) => boolean
  /** Where the state is kept. Default: in memory, for each execution environment. */
  readonly store?: CircuitStore
  /** Returns the time in milliseconds since 1970. For tests. Default: `Date.now`. */
  readonly now?: () => number
}

const rules = {
  failures: 'count',
  windowSeconds: 1,
  pauseSeconds: {
    expected: 'a number greater than 0 and at most 43,200',
    accepts: (value) => typeof value === 'number' && value > 0 && value <= 43_200,
  },
  isFailure: 'function',
  store: 'object',
  now: 'function',
} as const satisfies Record<keyof CircuitBreakerOptions, Rule>

/** A circuit breaker. What it protects shares its circuit. */
export interface CircuitBreaker {
  /**
   * Returns a function with the same name, types and signature that calls the function while the circuit is closed. With a
   * store that is asynchronous it returns a promise.
   *
   * @throws CircuitOpenError, when called, while the circuit is open
   */
  protect<F extends AnyFunction>(run: F): F
  /**
   * Returns the queue with a sender that calls the queue's service while the circuit is closed. While it is open, a message
   * that sends to the queue fails with a CircuitOpenError. Use the returned queue everywhere instead of the other one:
   * between the two no order is kept.
   */
  protect<Q extends Queue>(queue: Q): Q
}

/**
 * Makes a circuit breaker, for a service that may be down: after several failures within a window its functions and queues are
 * not called for a while. Their messages fail untried, with `retryAfterSeconds`; then one message is tried, and its success
 * closes the circuit. Lambda polls a queue no more slowly while messages fail, so that otherwise each of them would call the
 * service.
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
  const { isFailure: judge = (error) => dispositionOf(error) !== 'dropped' } = options
  // If it throws, that must not replace the error that it was asked about.
  const isFailure = (error: unknown): boolean => tryOr(() => judge(error), true)
  if (typeof store.update !== 'function') {
    invalidConfiguration('circuitBreaker: `store` must have the method `update`')
  }
  const limits = { failures, windowMillis: windowSeconds * 1000, pauseMillis: pauseSeconds * 1000 }
  const circuit = new Circuit(limits, store, now)

  const protectQueue = queueProtector(circuit, isFailure)

  const protect = (called: unknown): never => {
    if (isQueue(called)) return protectQueue(called) as never
    if (typeof called === 'function') return protectFunction(called as AnyFunction, circuit, isFailure) as never
    return invalidConfiguration(`circuitBreaker: \`protect\` takes a function or a queue, received ${typeName(called)}`)
  }
  return { protect }
}
