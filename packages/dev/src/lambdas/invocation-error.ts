import type { CapturedError } from '../api/types.ts'

/** An invocation failed. */
export class InvocationError extends Error {
  override readonly name = 'InvocationError'
  readonly outcome: 'failed' | 'timedOut' | 'crashed'
  readonly captured: CapturedError

  constructor(outcome: 'failed' | 'timedOut' | 'crashed', captured: CapturedError) {
    super(`${captured.name}: ${captured.message}`)
    this.outcome = outcome
    this.captured = captured
    this.stack = captured.stack ?? `${captured.name}: ${captured.message}`
  }
}

/** An error that has no stack in the sources. */
export const plainError = (name: string, message: string): CapturedError => ({ name, message, frames: [], causes: [] })
