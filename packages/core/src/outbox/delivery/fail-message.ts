import type { Batch } from '../../batch/batch.ts'
import { reject, rejectDeadLetter } from '../../batch/results.ts'
import { FailCatastrophically, isError, UndeliverableError } from '../../language/errors.ts'
import { queueLabel } from '../../language/queue.ts'
import { mayQuoteEntry } from './call-failure.ts'
import type { Failure } from './failure.ts'
import type { PendingEntry } from './pending-entry.ts'

/** Fails the message of an entry that was not accepted. If the entry itself is at fault, the message may be dropped instead. */
export const failMessage = (
  batch: Batch,
  { queue, message, smaller }: PendingEntry,
  why: string,
  { cause, isOfEntry, retryAfterSeconds }: Partial<Failure>,
): void => {
  const text = `could not send to ${queueLabel(queue)}: ${why}`
  if (smaller !== undefined) {
    rejectDeadLetter(batch, message, text, retryAfterSeconds)
    return
  }
  // It would drop the message, which comes back because of another entry.
  // mutant: comes-back-for-another-entry
  if (isOfEntry && message.outcome === 'failed') return
  const options = {
    ...(isError(cause) && !mayQuoteEntry(cause) && { cause }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  }
  reject(batch, message, new (isOfEntry ? UndeliverableError : FailCatastrophically)(text, options))
}
