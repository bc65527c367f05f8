import type { Prepared, Sender } from '../adapters/sender.ts'
import type { Message } from '../batch/message.ts'
import type { Queue } from '../language/queue.ts'
import { Deque } from './deque.ts'

/** An entry that waits to be sent, with the message that fails if it is not accepted. */
export interface PendingEntry {
  readonly message: Message
  readonly queue: Queue
  readonly sender: Sender
  /** What identifies the queue for the sender. */
  readonly identity: string
  prepared: Prepared
  /** Returns a smaller one of the dead letters that the entry may be; undefined if there is none. Absent for other entries. */
  readonly smaller?: () => Prepared | undefined
  readonly headers: Readonly<Record<string, string>>
  attempts: number
  /** Whether the service has accepted it. */
  isAccepted: boolean
  /** When it was first sent, in `performance.now()` milliseconds. */
  firstAttemptAt: number
}

/** The entries of one ordering key. Those without a key share a group that does not keep order. */
interface Group {
  readonly isOrdered: boolean
  /** Entries to send again. They precede those that wait. */
  readonly retries: Deque<PendingEntry>
  readonly waiting: Deque<PendingEntry>
  /** How many entries it holds, and their bytes. */
  entries: number
  bytes: number
  /** Whether the group is in the list of ready groups. */
  isReady: boolean
  /** Whether a call carries its entries, or they back off: an ordered group then sends nothing else. */
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
  /** Most bytes of a call: fewer than the sender's if the queue refused that many. */
  byteLimit: number
  /** Cancels the timer that ends the wait for more entries. */
  cancelLinger: (() => void) | undefined = undefined
  /** Whether its entries have waited long enough: they leave as soon as fewer than `maxCalls` calls are in flight. */
  isDue = false
  /** Entries, and their bytes, that may be sent now: those of groups that are not blocked. */
  availableEntries = 0
  availableBytes = 0
  readonly #groups = new Map<string | undefined, Group>()
  readonly #ready = new Deque<Group>()

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
    const group = this.#groupOf(entry)
    group.waiting.push(entry)
    this.#count(group, entry, 1)
    this.#makeReady(group)
  }

  /**
   * Takes the entries of the next call.
   *
   * @param isForgotten whether an entry is not sent any more; it is removed
   */
  nextBatch(isForgotten: (entry: PendingEntry) => boolean): PendingEntry[] {
    const taken: PendingEntry[] = []
    const later: Group[] = []
    let bytes = 0
    let isFull = false
    while (!isFull) {
      const group = this.#ready.peek()
      if (group === undefined) break
      const entry = group.retries.peek() ?? group.waiting.peek()
      if (entry === undefined) {
        this.#leaveReady(group)
        continue
      }
      const { size } = entry.prepared
      const fits = taken.length < this.sender.maxEntries && (taken.length === 0 || bytes + size <= this.byteLimit)
      if (isForgotten(entry)) {
        this.#take(group, entry)
      } else if (taken[0] !== undefined && addressOf(taken[0].queue) !== addressOf(entry.queue)) {
        this.#leaveReady(group)
        later.push(group)
      } else if (fits) {
        this.#take(group, entry)
        taken.push(entry)
        bytes += size
        if (group.isOrdered) {
          this.#block(group)
          if (isStrict(entry)) this.#leaveReady(group)
        }
      } else {
        isFull = true
        if (group.isBlocked) this.#leaveReady(group)
      }
    }
    for (const group of later) this.#makeReady(group)
    return taken
  }

  /** Unblocks the groups of a call's entries. Those to send again stay blocked until `retry`. */
  complete(entries: readonly PendingEntry[], retried: readonly PendingEntry[]): void {
    const blocked = new Set(retried.map((entry) => this.#groupOf(entry)))
    for (const group of new Set(entries.map((entry) => this.#groupOf(entry)))) {
      if (blocked.has(group)) continue
      this.#unblock(group)
      this.#makeReady(group)
    }
  }

  /** Makes entries that backed off available, before those that came later. */
  retry(entries: readonly PendingEntry[]): void {
    for (const [group, ofGroup] of Map.groupBy(entries, (entry) => this.#groupOf(entry))) {
      // Those of an ordered group precede what is left of an earlier retry.
      const later = group.isOrdered ? group.retries.drain() : []
      for (const entry of [...ofGroup, ...later]) group.retries.push(entry)
      for (const entry of ofGroup) this.#count(group, entry, 1)
      this.#unblock(group)
      this.#makeReady(group)
    }
  }

  /** Removes and returns all entries that wait. */
  drain(): PendingEntry[] {
    this.availableEntries = 0
    this.availableBytes = 0
    return [...this.#groups.values()].flatMap((group) => [...group.retries.drain(), ...group.waiting.drain()])
  }

  #groupOf({ prepared: { orderingKey } }: PendingEntry): Group {
    let group = this.#groups.get(orderingKey)
    if (group === undefined) {
      group = {
        isOrdered: orderingKey !== undefined,
        retries: new Deque(),
        waiting: new Deque(),
        entries: 0,
        bytes: 0,
        isReady: false,
        isBlocked: false,
      }
      this.#groups.set(orderingKey, group)
    }
    return group
  }

  #take(group: Group, entry: PendingEntry): void {
    if (group.retries.peek() === entry) group.retries.shift()
    else group.waiting.shift()
    this.#count(group, entry, -1)
  }

  /** Counts an entry that joins a group, or leaves it. */
  #count(group: Group, { prepared: { size } }: PendingEntry, change: 1 | -1): void {
    group.entries += change
    group.bytes += change * size
    if (!group.isBlocked) this.#countAvailable(change, change * size)
  }

  #countAvailable(entries: number, bytes: number): void {
    this.availableEntries += entries
    this.availableBytes += bytes
  }

  #block(group: Group): void {
    if (!group.isBlocked) this.#countAvailable(-group.entries, -group.bytes)
    group.isBlocked = true
  }

  #unblock(group: Group): void {
    if (group.isBlocked) this.#countAvailable(group.entries, group.bytes)
    group.isBlocked = false
  }

  #makeReady(group: Group): void {
    if (group.isReady || group.isBlocked || group.entries === 0) return
    group.isReady = true
    this.#ready.push(group)
  }

  #leaveReady(group: Group): void {
    group.isReady = false
    this.#ready.shift()
  }
}

/** Whether a call carries only one entry of its ordering key: the queue's option, otherwise what the sender says. */
const isStrict = ({ queue, prepared }: PendingEntry): boolean =>
  queue.options['strictOrder'] === true || (queue.options['strictOrder'] === undefined && prepared.isStrict === true)

/** What a call is addressed to. Two queues with one identity may have different addresses: a name, and a URL. */
const addressOf = ({ url, name }: Queue): string | undefined => url ?? name

/** Returns what identifies a queue for one sender. */
export const identityOf = (queue: Queue, sender: Sender): string =>
  sender.identityOf?.(queue) ?? `${queue.type} ${addressOf(queue)}`
