import type { Batch } from '@lpipe/core'
import { errorOf, isSkipped } from '@lpipe/core/middleware'

/** The member with which the SDK marks an error that it has captured. */
const mark = '__sentry_captured__'

/**
 * Whether the events of messages already say what an invocation throws: the error of a message, or the summary of failed
 * messages. The summary is marked as captured, because otherwise `Sentry.wrapHandler()` would make another event of it.
 */
export const isAlreadyCaptured = (batch: Batch, error: unknown): boolean => {
  const errors = new Set<unknown>()
  for (const message of batch.received) {
    if (message.result?.status === 'rejected' && !isSkipped(errorOf(message))) errors.add(errorOf(message))
  }
  if (errors.has(error)) return true
  if (!isSummary(error, errors)) return false
  Object.defineProperty(error, mark, { value: true, configurable: true, writable: true })
  return true
}

const isSummary = (error: unknown, errors: ReadonlySet<unknown>): error is Error =>
  error instanceof Error &&
  Object.isExtensible(error) &&
  error.cause instanceof AggregateError &&
  error.cause.errors.some((one) => errors.has(one))

/** Returns a function that makes the SDK capture an error again: it ignores an error object that it has captured before. */
export const createRecapture = (): ((error: unknown) => void) => {
  const captured = new WeakSet<object>()
  return (error) => {
    if (typeof error !== 'object' || error === null) return
    if (captured.has(error)) Reflect.deleteProperty(error, mark)
    captured.add(error)
  }
}
