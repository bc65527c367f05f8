import { type Batch, isNotTried } from '@lpipe/core'

/**
 * Whether what an invocation throws was told already: a message's own error, or the summary of those that failed. The
 * summary is marked as the SDK marks what it has captured, for `wrapHandler` would make one more event of it.
 */
export const isToldOf = (batch: Batch, error: unknown): boolean => {
  const reasons = new Set<unknown>()
  for (const { result } of batch.received) {
    if (result?.status === 'rejected' && !isNotTried(result.reason)) reasons.add(result.reason)
  }
  if (reasons.has(error)) return true
  if (!sumsUp(error, reasons)) return false
  Object.defineProperty(error, '__sentry_captured__', { value: true, configurable: true, writable: true })
  return true
}

const sumsUp = (error: unknown, reasons: ReadonlySet<unknown>): error is Error =>
  error instanceof Error &&
  Object.isExtensible(error) &&
  error.cause instanceof AggregateError &&
  error.cause.errors.some((reason) => reasons.has(reason))
