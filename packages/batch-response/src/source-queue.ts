import type { Batch, Message } from '@lpipe/core'
import {
  describeError,
  errorType,
  finishesWithin,
  getOwn,
  type InvocationBatch,
  log,
  messageIdOf,
  quantity,
  type SourceQueue,
  toPromise,
  tryOr,
} from '@lpipe/core/middleware'
import { oneOfEachRecord } from './one-of-each-record.ts'
import { type RetryDelay, retryDelays } from './retry-delay.ts'

/** Deletes the records that did not fail, so that they do not come back with the rest. Logs those that could not be deleted. */
export const deleteProcessed = async (
  batch: InvocationBatch,
  failed: readonly Message[],
  { remove }: SourceQueue,
): Promise<void> => {
  const failures = new Set(failed)
  // mutant: failed-not-deleted
  const succeeded = batch.received.filter((message) => !failures.has(message))
  const processed = [...oneOfEachRecord(succeeded), ...batch.emptyRecords]
  const notDeleted = await within(batch, processed, (signal) => remove(processed, signal))
  if (notDeleted.length === 0) return
  const ids = notDeleted.map(messageIdOf)
  const text = `could not delete ${quantity(ids.length, 'processed message')}, redelivered later: ${ids.join(', ')}`
  log(batch, 'error', text, { ids })
}

/** Sets when failed messages are delivered again. Logs those for which this failed. */
export const postponeFailed = async (
  batch: Batch,
  failed: readonly Message[],
  { postpone }: SourceQueue,
  retryDelay: RetryDelay | undefined,
): Promise<void> => {
  const delays = retryDelays(batch, failed, retryDelay)
  if (delays.size === 0) return
  const notPostponed = await within(batch, [...delays.keys()], (signal) => postpone(delays, signal))
  if (notPostponed.length === 0) return
  log(
    batch,
    'warn',
    `could not set the retry delay of ${quantity(notPostponed.length, 'message')}; the queue's visibility timeout holds`,
  )
}

/**
 * Waits for calls, but not so long that the response would be late: after its deadline Lambda takes the whole batch for
 * failed.
 *
 * @param otherwise what counts as not done when time is up, or if the calls fail
 */
const within = async (
  batch: Batch,
  otherwise: readonly Message[],
  call: (signal: AbortSignal) => Promise<readonly Message[]>,
): Promise<readonly Message[]> => {
  const abort = new AbortController()
  const { deadline } = batch
  try {
    const notDone = toPromise(call(abort.signal))
    // mutant: source-queue-millis
    if (await finishesWithin(notDone, deadline.remainingMillis() - deadline.responseMargin)) return [...(await notDone)]
  } catch (error) {
    // The text of a service may quote a message.
    const reason =
      tryOr(() => getOwn(error, '$fault'), undefined) === undefined ? describeError(error) : errorType(error)
    log(batch, 'error', `a call to the queue that the messages came from failed: ${reason}`)
  }
  abort.abort()
  return otherwise
}
