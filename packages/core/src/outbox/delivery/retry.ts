import type { DeliveryOptions, SendFailure } from '../../adapters/sender.ts'
import type { Deadline } from '../../batch/deadline.ts'
import type { PendingEntry } from './pending-entry.ts'

/** When a retry would leave. */
export interface Retry {
  /** Milliseconds until then. */
  readonly wait: number
  /** In `performance.now()` milliseconds. */
  readonly at: number
  /** Milliseconds from then until pending sends are abandoned. */
  readonly remainingMillis: number
}

/** The longest wait before a retry, in milliseconds. */
const maxBackoffMillis = 5000

/**
 * Plans the next retry after a random wait. Its upper bound doubles with each attempt.
 *
 * @see https://docs.aws.amazon.com/general/latest/gr/api-retries.html
 */
export const planRetry = (retryMillis: number, attempts: number, deadline: Deadline): Retry => {
  const wait = Math.random() * Math.min(maxBackoffMillis, retryMillis * 2 ** attempts)
  const remainingMillis = deadline.remainingMillis() - wait - deadline.flushMargin
  return { wait, at: performance.now() + wait, remainingMillis }
}

/** Whether an entry is sent again: a retry may help, and attempts and time are left. */
export const mayRetry = (
  { attempts, firstAttemptAt }: PendingEntry,
  { senderFault }: SendFailure,
  { at, remainingMillis }: Retry,
  { maxAttempts, maxRetryMillis }: Required<DeliveryOptions>,
): boolean =>
  // mutant: retry-bounds
  !senderFault && attempts < maxAttempts && at - firstAttemptAt <= maxRetryMillis && remainingMillis > 0
