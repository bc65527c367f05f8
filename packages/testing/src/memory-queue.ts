import { type Entry, type Queue, queue, type Refusal, type Sender } from '@lpipe/core'

/** One message that a queue was sent. */
export interface Sent {
  /** its parsed JSON */
  readonly body: unknown
  readonly entry: Entry
}

/** A queue that remembers what it was sent, and its sender. */
export interface MemoryQueue extends Sender {
  /** for actions and payloads */
  readonly queue: Queue
  /** what was accepted, in order */
  readonly sent: readonly Sent[]
  /** the size of each call */
  readonly calls: readonly number[]
}

/** What a queue that remembers may refuse, and how much it takes at once. */
export interface MemoryQueueOptions {
  readonly name?: string
  /** the path of its payloads */
  readonly path?: string
  /** default 10 */
  readonly maxEntries?: number
  /** default 1 MiB */
  readonly maxBytes?: number
  /** asked for each entry; what it returns is why the entry is refused; what it throws fails the whole call */
  readonly refuse?: (body: never, call: number) => Refusal | undefined
}

/** Makes a queue that remembers what it was sent. Messages to it are JSON, as to a real one. */
export const memoryQueue = (options: MemoryQueueOptions = {}): MemoryQueue => {
  const { name = 'memory', path, maxEntries = 10, maxBytes = 1024 * 1024, refuse } = options
  const sent: Sent[] = []
  const calls: number[] = []
  const sender: Sender = {
    maxEntries,
    maxBytes,
    sizeOf: ({ body }) => Buffer.byteLength(body),
    send: async (_, entries) => {
      calls.push(entries.length)
      const bodies = entries.map((entry) => ({ body: JSON.parse(entry.body) as unknown, entry }))
      const answers = bodies.map(({ body }) => refuse?.(body as never, calls.length))
      sent.push(...bodies.filter((_body, index) => answers[index] === undefined))
      return answers
    },
  }
  return {
    ...sender,
    queue: queue({ type: 'memory', name, ...(path === undefined ? {} : { path }), sender: () => sender }),
    sent,
    calls,
  }
}
