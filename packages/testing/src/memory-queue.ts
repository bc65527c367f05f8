import { type Queue, queue, type Sender } from '@lpipe/core'
import type { Entry, SendFailure } from '@lpipe/core/outbox'
import { defineSender, optionText } from '@lpipe/core/outbox'

/** One message that a queue accepted. */
export interface Sent {
  /** The parsed JSON. */
  readonly body: unknown
  readonly entry: Entry
}

/** A queue that remembers what it was sent, and its sender. */
export interface MemoryQueue extends Sender<Entry> {
  /** For actions and payloads. */
  readonly queue: Queue
  /** What was accepted, in order. */
  readonly sent: readonly Sent[]
  /** The number of entries of each call. */
  readonly calls: readonly number[]
}

/** Options of `memoryQueue()`. */
export interface MemoryQueueOptions {
  readonly name?: string
  /** The path of its payloads. */
  readonly path?: string
  /** Most entries of a call. Default: 10. */
  readonly maxEntries?: number
  /** Most bytes of a call. Default: 1 MiB. */
  readonly maxBytes?: number
  /** Whether entries of one message group keep their order. Default: false. */
  readonly ordered?: boolean
  /** Returns why an entry is refused, or undefined. What it throws fails the whole call. */
  readonly refuse?: (body: never, call: number) => SendFailure | undefined
}

/**
 * Makes a queue that remembers what it was sent. Messages to it are JSON, as to a real one.
 *
 * @example
 * const parcels = memoryQueue({ path: 'SHIP' })
 * await invoke(middy().use(lpipe({ call: (kwargs) => payload({ queue: parcels.queue, kwargs }) })), sqsEvent([{ id: 1 }]))
 * expect(parcels.sent.map(({ body }) => body)).toEqual([{ path: 'SHIP', kwargs: { id: 1 } }])
 */
export const memoryQueue = (options: MemoryQueueOptions = {}): MemoryQueue => {
  const { name = 'memory', path } = options
  const memory = memorySender(options)
  return { ...memory, queue: queue({ type: 'memory', name, ...(path && { path }), sender: () => memory }) }
}

const memorySender = (options: MemoryQueueOptions): Omit<MemoryQueue, 'queue'> => {
  const { maxEntries = 10, maxBytes = 1024 * 1024, ordered = false, refuse } = options
  const sent: Sent[] = []
  const calls: number[] = []
  const sender = defineSender<Entry>({
    maxEntries,
    maxBytes,
    queueOptions: {
      groupId: 'any',
      deduplicationId: 'any',
      partitionKey: 'any',
      delaySeconds: 'any',
      attributes: 'any',
      strictOrder: 'boolean',
    },
    prepare: (entry) => ({
      wire: entry,
      size: Buffer.byteLength(entry.body),
      orderingKey: ordered ? (optionText(entry, 'groupId') ?? entry.sourceGroup ?? 'all') : undefined,
    }),
    send: async (_, entries) => {
      calls.push(entries.length)
      const bodies = entries.map((entry) => ({ body: JSON.parse(entry.body) as unknown, entry }))
      const answers = bodies.map(({ body }) => refuse?.(body as never, calls.length))
      sent.push(...bodies.filter((_body, index) => answers[index] === undefined))
      return answers
    },
  })
  return { ...sender, sent, calls }
}

/** Senders that remember, and what each queue accepted. */
export interface MemorySenders {
  /** For the option `senders`. */
  readonly senders: Readonly<Record<string, Sender>>
  /** Returns what the queue with a name or URL accepted, as parsed JSON. */
  readonly sentTo: (nameOrUrl: string) => readonly unknown[]
}

/**
 * Replaces the queues of a graph, so that a test calls no service.
 *
 * @param types the types of queues to replace. Default: `sqs` and `kinesis`
 * @example
 * const { senders, sentTo } = memorySenders()
 * await invoke(middy().use(lpipe({ paths, senders })), sqsEvent([order]))
 * expect(sentTo('parcels')).toEqual([{ id: 1 }])
 */
export const memorySenders = (types: readonly string[] = ['sqs', 'kinesis']): MemorySenders => {
  const made = types.map((type) => [type, memorySender({})] as const)
  return {
    senders: Object.fromEntries(made),
    sentTo: (nameOrUrl) =>
      made.flatMap(([, { sent }]) =>
        sent.filter(({ entry: { queue } }) => [queue.name, queue.url].includes(nameOrUrl)).map(({ body }) => body),
      ),
  }
}
