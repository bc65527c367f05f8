import type { Batch, Message } from '@lpipe/core'
import { errorOf, isSkipped, log, notPromise, tryOr, typeName } from '@lpipe/core/middleware'
import { oneOfEachRecord } from './one-of-each-record.ts'

/**
 * Seconds until a failed message is delivered again, or a function of how often it was received, this time included, and of
 * its error. Undefined leaves the queue's visibility timeout.
 */
export type RetryDelay = number | ((receiveCount: number, error: unknown) => number | undefined)

/** The longest visibility timeout, from the receive: 12 hours. */
const maxSeconds = 43_200

/** The longest time between the receive and the invocation: the batching window of at most 300 seconds, and some for the way. */
const windowSeconds = 310

/**
 * Returns when failed records are delivered again, in seconds, each by one of its messages. The records of an ordering group
 * come back together, as its first message says that was not skipped.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html
 */
export const retryDelays = (
  batch: Batch,
  failed: readonly Message[],
  retryDelay: RetryDelay | undefined,
): ReadonlyMap<Message, number> => {
  const delays = new Map<Message, number>()
  const groupOf = ({ group, recordIndex }: Message): string | number => group ?? recordIndex
  const tried = failed.filter((message) => !isSkipped(errorOf(message)))
  // The last one of a key stays in the map.
  const firsts = new Map([...failed.toReversed(), ...tried.toReversed()].map((message) => [groupOf(message), message]))
  const ofGroup = new Map<string | number, number | undefined>()
  let isLogged = false
  const secondsOrNone = (message: Message): number | undefined => {
    try {
      return secondsOf(batch, message, retryDelay)
    } catch (error) {
      if (!isLogged)
        log(batch, 'warn', "could not compute the retry delay; the queue's visibility timeout holds", { error })
      isLogged = true
      return undefined
    }
  }
  const limit = maxSeconds - windowSeconds - Math.ceil((performance.now() - batch.startedAt) / 1000)
  for (const message of /* mutant: postponed-once */ oneOfEachRecord(failed)) {
    const group = groupOf(message)
    // mutant: delay-of-group
    if (!ofGroup.has(group)) ofGroup.set(group, secondsOrNone(firsts.get(group) as Message))
    const seconds = ofGroup.get(group)
    if (seconds !== undefined) delays.set(message, Math.min(limit, seconds))
  }
  return delays
}

/** @throws whatever the function throws, or TypeError if there is no number of seconds */
const secondsOf = (batch: Batch, message: Message, retryDelay: RetryDelay | undefined): number | undefined => {
  const error = errorOf(message)
  const own = retryAfterOf(error)
  const receiveCount = tryOr(() => batch.source?.receiveCountOf?.(message.record), undefined) ?? 1
  const wanted =
    own ??
    (typeof retryDelay === 'function' ? notPromise(retryDelay(receiveCount, error), '`retryDelaySeconds`') : retryDelay)
  if (wanted === undefined) return undefined
  if (typeof wanted === 'number' && wanted >= 0) return Math.ceil(wanted)
  throw new TypeError(`a retry delay must be a number of at least 0, received ${typeName(wanted)}`)
}

/** Returns the seconds that an error asks for itself. */
export const retryAfterOf = (error: unknown): unknown =>
  tryOr(
    () => (error as { readonly retryAfterSeconds?: unknown } | null | undefined)?.retryAfterSeconds ?? undefined,
    undefined,
  )
