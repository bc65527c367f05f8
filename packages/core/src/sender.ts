import type { Queue } from './queue.ts'

/** One thing to send, with all that its queue's options gave. */
export interface Entry {
  readonly queue: Queue
  /** JSON text */
  readonly body: string
  readonly groupId: string | undefined
  readonly deduplicationId: string | undefined
  readonly partitionKey: string | undefined
  /** names the source message and the position among what it sends: the same when the source is delivered again */
  readonly origin: string
  /** the source message's group, if it has one */
  readonly sourceGroup: string | undefined
  /** UTF-8 bytes, as its sender counts them */
  readonly size: number
}

/** Why an entry was not accepted. */
export interface Refusal {
  readonly code: string
  readonly reason: string
  /** It can never be accepted: another try would be refused again. */
  readonly senderFault: boolean
}

/** Sends to one kind of queue. */
export interface Sender {
  /** the most entries of one call */
  readonly maxEntries: number
  /** the most bytes of one call, as `sizeOf` counts them */
  readonly maxBytes: number
  /** UTF-8 bytes that an entry counts for */
  readonly sizeOf: (entry: Omit<Entry, 'size'>) => number
  /**
   * Sends entries, all for the same queue, in one call.
   *
   * @returns what became of each entry, in order: undefined if it was accepted
   * @throws anything: then none is taken for accepted
   */
  readonly send: (queue: Queue, entries: readonly Entry[]) => Promise<ReadonlyArray<Refusal | undefined>>
}
