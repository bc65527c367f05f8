import type { Batch } from './batch.ts'
import { look } from './errors.ts'
import { type Message, reasonOf } from './message.ts'
import { ownOf } from './values.ts'

/**
 * Seconds until a failed message is delivered again, or a function of how often it was received, this time counted, and
 * of its error. Undefined leaves the queue's own visibility timeout.
 */
export type RetryDelay = number | ((attempt: number, error: unknown) => number | undefined)

/** The longest visibility timeout: 12 hours. */
const longest = 43_200

/**
 * When failed messages are to be delivered again, in seconds. The messages of a FIFO group come back together, as the
 * first of them says.
 */
export const secondsOfFailed = (batch: Batch, retryDelay: RetryDelay | undefined): ReadonlyMap<Message, number> => {
  const seconds = new Map<Message, number>()
  const ofLane = new Map<string | number, number | undefined>()
  for (const message of batch.received) {
    if (message.outcome !== 'failed') continue
    const lane = message.lane ?? message.index
    if (!ofLane.has(lane)) ofLane.set(lane, secondsOf(message, retryDelay))
    const delay = ofLane.get(lane)
    if (delay !== undefined) seconds.set(message, delay)
  }
  return seconds
}

const secondsOf = (message: Message, retryDelay: RetryDelay | undefined): number | undefined => {
  const error = reasonOf(message)
  const own = ownDelayOf(error)
  const wanted = own ?? (typeof retryDelay === 'function' ? retryDelay(attemptOf(message.record), error) : retryDelay)
  return typeof wanted === 'number' && wanted >= 0 ? Math.min(longest, Math.ceil(wanted)) : undefined
}

/** The seconds that an error asks for itself. */
export const ownDelayOf = (error: unknown): unknown =>
  look(() => (error as { readonly retryAfterSeconds?: unknown } | null | undefined)?.retryAfterSeconds, undefined)

const attemptOf = (record: unknown): number =>
  Number(ownOf(ownOf(record, 'attributes'), 'ApproximateReceiveCount')) || 1
