import type { SendFailure } from '../adapters/sender.ts'
import type { Batch } from '../batch/batch.ts'
import { sendChannel } from '../batch/channels.ts'
import type { Message } from '../batch/message.ts'
import { isThenable, toPromise } from '../values.ts'
import { callFailureFrom, concernsContent, mayConcernEntry, sendFailureFrom } from './send-failure.ts'
import type { PendingEntry, Target } from './target.ts'

/** Why an entry was not accepted. */
export interface Failure extends SendFailure {
  readonly cause?: unknown
  /** Whether the entry itself is at fault: the service refused it, and other entries not, or a call with it alone. */
  readonly isOfEntry?: boolean
  /** It was not sent, because an earlier entry of its ordering key or message was not accepted. */
  readonly isBlocked?: boolean
}

const invalidAnswer: Failure = {
  code: 'InvalidAnswer',
  reason: 'the sender must return one answer per entry',
  senderFault: false,
}

const blocked: Failure = {
  code: 'Blocked',
  reason: 'an earlier entry was not accepted',
  senderFault: false,
  isBlocked: true,
}

/**
 * Returns what a call's answers say. An answer that blames the sender may mean the queue; it can only mean its entry if the same
 * call accepted another one, or if its code speaks of the content.
 */
const entryFailuresFrom = (answers: readonly unknown[]): readonly (Failure | undefined)[] => {
  const failures = Array.from(answers, sendFailureFrom)
  const isOneAccepted = failures.includes(undefined)
  return failures.map(
    (failure) =>
      failure && {
        ...failure,
        isOfEntry: mayConcernEntry(failure) && (isOneAccepted || concernsContent(failure.code)),
      },
  )
}

/**
 * Sends entries of one target. Never rejects.
 *
 * @returns for each entry: undefined if the service accepted it, otherwise why not
 */
export type SendEntries = (
  target: Target,
  entries: readonly PendingEntry[],
) => Promise<readonly (Failure | undefined)[]>

/**
 * Returns what calls the senders of an invocation.
 *
 * @param signal ends a call in flight
 * @param isOver whether nothing may be sent any more, and no answer counts
 */
export const createSendEntries = (batch: Batch, signal: AbortSignal, isOver: () => boolean): SendEntries => {
  const send = (
    { sender }: Target,
    entries: readonly PendingEntry[],
  ): Promise<ReadonlyArray<SendFailure | undefined>> => {
    const queue = (entries[0] as PendingEntry).queue
    const wires = entries.map(({ prepared }) => prepared.wire)
    const sendWires = async () => {
      const answers = sender.send(queue, wires, signal)
      return isThenable(answers) ? toPromise(answers) : answers
    }
    if (!sendChannel.hasSubscribers) return sendWires()
    const sentEntries = entries.map(({ message, prepared: { wire }, headers }) => ({ message, wire, headers }))
    return sendChannel.tracePromise(sendWires, { batch, queue, entries: sentEntries })
  }

  /** Sends entries in one call. A call that is refused because of one entry is split until that entry is found. */
  const sendEntries: SendEntries = async (target, entries) => {
    try {
      batch.sendCounters.calls += 1
      const answers: unknown = await send(target, entries)
      if (!Array.isArray(answers) || answers.length !== entries.length) return entries.map(() => invalidAnswer)
      const failures = entryFailuresFrom(answers)
      // The rest of a split call may not be answered in time.
      for (const [index, entry] of entries.entries()) entry.isAccepted = failures[index] === undefined && !isOver()
      return failures
    } catch (error) {
      const failure = callFailureFrom(error)
      const isSplit = entries.length > 1 && (failure.mayBeOneEntry || failure.isTooLarge) && !isOver()
      if (isSplit) return splitCall(target, entries, failure.isTooLarge)
      // Its own size was the cause, not that of the whole call.
      if (failure.isTooLarge) target.byteLimit = target.sender.maxBytes
      const isOfEntry = entries.length === 1 && (failure.mayBeOneEntry || failure.isTooLarge)
      return entries.map(() => ({ ...failure, isOfEntry, cause: error }))
    }
  }

  const splitCall = async (
    target: Target,
    entries: readonly PendingEntry[],
    isTooLarge: boolean,
  ): Promise<readonly (Failure | undefined)[]> => {
    const half = Math.ceil(entries.length / 2)
    const [first, second] = [entries.slice(0, half), entries.slice(half)]
    if (isTooLarge) target.byteLimit = Math.ceil(entries.reduce((sum, { prepared }) => sum + prepared.size, 0) / 2)
    const failures = await sendEntries(target, first)
    const refusedKeys = new Set<string>()
    const failedMessages = new Set<Message>()
    for (const [index, failure] of failures.entries()) {
      const { message, prepared } = first[index] as PendingEntry
      if (failure === undefined) continue
      if (failure.senderFault) failedMessages.add(message)
      else if (prepared.orderingKey !== undefined) refusedKeys.add(prepared.orderingKey)
    }
    // It comes back with the failed message, whose retry must not arrive after it.
    const isBehind = ({ group, index }: Message): boolean =>
      !batch.continuesAfterFailure &&
      group !== undefined &&
      [...failedMessages].some((failed) => failed.group === group && failed.index < index)
    const isBlocked = ({ message, prepared: { orderingKey } }: PendingEntry): boolean =>
      isOver() ||
      isBehind(message) ||
      (orderingKey !== undefined && (refusedKeys.has(orderingKey) || failedMessages.has(message)))
    const sent = second.filter((entry) => !isBlocked(entry))
    const answers = sent.length === 0 ? [] : await sendEntries(target, sent)
    const answerOf = new Map(sent.map((entry, index) => [entry, answers[index]]))
    return [...failures, ...second.map((entry) => (answerOf.has(entry) ? answerOf.get(entry) : blocked))]
  }

  return sendEntries
}
