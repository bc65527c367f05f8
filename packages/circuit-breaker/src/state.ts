/** The state of a circuit: plain data, so that a store may keep it as JSON. */
export interface CircuitState {
  /** When calls failed, in milliseconds since 1970: those of the window, at most `failures` of them. */
  readonly failedAt: readonly number[]
  /**
   * Until when nothing is called, in milliseconds since 1970; undefined while the circuit is closed. After that one call is
   * tried: it moves this time, so that no other call is tried meanwhile.
   */
  readonly openUntil: number | undefined
}

/** How a circuit opens and closes. */
export interface CircuitLimits {
  readonly failures: number
  readonly windowMillis: number
  readonly pauseMillis: number
}

/** Whether a call may begin, and as what. */
export type Admission =
  /** The circuit is closed. */
  | { readonly kind: 'call' }
  /** The one call that is tried after the pause. */
  | { readonly kind: 'trial' }
  /** The circuit is open: nothing is called for so long. */
  | { readonly kind: 'refused'; readonly millis: number }

/** A change of a state, with what its caller wants to know. */
export type Change<T> = (state: CircuitState) => readonly [state: CircuitState, value: T]

/** The state of a circuit whose calls all succeed. */
export const closed: CircuitState = Object.freeze({ failedAt: [], openUntil: undefined })

/** A call is about to begin. */
export const admit =
  ({ pauseMillis }: CircuitLimits, now: number): Change<Admission> =>
  (state) => {
    const { openUntil } = state
    if (openUntil === undefined) return [state, { kind: 'call' }]
    // A clock that was set back must not keep the circuit open for longer.
    const until = Math.min(openUntil, now + pauseMillis)
    const millis = until - now
    // mutant: open-circuit
    if (millis > 0) return [until === openUntil ? state : { ...state, openUntil: until }, { kind: 'refused', millis }]
    return [{ ...state, openUntil: now + pauseMillis }, { kind: 'trial' }]
  }

/** A call has succeeded. Only a trial closes the circuit: other calls began before it opened. */
export const succeed =
  (isTrial: boolean): Change<void> =>
  // mutant: trial-succeeded
  (state) => [isTrial ? closed : state, undefined]

/**
 * A call has failed.
 *
 * @returns whether the circuit has opened with it, or stays open
 */
export const fail =
  ({ failures, windowMillis, pauseMillis }: CircuitLimits, now: number, isTrial: boolean): Change<boolean> =>
  (state) => {
    if (isTrial) return [{ ...state, openUntil: now + pauseMillis }, true]
    if (state.openUntil !== undefined) return [state, false]
    const failedAt = [...state.failedAt.filter((time) => time > now - windowMillis && time <= now), now].slice(
      -failures,
    )
    const isOpen = failedAt.length >= failures
    return [{ failedAt, openUntil: isOpen ? now + pauseMillis : undefined }, isOpen]
  }
