import type { Sender } from '../../adapters/sender.ts'
import { after } from '../../batch/deadline.ts'
import type { Queue } from '../../language/queue.ts'
import { addressOf } from '../entry/identity.ts'
import { getOrCreate } from '../get-or-create.ts'
import { Deque } from './deque.ts'
import { Group } from './group.ts'
import type { PendingEntry } from './pending-entry.ts'

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
  /** Whether its entries have waited long enough: they leave as soon as fewer than `maxCalls` calls are in flight. */
  isDue = false
  /** Entries that may be sent now, those of groups that are not blocked, and their bytes. */
  #available = 0
  #availableBytes = 0
  readonly #groups = new Map<string | undefined, Group>()
  /** The groups to take entries from, in turn. */
  readonly #ready = new Deque<Group>()
  #cancelLinger: (() => void) | undefined = undefined

  constructor(queue: Queue, sender: Sender) {
    this.queue = queue
    this.sender = sender
    this.byteLimit = sender.maxBytes
  }

  /** Whether an entry may be sent now. */
  get hasAvailable(): boolean {
    return this.#available > 0
  }

  /** Whether a call could be full. */
  get isFull(): boolean {
    return this.#available >= this.sender.maxEntries || this.#availableBytes >= this.byteLimit
  }

  /** Whether its entries wait for others. */
  get isLingering(): boolean {
    return this.#cancelLinger !== undefined
  }

  add(entry: PendingEntry): void {
    const group = this.#groupOf(entry)
    group.add(entry)
    this.#countIfAvailable(group, entry, 1)
    this.#makeReady(group)
  }

  /** Lets the entries wait for others. Calls a function at the end. */
  linger(millis: number, work: () => void): void {
    this.#cancelLinger = after(millis, () => {
      this.#cancelLinger = undefined
      work()
    })
  }

  endLinger(): void {
    this.#cancelLinger?.()
    this.#cancelLinger = undefined
    this.isDue = false
  }

  /**
   * Takes the entries of the next call. A group whose entry is taken is blocked if it keeps order.
   *
   * @param forget returns whether an entry is not sent any more; it is removed
   */
  nextBatch(forget: (entry: PendingEntry) => boolean): PendingEntry[] {
    const taken: PendingEntry[] = []
    const otherAddress: Group[] = []
    let bytes = 0
    for (let group = this.#ready.peek(); group !== undefined; group = this.#ready.peek()) {
      const entry = group.peek()
      if (entry === undefined) {
        this.#leaveReady(group)
        continue
      }
      if (forget(entry)) {
        this.#remove(group, entry)
        continue
      }
      // mutant: one-queue-per-call
      if (taken[0] !== undefined && addressOf(taken[0].queue) !== addressOf(entry.queue)) {
        this.#leaveReady(group)
        otherAddress.push(group)
        continue
      }
      const { size } = entry.prepared
      // mutant: call-limits
      const fits = taken.length < this.sender.maxEntries && (taken.length === 0 || bytes + size <= this.byteLimit)
      if (!fits) {
        if (group.isBlocked) this.#leaveReady(group)
        break
      }
      this.#remove(group, entry)
      taken.push(entry)
      bytes += size
      if (group.isOrdered) this.#block(group)
      // mutant: strict-order
      if (group.isOrdered && isStrict(entry)) this.#leaveReady(group)
    }
    for (const group of otherAddress) this.#makeReady(group)
    return taken
  }

  /** Unblocks the groups of a call's entries. Those to send again stay blocked until `retry`. */
  complete(entries: readonly PendingEntry[], retried: readonly PendingEntry[]): void {
    const blocked = new Set(retried.map((entry) => this.#groupOf(entry)))
    for (const group of new Set(entries.map((entry) => this.#groupOf(entry)))) {
      // mutant: order-while-backing-off
      if (!blocked.has(group)) this.#unblock(group)
    }
  }

  /** Makes entries that backed off available, before those that came later. */
  retry(entries: readonly PendingEntry[]): void {
    for (const [group, ofGroup] of Map.groupBy(entries, (entry) => this.#groupOf(entry))) {
      group.addRetries(ofGroup)
      for (const entry of ofGroup) this.#countIfAvailable(group, entry, 1)
      this.#unblock(group)
    }
  }

  /** Removes and returns all entries that wait. Nothing is sent afterwards. */
  drain(): PendingEntry[] {
    return [...this.#groups.values()].flatMap((group) => group.drain())
  }

  #groupOf({ prepared: { orderingKey } }: PendingEntry): Group {
    return getOrCreate(this.#groups, orderingKey, () => new Group(orderingKey !== undefined))
  }

  #remove(group: Group, entry: PendingEntry): void {
    group.remove(entry)
    this.#countIfAvailable(group, entry, -1)
  }

  /** Counts an entry that joins a group, or leaves it. */
  #countIfAvailable(group: Group, { prepared: { size } }: PendingEntry, change: 1 | -1): void {
    if (!group.isBlocked) this.#count(change, change * size)
  }

  #count(entries: number, bytes: number): void {
    this.#available += entries
    this.#availableBytes += bytes
  }

  #block(group: Group): void {
    if (!group.isBlocked) this.#count(-group.size, -group.bytes)
    group.isBlocked = true
  }

  #unblock(group: Group): void {
    if (group.isBlocked) this.#count(group.size, group.bytes)
    group.isBlocked = false
    this.#makeReady(group)
  }

  #makeReady(group: Group): void {
    if (group.isReady || group.isBlocked || group.size === 0) return
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
