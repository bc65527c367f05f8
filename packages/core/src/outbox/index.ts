import type { Entry, Outbox, OutboxOptions, Prepared, Sender } from '../adapters/sender.ts'
import type { Batch } from '../batch/batch.ts'
import { invocationTraceHeader } from '../batch/deadline.ts'
import type { Message } from '../batch/message.ts'
import { blockedByFailure } from '../batch/ordering.ts'
import {
  describeError,
  dispositionOf,
  FailCatastrophically,
  invalidConfiguration,
  isUndeliverable,
  UndeliverableError,
} from '../language/errors.ts'
import { type Queue, queueLabel } from '../language/queue.ts'
import { notPromise, typeName } from '../values.ts'
import { createDispatcher } from './dispatcher.ts'
import { createEntry, deduplicationKeys } from './entry.ts'
import { hopsHeader } from './hops.ts'
import { identityOf, type PendingEntry } from './target.ts'

export type { Entry, Prepared, SenderFactory, SenderWrapper, SendFailure } from '../adapters/sender.ts'
export type { QueueType } from '../language/queue.ts'
export { isTraceHeader, optionText } from './entry.ts'
export { addHop, formatHops, type Hops, hopsHeader, readHops } from './hops.ts'
export { type CallFailure, callFailureFrom } from './send-failure.ts'

/** What a sender is made of: everything but `open`. */
export type SenderDefinition<Wire> = Omit<Sender<Wire>, 'open'>

/** A sender that takes entries as they are. */
export interface PlainSender extends Omit<Sender<Entry>, 'open' | 'prepare'> {
  readonly prepare?: undefined
  /** Returns the bytes of an entry. Default: those of its body. */
  readonly sizeOf?: (entry: Entry) => number
  /** Returns the ordering key of an entry: entries with the same key are sent in order, never in two calls at once. Default: no order. */
  readonly orderOf?: (entry: Entry) => string | undefined
}

/**
 * Makes a sender: adds the outbox to a definition, and `prepare` if the definition has none. A Lambda without a sender bundles
 * no outbox.
 *
 * @throws InvalidConfigurationError for a limit that lets nothing through
 * @example
 * const webhook = () => defineSender({
 *   maxEntries: 1,
 *   maxBytes: 256_000,
 *   prepare: ({ body }) => ({ wire: body, size: Buffer.byteLength(body) }),
 *   send: async ({ url = '' }, [body = ''], signal) => {
 *     const { ok, status } = await fetch(url, { method: 'POST', body, signal })
 *     return [ok ? undefined : { code: String(status), reason: 'the webhook refused it', senderFault: status < 500 }]
 *   },
 * })
 */
export function defineSender<Wire>(definition: SenderDefinition<Wire>): Sender<Wire>
export function defineSender(definition: PlainSender): Sender<Entry>
export function defineSender(definition: SenderDefinition<unknown> | PlainSender): Sender {
  for (const limit of ['maxEntries', 'maxBytes'] as const) {
    // With another limit entries would wait until the time of the invocation is up.
    if (!(definition[limit] >= 1)) invalidConfiguration(`defineSender: \`${limit}\` must be a number of at least 1`)
  }
  return {
    ...definition,
    prepare: definition.prepare ?? preparePlain(definition as PlainSender),
    open: openOutbox,
  } as Sender
}

const preparePlain =
  ({ sizeOf = ({ body }) => Buffer.byteLength(body), orderOf }: PlainSender): Sender['prepare'] =>
  (entry) => ({ wire: entry, size: sizeOf(entry), orderingKey: orderOf?.(entry) })

/** Opens the outbox of an invocation. */
export const openOutbox = (batch: Batch, { delivery, maxHops }: OutboxOptions): Outbox => {
  const dispatcher = createDispatcher(batch, delivery)
  const buffered = new Map<Message, PendingEntry[]>()
  const keys = new Map<Message, ReturnType<typeof deduplicationKeys>>()
  // To read a variable of the environment takes longer than to make an entry.
  const invocationTrace = invocationTraceHeader()

  const keysOf = (message: Message): ReturnType<typeof deduplicationKeys> => {
    let ofMessage = keys.get(message)
    if (ofMessage === undefined) {
      ofMessage = deduplicationKeys(batch, message)
      keys.set(message, ofMessage)
    }
    return ofMessage
  }

  const prepare = (message: Message, queue: Queue, sender: Sender, kwargs: unknown, isDeadLetter: boolean) => {
    const identity = callSender(queue, 'identityOf', () => checkText(identityOf(queue, sender), 'it'))
    // The identity alone is not enough: FIFO queues of one name in two accounts share it.
    const target = `${isDeadLetter ? 'dead-letter:' : ''}${identity} ${queue.url ?? queue.name}`
    // A message has one dead letter, however often it is made.
    const keys = isDeadLetter ? deduplicationKeys(batch, message) : keysOf(message)
    const keyOf = (content: string): string => keys(target, content)
    const entry = createEntry({ batch, message, queue, kwargs, keyOf, maxHops, invocationTrace, isDeadLetter })
    const prepareEntry = (): Prepared => callSender(queue, 'prepare', () => checkPrepared(sender.prepare(entry)))
    const limit = sender.maxEntryBytes ?? sender.maxBytes
    let prepared = prepareEntry()
    if (!(prepared.size <= limit) && removeTraces(entry.headers as Record<string, string>)) prepared = prepareEntry()
    if (!(prepared.size <= limit)) {
      throw new UndeliverableError(
        `cannot send to ${queueLabel(queue)}: the message has ${prepared.size} bytes, and the limit is ${limit}. Send a reference instead`,
      )
    }
    return { identity, prepared, headers: entry.headers }
  }

  const buffer = (entry: Omit<PendingEntry, 'attempts' | 'isAccepted' | 'firstAttemptAt'>): void => {
    const entries = buffered.get(entry.message) ?? []
    entries.push({ ...entry, attempts: 0, isAccepted: false, firstAttemptAt: 0 })
    buffered.set(entry.message, entries)
  }

  return {
    add: (message, queue, sender, kwargs) => {
      buffer({ message, queue, sender, ...prepare(message, queue, sender, kwargs, false) })
    },

    addDeadLetter: (message, queue, sender, letters) => {
      const next = letters[Symbol.iterator]()
      let failure: unknown = new UndeliverableError(`cannot send to ${queueLabel(queue)}: there is no dead letter`)
      /** Prepares the next letter that the sender accepts. */
      const prepareNext = (): ReturnType<typeof prepare> | undefined => {
        for (let { done, value } = next.next(); done !== true; { done, value } = next.next()) {
          try {
            return prepare(message, queue, sender, value, true)
          } catch (error) {
            failure = error
            // Only what is wrong with the letter: otherwise a fault of the moment would cut the record.
            if (!isUndeliverable(error)) break
          }
        }
        return undefined
      }
      const first = prepareNext()
      if (first === undefined) throw failure
      buffer({ message, queue, sender, ...first, smaller: () => prepareNext()?.prepared })
    },

    release: (message) => {
      const entries = buffered.get(message) ?? []
      buffered.delete(message)
      keys.delete(message)
      if (message.outcome === 'failed' || blockedByFailure(batch, message) !== undefined) return false
      for (const entry of entries) dispatcher.add(entry)
      return entries.length > 0
    },

    ready: dispatcher.ready,
    flush: dispatcher.flush,
    abandon: dispatcher.abandon,
  }
}

/** Removes the headers of observers: a trace must not make a message too large. Returns whether there were any. */
const removeTraces = (headers: Record<string, string>): boolean => {
  const names = Object.keys(headers).filter((name) => name !== hopsHeader)
  for (const name of names) delete headers[name]
  return names.length > 0
}

/** Order would be lost by a key of another type: two promises are two keys. */
const checkPrepared = (prepared: Prepared): Prepared => {
  const { size, orderingKey } = notPromise(prepared, 'it')
  if (typeof size !== 'number' || !(size >= 0)) {
    throw new TypeError(`\`size\` must be a number of at least 0, received ${typeName(size)}`)
  }
  if (orderingKey !== undefined) checkText(orderingKey, '`orderingKey`')
  return prepared
}

const checkText = (text: unknown, what: string): string => {
  if (typeof notPromise(text, what) === 'string') return text as string
  throw new TypeError(`${what} must be a string, received ${typeName(text)}`)
}

/** Calls a method of a sender. An error that would drop the message fails it: what a sender throws is not about the message. */
const callSender = <T>(queue: Queue, method: string, call: () => T): T => {
  try {
    return notPromise(call(), 'it')
  } catch (cause) {
    if (dispositionOf(cause) === 'failed') throw cause
    const text = `cannot send to ${queueLabel(queue)}: \`${method}\` of its sender threw ${describeError(cause)}`
    throw new FailCatastrophically(text, { cause })
  }
}
