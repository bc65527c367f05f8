import type { Prepared, Sender } from '../adapters/sender.ts'
import type { Message } from '../batch/message.ts'
import { type Queue, queueLabel } from '../language/queue.ts'
import { Deque } from './deque.ts'

/** An entry that waits to be sent, with the message that fails if it is not accepted. */
export interface PendingEntry {
  readonly message: Message
  readonly queue: Queue
  readonly sender: Sender
  readonly prepared: Prepared
  readonly headers: Readonly<Record<string, string>>
  attempts: number
  /** When it was first sent, in `performance.now()` milliseconds. */
  firstAttemptAt: number
}

/** The entries of one ordering key. Those without a key share a lane that does not keep order. */
interface Lane {
  readonly isOrdered: boolean
  /** Entries to send again. They precede those that wait. */
  retries: PendingEntry[]
  readonly waiting: Deque<PendingEntry>
  /** Whether the lane is in the list of ready lanes. */
  isReady: boolean
  /** Whether a call carries its entries, or they back off: an ordered lane then sends nothing else. */
  isBlocked: boolean
}

/** What waits for one queue. */
export class Target {
  readonly queue: Queue
  readonly sender: Sender
  /** Calls in flight. */
  calls = 0
  /** Entries that were not accepted so far. */
  failures = 0
  /** Most bytes of a call: fewer than the sender's if the queue refused so many. */
  byteLimit: number
  /** Cancels the timer that ends the wait for more entries. */
  cancelLinger: (() => void) | undefined = undefined
  /** Entries, and their bytes, that may be sent now. */
  availableEntries = 0
  availableBytes = 0
  readonly #lanes = new Map<string | undefined, Lane>()
  readonly #ready = new Deque<Lane>()

  constructor(queue: Queue, sender: Sender) {
    this.queue = queue
    this.sender = sender
    this.byteLimit = sender.maxBytes
  }

  /** Whether a call could be full. */
  get isFull(): boolean {
    return this.availableEntries >= this.sender.maxEntries || this.availableBytes >= this.byteLimit
  }

  add(entry: PendingEntry): void {
    const lane = this.#laneOf(entry)
    lane.waiting.push(entry)
    this.#count(entry, 1)
    this.#makeReady(lane)
  }

  /**
   * Takes the entries of the next call.
   *
   * @param isForgotten whether an entry is not sent any more; it is removed
   */
  nextBatch(isForgotten: (entry: PendingEntry) => boolean): PendingEntry[] {
    const taken: PendingEntry[] = []
    const later: Lane[] = []
    let bytes = 0
    let isFull = false
    while (!isFull) {
      const lane = this.#ready.peek()
      if (lane === undefined) break
      const entry = lane.retries[0] ?? lane.waiting.peek()
      if (entry === undefined) {
        this.#leaveReady(lane)
        continue
      }
      const { size } = entry.prepared
      const fits = taken.length < this.sender.maxEntries && (taken.length === 0 || bytes + size <= this.byteLimit)
      if (isForgotten(entry)) {
        this.#take(lane, entry)
      } else if (taken[0] !== undefined && addressOf(taken[0].queue) !== addressOf(entry.queue)) {
        this.#leaveReady(lane)
        later.push(lane)
      } else if (fits) {
        this.#take(lane, entry)
        taken.push(entry)
        bytes += size
        if (lane.isOrdered) {
          lane.isBlocked = true
          if (entry.queue.options['strictOrder'] === true) this.#leaveReady(lane)
        }
      } else {
        isFull = true
        if (lane.isBlocked) this.#leaveReady(lane)
      }
    }
    for (const lane of later) this.#makeReady(lane)
    return taken
  }

  /** Unblocks the lanes of a call's entries. Those to send again stay blocked until `retry`. */
  complete(entries: readonly PendingEntry[], retried: readonly PendingEntry[]): void {
    const blocked = new Set(retried.map((entry) => this.#laneOf(entry)))
    for (const lane of new Set(entries.map((entry) => this.#laneOf(entry)))) {
      if (blocked.has(lane)) continue
      lane.isBlocked = false
      this.#makeReady(lane)
    }
  }

  /** Makes entries that backed off available, before those that came later. */
  retry(entries: readonly PendingEntry[]): void {
    for (const [lane, ofLane] of Map.groupBy(entries, (entry) => this.#laneOf(entry))) {
      lane.retries = [...ofLane, ...lane.retries]
      for (const entry of ofLane) this.#count(entry, 1)
      lane.isBlocked = false
      this.#makeReady(lane)
    }
  }

  /** Removes and returns all entries that wait. */
  drain(): PendingEntry[] {
    this.availableEntries = 0
    this.availableBytes = 0
    return [...this.#lanes.values()].flatMap((lane) => [...lane.retries.splice(0), ...lane.waiting.drain()])
  }

  #laneOf({ prepared: { orderingKey } }: PendingEntry): Lane {
    let lane = this.#lanes.get(orderingKey)
    if (lane === undefined) {
      const isOrdered = orderingKey !== undefined
      lane = { isOrdered, retries: [], waiting: new Deque(), isReady: false, isBlocked: false }
      this.#lanes.set(orderingKey, lane)
    }
    return lane
  }

  #take(lane: Lane, entry: PendingEntry): void {
    if (lane.retries[0] === entry) lane.retries.shift()
    else lane.waiting.shift()
    this.#count(entry, -1)
  }

  #count({ prepared: { size } }: PendingEntry, change: 1 | -1): void {
    this.availableEntries += change
    this.availableBytes += change * size
  }

  #makeReady(lane: Lane): void {
    if (lane.isReady || (lane.isOrdered && lane.isBlocked) || lane.retries.length + lane.waiting.size === 0) return
    lane.isReady = true
    this.#ready.push(lane)
  }

  #leaveReady(lane: Lane): void {
    lane.isReady = false
    this.#ready.shift()
  }
}

/** What a call is addressed to. Two queues with one identity may have different addresses: a name, and a URL. */
const addressOf = ({ url, name }: Queue): string | undefined => url ?? name

/** Returns what identifies a queue for one sender. */
export const identityOf = (queue: Queue, sender: Sender): string => sender.identityOf?.(queue) ?? queueLabel(queue)
