import { type Change, type CircuitState, closed } from './state.ts'

/** Keeps the state of one circuit. Write one to share the state between execution environments. */
export interface CircuitStore {
  /**
   * Replaces the state by what a function makes of it, as one atomic step, and returns the function's value. The function is
   * pure: a store that lost a race may call it again. If it returns the state that it received, nothing must be written.
   */
  update<T>(change: Change<T>): T | Promise<T>
}

/** Keeps the state in memory: each execution environment has a circuit of its own. */
export class MemoryStore implements CircuitStore {
  #state: CircuitState = closed

  update<T>(change: Change<T>): T {
    const [state, value] = change(this.#state)
    this.#state = state
    return value
  }
}
