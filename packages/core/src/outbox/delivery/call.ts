import type { Batch } from '../../batch/batch.ts'
import { sendChannel } from '../../batch/channels.ts'
import { isThenable, toPromise } from '../../values.ts'
import { failuresFrom } from './answers.ts'
import { callFailureFrom } from './call-failure.ts'
import type { Failure, Failures } from './failure.ts'
import { blockedAfter } from './ordering.ts'
import type { PendingEntry } from './pending-entry.ts'
import type { Target } from './target.ts'

/** Sends entries of one target. Never rejects. */
export type SendEntries = (target: Target, entries: readonly PendingEntry[]) => Promise<Failures>

const blocked: Failure = {
  code: 'Blocked',
  reason: 'an earlier entry was not accepted',
  senderFault: false,
  isBlocked: true,
}

/**
 * Returns what calls the senders of an invocation.
 *
 * @param signal ends a call in flight
 * @param isOver whether nothing may be sent any more, and no answer counts
 */
export const createSendEntries = (batch: Batch, signal: AbortSignal, isOver: () => boolean): SendEntries => {
  /** Sends entries in one call. A call that is refused because of one entry is split until that entry is found. */
  const sendEntries: SendEntries = async (target, entries) => {
    try {
      batch.sendCounters.calls += 1
      const failures = failuresFrom(await callSend(batch, target, entries, signal), entries.length)
      // The rest of a split call may not be answered in time.
      for (const [index, entry] of entries.entries()) entry.isAccepted = failures[index] === undefined && !isOver()
      return failures
    } catch (error) {
      const failure = callFailureFrom(error)
      const { isTooLarge } = failure
      const mayBeOneEntry = failure.mayBeOneEntry || isTooLarge
      // mutant: split-call
      if (mayBeOneEntry && entries.length > 1 && !isOver()) return sendHalves(target, entries, isTooLarge)
      // Its own size was the cause, not that of the whole call.
      // mutant: byte-limit-of-queue
      if (isTooLarge) target.byteLimit = target.sender.maxBytes
      // mutant: refused-entry
      const isOfEntry = mayBeOneEntry && entries.length === 1
      return entries.map(() => ({ ...failure, isOfEntry, mayBeTooLarge: isOfEntry, cause: error }))
    }
  }

  const sendHalves = async (
    target: Target,
    entries: readonly PendingEntry[],
    isTooLarge: boolean,
  ): Promise<Failures> => {
    if (isTooLarge) target.byteLimit = Math.ceil(entries.reduce((sum, { prepared }) => sum + prepared.size, 0) / 2)
    const half = Math.ceil(entries.length / 2)
    const [first, second] = [entries.slice(0, half), entries.slice(half)]
    const failures = await sendEntries(target, first)
    const isBlocked = blockedAfter(batch, first, failures)
    const sent = second.filter((entry) => !isOver() && !isBlocked(entry))
    const answers = sent.length === 0 ? [] : await sendEntries(target, sent)
    const answerOf = new Map(sent.map((entry, index) => [entry, answers[index]]))
    return [...failures, ...second.map((entry) => (answerOf.has(entry) ? answerOf.get(entry) : blocked))]
  }

  return sendEntries
}

/** Calls `send` of the sender, and publishes the call. */
const callSend = (
  batch: Batch,
  { sender }: Target,
  entries: readonly PendingEntry[],
  signal: AbortSignal,
): Promise<unknown> => {
  const { queue } = entries[0] as PendingEntry
  const send = async (): Promise<unknown> => {
    const wires = entries.map(({ prepared }) => prepared.wire)
    const answers: unknown = sender.send(queue, wires, signal)
    // mutant: rejection-of-sender
    return isThenable(answers) ? toPromise(answers) : answers
  }
  if (!sendChannel.hasSubscribers) return send()
  const sentEntries = entries.map(({ message, prepared: { wire }, headers }) => ({ message, wire, headers }))
  return sendChannel.tracePromise(send, { batch, queue, entries: sentEntries })
}
