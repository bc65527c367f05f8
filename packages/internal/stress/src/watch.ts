/** Watches what leaves an invocation, for what belongs to another one. */
export interface Watch {
  /** What was wrong. Each text names two requests. */
  readonly problems: readonly string[]
  /** How many lines, events or spans there were: a watch that sees none proves nothing. */
  readonly count: () => number
  /** Forgets what it remembers of invocations that have ended. */
  readonly forget?: () => void
  readonly stop: () => void
}
