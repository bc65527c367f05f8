import type { Batch } from '../../batch/batch.ts'
import type { Message } from '../../batch/message.ts'
import { blockedByFailure } from '../../batch/ordering.ts'
import type { Failures } from './failure.ts'
import type { PendingEntry } from './pending-entry.ts'

/** Whether an entry is not sent any more: its message comes back with its group, or has failed and the entry must keep order. */
export const isObsolete = (batch: Batch, { message, prepared }: PendingEntry): boolean =>
  // mutant: obsolete-entry
  (prepared.orderingKey !== undefined && message.outcome === 'failed') || blockedByFailure(batch, message) !== undefined

/**
 * Returns whether an entry must not follow the first half of a split call, because entries of that were not accepted.
 *
 * @param failures of the entries of the first half
 */
export const blockedAfter = (
  batch: Batch,
  firstHalf: readonly PendingEntry[],
  failures: Failures,
): ((entry: PendingEntry) => boolean) => {
  const retriedKeys = new Set<string>()
  const failedMessages = new Set<Message>()
  for (const [index, { message, prepared }] of firstHalf.entries()) {
    const failure = failures[index]
    if (failure === undefined) continue
    if (failure.senderFault) failedMessages.add(message)
    else if (prepared.orderingKey !== undefined) retriedKeys.add(prepared.orderingKey)
  }
  // It comes back with the failed message, whose retry must not arrive after it.
  const isBehind = ({ group, index }: Message): boolean =>
    !batch.continuesAfterFailure &&
    group !== undefined &&
    [...failedMessages].some((failed) => failed.group === group && failed.index < index)
  return ({ message, prepared: { orderingKey } }) =>
    // mutant: behind-first-half
    isBehind(message) || (orderingKey !== undefined && (retriedKeys.has(orderingKey) || failedMessages.has(message)))
}
