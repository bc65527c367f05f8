import type { Context } from 'aws-lambda'
import { toPromise, tryOr } from '../values.ts'

/**
 * The end of an invocation, and the margins before it:
 *
 *     start                                                                          Lambda ends the invocation
 *     |-- functions run ------------|-- sends finish ------|-- outcomes --|-- response --|
 *                                   reserveMillis          flushMargin    responseMargin
 *
 * - `reserveMillis` (default: 1,000, at most a fifth of the time): no function starts, running ones are aborted
 * - `flushMargin` (a quarter of the reserve): pending sends are abandoned
 * - `responseMargin` (an eighth of the reserve, at least 50 ms): background work is abandoned, the response is returned
 */
export interface Deadline {
  readonly reserveMillis: number
  readonly flushMargin: number
  readonly responseMargin: number
  /** Returns the milliseconds until Lambda ends the invocation; Infinity if the context does not say. */
  remainingMillis(): number
  /** Whether the reserve has begun: nothing new may start. */
  isReserve(): boolean
}

/** The longest delay of a timer, in milliseconds: Node.js fires a longer one at once. */
const maxTimerMillis = 2 ** 31 - 1

/** A class, because an object literal with functions would be made anew for each invocation. */
export class InvocationDeadline implements Deadline {
  readonly #end: number
  readonly #total: number
  #reserveMillis: number

  /**
   * Reads the remaining time once: the context of a test may answer the same number for ever.
   *
   * @param now in `performance.now()` milliseconds
   */
  constructor(context: Pick<Context, 'getRemainingTimeInMillis'>, now: number) {
    const millis: unknown = context.getRemainingTimeInMillis?.()
    this.#total = typeof millis === 'number' && millis <= maxTimerMillis ? millis : Infinity
    this.#end = now + this.#total
    this.#reserveMillis = Math.max(0, Math.min(1000, this.#total / 5))
  }

  /** Sets the reserve: at most half of the time, because otherwise no function would ever start. */
  reserve(millis: number): void {
    // mutant: reserve-below-half
    this.#reserveMillis = Math.max(0, Math.min(millis, this.#total / 2))
  }

  get reserveMillis(): number {
    return this.#reserveMillis
  }

  get responseMargin(): number {
    return Math.min(Math.max(50, this.reserveMillis / 8), this.reserveMillis / 2)
  }

  get flushMargin(): number {
    return Math.max(this.responseMargin, this.reserveMillis / 4)
  }

  remainingMillis(): number {
    return this.#end === Infinity ? Infinity : this.#end - performance.now()
  }

  isReserve(): boolean {
    // mutant: deadline
    return this.#end !== Infinity && this.remainingMillis() <= this.reserveMillis
  }
}

/** Calls a function after a delay, if the delay is finite. Returns what cancels it. */
export const after = (millis: number, work: () => void): (() => void) => {
  if (millis > maxTimerMillis) return () => undefined
  const timer = setTimeout(work, Math.max(0, millis))
  // mutant: no-timer-left
  return () => clearTimeout(timer)
}

/**
 * Calls a function after a delay, like `after`. The timer, which costs as much as a short message, is made only if the event
 * loop turns before it is cancelled.
 */
const afterTurn = (millis: number, work: () => void): (() => void) => {
  const end = performance.now() + millis
  let cancel = (): void => clearImmediate(turn)
  const turn = setImmediate(() => {
    cancel = after(end - performance.now(), work)
  })
  return () => cancel()
}

/**
 * Waits for work, but not longer than a time.
 *
 * @param work never left without a handler: what it rejects with after the time is ignored
 * @param millis Infinity to wait without a limit
 * @returns whether the work finished in time
 * @throws what the work rejects with in time
 */
export const finishesWithin = (work: PromiseLike<unknown>, millis: number): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const cancel = afterTurn(millis, () => resolve(false))
    toPromise(work).then(
      () => {
        cancel()
        resolve(true)
      },
      (error: unknown) => {
        cancel()
        reject(error)
      },
    )
  })

/** What Lambda's runtime puts beside the handler. @see https://github.com/awslabs/aws-lambda-invoke-store */
interface LambdaGlobal {
  readonly awslambda?: { readonly InvokeStore?: { getXRayTraceId?(): string | undefined } }
}

/** Returns the trace header of the invocation. The variable of the environment is unset where several run at once. */
export const invocationTraceHeader = (): string | undefined =>
  tryOr(
    // mutant: lineage-of-invocation
    () => (globalThis as LambdaGlobal).awslambda?.InvokeStore?.getXRayTraceId?.() ?? process.env['_X_AMZN_TRACE_ID'],
    undefined,
  )
