import { type Batch, isObject, laneOf, type Message, type MessageSource, tell } from '@lpipe/core'
import { failedOf } from './failures.ts'
import { inTime } from './in-time.ts'

/**
 * Seconds until a failed message is delivered again, or a function of how often it was received, this time counted, and
 * of its error. Undefined leaves the queue's own visibility timeout.
 */
export type RetryDelay = number | ((attempt: number, error: unknown) => number | undefined)

/** The longest visibility timeout: 12 hours. */
const longest = 43_200

/**
 * Sets when failed messages are delivered again, as well as it can: what goes wrong is logged and changes nothing. The
 * messages of a FIFO group come back together, as the first of them says.
 */
export const postponeFailed = async (
  batch: Batch,
  sqs: MessageSource | undefined,
  retryDelay: RetryDelay | undefined,
): Promise<void> => {
  const seconds = new Map<Message, number>()
  try {
    const ofLane = new Map<string, number | undefined>()
    for (const message of failedOf(batch)) {
      const lane = laneOf(batch, message) ?? `message ${message.index}`
      if (!ofLane.has(lane)) ofLane.set(lane, secondsOf(message, retryDelay))
      const delay = ofLane.get(lane)
      if (delay !== undefined) seconds.set(message, delay)
    }
    if (seconds.size === 0) return
    if (sqs === undefined) {
      tell(
        batch.logger,
        'warn',
        'an error has retryAfterSeconds, but batchResponse() cannot speak to SQS. Add sqs: queueSqs()',
      )
      return
    }
    const left = await inTime(batch, [...seconds.keys()], (options) => sqs.postpone(seconds, options))
    if (left.length > 0)
      tell(batch.logger, 'warn', `${left.length} failed messages keep the visibility timeout of their queue`)
  } catch (error) {
    tell(batch.logger, 'warn', 'failed messages keep the visibility timeout of their queue', { error })
  }
}

const secondsOf = ({ record, result }: Message, retryDelay: RetryDelay | undefined): number | undefined => {
  const error: unknown = result?.status === 'rejected' ? result.reason : undefined
  const own = isObject(error) ? error['retryAfterSeconds'] : undefined
  const wanted = own ?? (typeof retryDelay === 'function' ? retryDelay(attemptOf(record), error) : retryDelay)
  return typeof wanted === 'number' && wanted >= 0 ? Math.min(longest, Math.ceil(wanted)) : undefined
}

const attemptOf = (record: unknown): number => {
  const attributes = isObject(record) ? record['attributes'] : undefined
  return Number(isObject(attributes) ? attributes['ApproximateReceiveCount'] : 1) || 1
}
