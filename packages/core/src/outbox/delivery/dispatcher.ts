import type { DeliveryOptions } from '../../adapters/sender.ts'
import type { Batch } from '../../batch/batch.ts'
import { after, type Deadline } from '../../batch/deadline.ts'
import { createSendEntries, type SendEntries } from './call.ts'
import { failMessage } from './fail-message.ts'
import type { Failure, Failures } from './failure.ts'
import { logFailure, logFailureCount } from './failure-log.ts'
import { withDefaults } from './options.ts'
import { isObsolete } from './ordering.ts'
import type { PendingEntry } from './pending-entry.ts'
import { mayRetry, planRetry } from './retry.ts'
import type { Target } from './target.ts'
import { Targets } from './targets.ts'
import { Waiters } from './waiters.ts'

const noTime = 'no answer before the time of the invocation was up'

/**
 * Sends the entries of an invocation. The methods stand in the order of an entry's life:
 *
 *     add > wait in the target > call > accept
 *                ^                |---> fail: its message fails
 *                '--- back off <--'     retry, or make a dead letter smaller
 */
export class Dispatcher {
  readonly #batch: Batch
  readonly #options: Required<DeliveryOptions>
  readonly #sendEntries: SendEntries
  readonly #abort = new AbortController()
  readonly #targets = new Targets()
  /** The entries of each call that is not answered. */
  readonly #inFlight = new Set<readonly PendingEntry[]>()
  /** The entries that wait for a retry, with what cancels the wait. */
  readonly #backingOff = new Map<readonly PendingEntry[], () => void>()
  /** Those who wait for an answer. */
  readonly #waiters = new Waiters()
  /** Bytes of the entries that have not ended. */
  #pendingBytes = 0
  /** Whether no message will add entries: then none wait for others. */
  #isClosing = false
  /** Whether nothing is sent any more, and no answer counts. */
  #isOver = false

  constructor(batch: Batch, options?: DeliveryOptions) {
    this.#batch = batch
    this.#options = withDefaults(options)
    this.#sendEntries = createSendEntries(batch, this.#abort.signal, () => this.#isOver)
  }

  /** Takes an entry. A full call leaves at once, while later messages still run. */
  add(entry: PendingEntry): void {
    this.#pendingBytes += entry.prepared.size
    if (this.#isOver) {
      this.#failEntry(entry, noTime)
      return
    }
    const target = this.#targets.of(entry)
    target.add(entry)
    this.#sendReady(target)
  }

  /** Sends what may leave now: full calls, and partial ones if they need not wait for more entries. */
  #sendReady(target: Target): void {
    while (this.#mayCall(target)) {
      const entries = target.nextBatch((entry) => this.#forget(entry))
      if (entries.length === 0) break
      void this.#call(target, entries)
    }
    if (!target.hasAvailable) target.endLinger()
    else this.#linger(target)
  }

  #mayCall(target: Target): boolean {
    const mayBePartial = target.isDue || this.#isClosing || this.#isCongested
    // mutant: max-calls
    return !this.#isOver && target.calls < this.#options.maxCalls && (target.isFull || mayBePartial)
  }

  /** Forgets an entry that must not be sent any more. Returns whether it is one. */
  #forget(entry: PendingEntry): boolean {
    if (!isObsolete(this.#batch, entry)) return false
    this.#pendingBytes -= entry.prepared.size
    return true
  }

  /** Lets entries wait for others to share their call, but not into the reserve. */
  #linger(target: Target): void {
    // mutant: one-linger-timer
    if (this.#isOver || this.#isClosing || target.isDue || target.isLingering) return
    const { deadline } = this.#batch
    const untilReserve = deadline.remainingMillis() - deadline.reserveMillis
    // mutant: linger-millis
    target.linger(Math.min(this.#options.lingerMillis, untilReserve), () => this.#sendAll(target))
  }

  /** Sends all that waits: now, or as soon as fewer than `maxCalls` calls are in flight. */
  #sendAll(target: Target): void {
    target.isDue = true
    this.#sendReady(target)
  }

  /** Never rejects. */
  async #call(target: Target, entries: readonly PendingEntry[]): Promise<void> {
    target.calls += 1
    this.#inFlight.add(entries)
    const now = performance.now()
    for (const entry of entries) if (entry.attempts === 0) entry.firstAttemptAt = now
    const failures = await this.#sendEntries(target, entries)
    if (!this.#isOver) this.#settle(target, entries, failures)
    target.calls -= 1
    this.#inFlight.delete(entries)
    this.#sendReady(target)
    this.#waiters.notify()
  }

  /** Accepts, retries or fails the entries of a call. */
  #settle(target: Target, entries: readonly PendingEntry[], failures: Failures): void {
    const attempts = Math.max(...entries.map((entry) => entry.attempts))
    const retry = planRetry(this.#options.retryMillis, attempts, this.#batch.deadline)
    const retried: PendingEntry[] = []
    for (const [index, entry] of entries.entries()) {
      const failure = failures[index]
      if (failure === undefined) {
        this.#accept(entry)
      } else if (failure.isBlocked) {
        retried.push(entry)
      } else {
        entry.attempts += 1
        logFailure(this.#batch, target, failure, entries.length)
        const isRetried = mayRetry(entry, failure, retry, this.#options) || this.#makeSmaller(entry, failure)
        // mutant: entry-not-accepted
        if (isRetried) retried.push(entry)
        else this.#failEntry(entry, `${failure.code}: ${failure.reason}`, failure)
      }
    }
    target.complete(entries, retried)
    if (retried.length > 0) this.#backOff(target, retried, retry.wait)
  }

  #accept({ prepared }: PendingEntry): void {
    this.#batch.sendCounters.sent += 1
    this.#pendingBytes -= prepared.size
  }

  /** Replaces a dead letter that the service refuses by a smaller one: it may be larger than its queue allows. */
  #makeSmaller(entry: PendingEntry, failure: Failure): boolean {
    const smaller = failure.mayBeTooLarge ? entry.smaller?.() : undefined
    if (smaller === undefined) return false
    this.#pendingBytes += smaller.size - entry.prepared.size
    entry.prepared = smaller
    return true
  }

  #failEntry(entry: PendingEntry, why: string, failure: Partial<Failure> = {}): void {
    this.#batch.sendCounters.failed += 1
    this.#pendingBytes -= entry.prepared.size
    failMessage(this.#batch, entry, why, failure)
  }

  #backOff(target: Target, entries: readonly PendingEntry[], wait: number): void {
    const cancel = after(wait, () => {
      this.#backingOff.delete(entries)
      target.retry(entries)
      this.#sendAll(target)
      this.#waiters.notify()
    })
    this.#backingOff.set(entries, cancel)
  }

  /** Returns a promise while more than `maxPendingBytes` wait. */
  ready(): Promise<void> | undefined {
    // mutant: max-pending-bytes
    if (!this.#isCongested || this.#isOver) return undefined
    for (const target of this.#targets) this.#sendAll(target)
    return this.#waiters.until(() => !this.#isCongested || this.#isOver || this.#isIdle)
  }

  /** Sends the rest, until each call is answered or the flush margin begins. */
  async flush(): Promise<void> {
    this.#isClosing = true
    for (const target of this.#targets) this.#sendAll(target)
    if (!this.#isIdle) {
      const cancel = after(untilFlushMargin(this.#batch.deadline), () => this.#failPending())
      await this.#waiters.until(() => this.#isIdle || this.#isOver)
      cancel()
    }
    for (const target of this.#targets) logFailureCount(this.#batch, target)
  }

  /** Waits for the answers of the calls in flight, and sends nothing more. */
  async abandon(): Promise<void> {
    this.#stop()
    const cancel = after(untilFlushMargin(this.#batch.deadline), () => {
      this.#abort.abort()
      this.#inFlight.clear()
      this.#waiters.notify()
    })
    await this.#waiters.until(() => this.#inFlight.size === 0)
    cancel()
  }

  /** Ends all that waits, because the time is up. */
  #failPending(): void {
    const waiting = [...this.#targets].map((target) => target.drain())
    const pending = [...this.#inFlight, ...this.#backingOff.keys(), ...waiting].flat()
    this.#stop()
    this.#abort.abort()
    this.#waiters.notify()
    for (const entry of pending) {
      // mutant: accepted-half
      if (entry.isAccepted) this.#accept(entry)
      else this.#failEntry(entry, noTime)
    }
  }

  #stop(): void {
    this.#isOver = true
    for (const cancel of this.#backingOff.values()) cancel()
    this.#backingOff.clear()
    for (const target of this.#targets) target.endLinger()
  }

  /** Whether functions must wait, because too many bytes wait to be sent. */
  get #isCongested(): boolean {
    return this.#pendingBytes > this.#options.maxPendingBytes
  }

  /** Whether nothing waits to be sent, for a retry or for an answer. */
  get #isIdle(): boolean {
    const isWaiting = this.#inFlight.size > 0 || this.#backingOff.size > 0
    return !isWaiting && [...this.#targets].every((target) => !target.hasAvailable)
  }
}

/** Milliseconds that pending sends may take if the context does not say how much time is left, as in many tests. */
const unknownClockMillis = 4000

const untilFlushMargin = (deadline: Deadline): number => {
  const millis = deadline.remainingMillis()
  // mutant: flush-margin
  return millis === Infinity ? unknownClockMillis : millis - deadline.flushMargin
}
