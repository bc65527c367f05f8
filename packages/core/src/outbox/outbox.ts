import type { Outbox, OutboxOptions, Prepared, Sender } from '../adapters/sender.ts'
import type { Batch } from '../batch/batch.ts'
import { invocationTraceHeader } from '../batch/deadline.ts'
import type { Message } from '../batch/message.ts'
import { blockedByFailure } from '../batch/ordering.ts'
import { isUndeliverable, UndeliverableError } from '../language/errors.ts'
import { type Queue, queueLabel } from '../language/queue.ts'
import { tryOr } from '../values.ts'
import { Dispatcher } from './delivery/dispatcher.ts'
import type { PendingEntry } from './delivery/pending-entry.ts'
import { type DeduplicationKeys, deduplicationKeys } from './entry/deduplication-keys.ts'
import { createEntry } from './entry/entry.ts'
import { type Hops, readHops } from './entry/hops.ts'
import { addressOf, identityOf } from './entry/identity.ts'
import { prepareEntry } from './entry/prepare.ts'
import { getOrCreate } from './get-or-create.ts'

/** Opens the outbox of an invocation. It buffers the entries of each message until the message ends; then the dispatcher sends them. */
export const openOutbox = (batch: Batch, { delivery, maxHops }: OutboxOptions): Outbox => {
  const dispatcher = new Dispatcher(batch, delivery)
  const buffered = new Map<Message, PendingEntry[]>()
  const keys = new Map<Message, DeduplicationKeys>()
  // Read once, because headers may be long, and a message may send thousands of entries.
  const hopsOf = new Map<Message, Hops>()
  // To read a variable of the environment takes longer than to make an entry.
  const invocationTrace = invocationTraceHeader()

  const prepare = (message: Message, queue: Queue, sender: Sender, kwargs: unknown, isDeadLetter: boolean) => {
    const identity = identityOf(queue, sender)
    // The identity alone is not enough: FIFO queues of one name in two accounts share it.
    // mutant: account-in-deduplication-key
    const target = `${isDeadLetter ? 'dead-letter:' : ''}${identity} ${addressOf(queue)}`
    const createKeys = (): DeduplicationKeys => deduplicationKeys(batch, message)
    // A message has one dead letter, however often it is made.
    const ofMessage = isDeadLetter ? createKeys() : getOrCreate(keys, message, createKeys)
    const keyOf = (content: string): string => ofMessage(target, content)
    const hops = getOrCreate(hopsOf, message, () => readHops(message.headers))
    const entry = createEntry({ batch, message, queue, kwargs, keyOf, hops, maxHops, invocationTrace, isDeadLetter })
    return { identity, prepared: prepareEntry(sender, entry), headers: entry.headers }
  }

  const buffer = (entry: Omit<PendingEntry, 'attempts' | 'isAccepted' | 'firstAttemptAt'>): void => {
    const entries = getOrCreate(buffered, entry.message, () => [])
    entries.push({ ...entry, attempts: 0, isAccepted: false, firstAttemptAt: 0 })
  }

  return {
    add: (message, queue, sender, kwargs) => {
      buffer({ message, queue, sender, ...prepare(message, queue, sender, kwargs, false) })
    },

    addDeadLetter: (message, queue, sender, letters) => {
      const rest = letters[Symbol.iterator]()
      /** Prepares the next letter that the sender accepts. */
      const prepareNext = (): ReturnType<typeof prepare> => {
        let failure: unknown = new UndeliverableError(`cannot send to ${queueLabel(queue)}: there is no dead letter`)
        for (let { done, value } = rest.next(); done !== true; { done, value } = rest.next()) {
          try {
            return prepare(message, queue, sender, value, true)
          } catch (error) {
            // Only what is wrong with the letter: otherwise a fault of the moment would cut the record.
            if (!isUndeliverable(error)) throw error
            failure = error
          }
        }
        throw failure
      }
      const smaller = (): Prepared | undefined => tryOr(() => prepareNext().prepared, undefined)
      buffer({ message, queue, sender, ...prepareNext(), smaller })
    },

    commit: (message) => {
      const entries = buffered.get(message) ?? []
      buffered.delete(message)
      keys.delete(message)
      hopsOf.delete(message)
      // mutant: commit-of-failed-message
      if (message.outcome === 'failed' || blockedByFailure(batch, message) !== undefined) return false
      for (const entry of entries) dispatcher.add(entry)
      return entries.length > 0
    },

    ready: () => dispatcher.ready(),
    flush: () => dispatcher.flush(),
    abandon: () => dispatcher.abandon(),
  }
}
