/** Watches what leaves an invocation, for what belongs to another one. */
export interface Watch {
  /** What was wrong. Each text names two requests. */
  readonly problems: readonly string[]
  /** How much was seen: a watch that sees nothing shows nothing. */
  readonly seen: () => number
  /** Forgets what it remembers of invocations that have ended. */
  readonly forget?: () => void
  readonly stop: () => void
}
