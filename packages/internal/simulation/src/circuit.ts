/** What the model knows about the calls that a circuit lets through. */
export interface Circuit {
  /** When calls failed because the service is down. */
  readonly failedAt: number[]
  /** When the last call began. */
  calledAt: number
  /** Failures since it was closed. */
  failures: number
  /** When it opened, and until when nothing is called; undefined while it is closed. */
  openedAt: number
  openUntil: number | undefined
  /** When a trial succeeded. */
  closedAt: number
}

export const createCircuit = (): Circuit => ({
  failedAt: [],
  calledAt: 0,
  failures: 0,
  openedAt: 0,
  openUntil: undefined,
  closedAt: Number.NEGATIVE_INFINITY,
})
