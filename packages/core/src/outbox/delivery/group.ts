import { Deque } from './deque.ts'
import type { PendingEntry } from './pending-entry.ts'

/** The entries of a target that have one ordering key. Those without a key form a group that does not keep order. */
export class Group {
  readonly isOrdered: boolean
  /** Whether a call carries its entries, or they back off: an ordered group then sends nothing else. */
  isBlocked = false
  /** Whether it is in the target's list of ready groups. */
  isReady = false
  /** The bytes of its entries. */
  bytes = 0
  /** Entries to send again. They precede those that wait. */
  readonly #retries = new Deque<PendingEntry>()
  readonly #waiting = new Deque<PendingEntry>()

  constructor(isOrdered: boolean) {
    this.isOrdered = isOrdered
  }

  get size(): number {
    return this.#retries.size + this.#waiting.size
  }

  add(entry: PendingEntry): void {
    this.#waiting.push(entry)
    this.bytes += entry.prepared.size
  }

  addRetries(entries: readonly PendingEntry[]): void {
    // Those of an ordered group precede what is left of an earlier retry.
    const later = this.isOrdered ? this.#retries.drain() : []
    for (const entry of entries) this.bytes += entry.prepared.size
    for (const entry of [...entries, ...later]) this.#retries.push(entry)
  }

  /** Returns the entry that leaves next. */
  peek(): PendingEntry | undefined {
    return this.#retries.peek() ?? this.#waiting.peek()
  }

  /** Removes the entry that `peek` has returned. */
  remove({ prepared }: PendingEntry): void {
    const list = this.#retries.size > 0 ? this.#retries : this.#waiting
    list.shift()
    this.bytes -= prepared.size
  }

  /** Removes and returns all entries. */
  drain(): PendingEntry[] {
    this.bytes = 0
    return [...this.#retries.drain(), ...this.#waiting.drain()]
  }
}
