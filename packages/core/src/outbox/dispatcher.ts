import type { DeliveryOptions, Sender } from '../adapters/sender.ts'
import type { Batch } from '../batch/batch.ts'
import { after } from '../batch/deadline.ts'
import { log } from '../batch/logger.ts'
import { blockedByFailure } from '../batch/ordering.ts'
import { reject, rejectDeadLetter } from '../batch/results.ts'
import { FailCatastrophically, isError, UndeliverableError } from '../language/errors.ts'
import { queueLabel } from '../language/queue.ts'
import { quantity, tryOr } from '../values.ts'
import { createSendEntries, type Failure } from './call.ts'
import { mayConcernEntry } from './send-failure.ts'
import { type PendingEntry, Target } from './target.ts'

/** Sends the entries of an invocation. */
export interface Dispatcher {
  /** Takes an entry. A full call leaves at once, while later messages still run. */
  readonly add: (entry: PendingEntry) => void
  /** Returns a promise while more than `maxPendingBytes` wait. */
  readonly ready: () => Promise<void> | undefined
  /** Sends the rest, until each call is answered or the flush margin begins. */
  readonly flush: () => Promise<void>
  /** Waits for the answers of the calls in flight, and sends nothing more. */
  readonly abandon: () => Promise<void>
}

/** The longest wait before a retry, in milliseconds. */
const maxBackoffMillis = 5000

/** Milliseconds that pending sends may take if the context does not say how much time is left, as in many tests. */
const unknownClockMillis = 4000

const noTime = 'no answer before the time of the invocation was up'

export const createDispatcher = (batch: Batch, options: DeliveryOptions = {}): Dispatcher => {
  const { maxCalls = 4, maxAttempts = 5, retryMillis = 200, maxRetryMillis = 30_000 } = options
  const { lingerMillis = 100, maxPendingBytes = 16 * 1024 * 1024 } = options
  const { deadline, sendCounters } = batch
  const targets = new Map<Sender, Map<string, Target>>()
  const inFlight = new Map<Promise<void>, readonly PendingEntry[]>()
  const backingOff = new Map<() => void, readonly PendingEntry[]>()
  const waiters: (() => void)[] = []
  const abort = new AbortController()
  let pendingBytes = 0
  let isClosing = false
  let isOver = false
  const sendEntries = createSendEntries(batch, abort.signal, () => isOver)

  const allTargets = (): Target[] => [...targets.values()].flatMap((ofSender) => [...ofSender.values()])

  const isIdle = (): boolean =>
    inFlight.size === 0 && backingOff.size === 0 && allTargets().every(({ availableEntries }) => availableEntries === 0)

  const notify = (): void => {
    for (const waiter of waiters.splice(0)) waiter()
  }

  /** An entry that must keep order is not sent if its message failed, or comes back with its group. */
  const isForgotten = ({ message, prepared }: PendingEntry): boolean => {
    const isBlocked = prepared.orderingKey !== undefined && message.outcome === 'failed'
    if (!isBlocked && blockedByFailure(batch, message) === undefined) return false
    pendingBytes -= prepared.size
    return true
  }

  /** Whether entries wait for no others. */
  const isUrgent = (): boolean => isClosing || pendingBytes > maxPendingBytes

  /** Sends what may leave now: full calls, or all that waits if `isPartial`. */
  const flushTarget = (target: Target, isPartial: boolean): void => {
    target.isDue ||= isPartial
    while (!isOver && target.calls < maxCalls && (target.isDue || target.isFull || isUrgent())) {
      const entries = target.nextBatch(isForgotten)
      if (entries.length === 0) break
      target.calls += 1
      const flight: Promise<void> = call(target, entries).then(() => {
        target.calls -= 1
        inFlight.delete(flight)
        flushTarget(target, false)
        notify()
      })
      inFlight.set(flight, entries)
    }
    if (target.availableEntries === 0) {
      target.isDue = false
      target.cancelLinger?.()
      target.cancelLinger = undefined
    } else if (!isOver && !isClosing && !target.isDue && target.cancelLinger === undefined) {
      const untilReserve = deadline.remainingMillis() - deadline.reserveMillis
      target.cancelLinger = after(Math.min(lingerMillis, untilReserve), () => {
        target.cancelLinger = undefined
        flushTarget(target, true)
      })
    }
  }

  /** Never rejects. */
  const call = async (target: Target, entries: readonly PendingEntry[]): Promise<void> => {
    const now = performance.now()
    for (const entry of entries) if (entry.attempts === 0) entry.firstAttemptAt = now
    const failures = await sendEntries(target, entries)
    if (!isOver) settle(target, entries, failures)
  }

  const settle = (
    target: Target,
    entries: readonly PendingEntry[],
    failures: readonly (Failure | undefined)[],
  ): void => {
    const retried: PendingEntry[] = []
    const attempts = Math.max(...entries.map((entry) => entry.attempts))
    // Full jitter: https://docs.aws.amazon.com/general/latest/gr/api-retries.html
    const wait = Math.random() * Math.min(maxBackoffMillis, retryMillis * 2 ** attempts)
    for (const [index, entry] of entries.entries()) {
      const failure = failures[index]
      if (failure === undefined) {
        sendCounters.sent += 1
        pendingBytes -= entry.prepared.size
      } else if (failure.isBlocked) {
        retried.push(entry)
      } else {
        entry.attempts += 1
        logFailure(target, failure, entries.length)
        if (mayRetry(entry, failure, wait) || makeSmaller(entry, failure)) retried.push(entry)
        else failEntry(entry, `${failure.code}: ${failure.reason}`, failure)
      }
    }
    target.complete(entries, retried)
    if (retried.length > 0) backOff(target, retried, wait)
  }

  /** Logs the first failure of a queue at once. `flush` logs how many there were. */
  const logFailure = (target: Target, { code, reason, senderFault }: Failure, entries: number): void => {
    target.failures += 1
    if (target.failures > 1) return
    const queue = queueLabel(target.queue)
    const text = `${queue} did not accept an entry; it is ${senderFault ? 'not ' : ''}retried: ${code}: ${reason}`
    log(batch, 'warn', text, { queue, code, entries })
  }

  const mayRetry = ({ attempts, firstAttemptAt }: PendingEntry, { senderFault }: Failure, wait: number): boolean =>
    !senderFault &&
    attempts < maxAttempts &&
    performance.now() + wait - firstAttemptAt <= maxRetryMillis &&
    deadline.remainingMillis() - wait > deadline.flushMargin

  const backOff = (target: Target, entries: readonly PendingEntry[], wait: number): void => {
    const cancel = after(wait, () => {
      backingOff.delete(cancel)
      target.retry(entries)
      flushTarget(target, true)
      notify()
    })
    backingOff.set(cancel, entries)
  }

  /** Replaces a dead letter that the service refuses by a smaller one: it may be larger than its queue allows. */
  const makeSmaller = (entry: PendingEntry, failure: Failure): boolean => {
    // The error of a whole call says whether it means the entry; the code of an answer may.
    const isOfSize = 'cause' in failure ? failure.isOfEntry : mayConcernEntry(failure)
    const smaller = isOfSize ? entry.smaller?.() : undefined
    if (smaller === undefined) return false
    pendingBytes += smaller.size - entry.prepared.size
    entry.prepared = smaller
    return true
  }

  const failEntry = ({ queue, message, prepared, smaller }: PendingEntry, why: string, failure?: Failure): void => {
    sendCounters.failed += 1
    pendingBytes -= prepared.size
    const text = `could not send to ${queueLabel(queue)}: ${why}`
    const { cause, isOfEntry, retryAfterSeconds } = failure ?? {}
    if (smaller !== undefined) {
      rejectDeadLetter(batch, message, text, retryAfterSeconds)
      return
    }
    // It would drop the message, which comes back because of another entry.
    if (isOfEntry && message.outcome === 'failed') return
    const options = {
      ...(isOwnError(cause) && { cause }),
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    }
    reject(batch, message, new (isOfEntry ? UndeliverableError : FailCatastrophically)(text, options))
  }

  /** Nothing is sent any more, and no answer counts. */
  const stop = (): void => {
    isOver = true
    for (const cancel of backingOff.keys()) cancel()
    for (const target of allTargets()) target.cancelLinger?.()
    abort.abort()
    notify()
  }

  const failPending = (): void => {
    const pending = [
      ...inFlight.values(),
      ...backingOff.values(),
      ...allTargets().map((target) => target.drain()),
    ].flat()
    stop()
    backingOff.clear()
    for (const entry of pending) {
      if (entry.isAccepted) sendCounters.sent += 1
      else failEntry(entry, noTime)
    }
  }

  const untilFlushMargin = (): number => {
    const millis = deadline.remainingMillis()
    return millis === Infinity ? unknownClockMillis : millis - deadline.flushMargin
  }

  return {
    add: (entry) => {
      const { queue, sender, identity, prepared } = entry
      let ofSender = targets.get(sender)
      if (ofSender === undefined) {
        ofSender = new Map()
        targets.set(sender, ofSender)
      }
      let target = ofSender.get(identity)
      if (target === undefined) {
        target = new Target(queue, sender)
        ofSender.set(identity, target)
      }
      pendingBytes += prepared.size
      if (isOver) {
        failEntry(entry, noTime)
        return
      }
      target.add(entry)
      flushTarget(target, false)
    },

    ready: () => {
      if (pendingBytes <= maxPendingBytes || isOver) return undefined
      for (const target of allTargets()) flushTarget(target, true)
      return waitUntil(waiters, () => pendingBytes <= maxPendingBytes || isOver || isIdle())
    },

    flush: async () => {
      isClosing = true
      for (const target of allTargets()) flushTarget(target, true)
      if (!isIdle()) {
        const cancel = after(untilFlushMargin(), failPending)
        await waitUntil(waiters, () => isIdle() || isOver)
        cancel()
      }
      for (const { queue, failures } of allTargets()) {
        if (failures > 1)
          log(batch, 'warn', `${queueLabel(queue)} did not accept an entry ${quantity(failures, 'time')}`, { failures })
      }
    },

    abandon: async () => {
      isOver = true
      for (const cancel of backingOff.keys()) cancel()
      backingOff.clear()
      for (const target of allTargets()) target.cancelLinger?.()
      const cancel = after(untilFlushMargin(), () => {
        abort.abort()
        inFlight.clear()
        notify()
      })
      await waitUntil(waiters, () => inFlight.size === 0)
      cancel()
    },
  }
}

/** Whether an error is not a service's: the text of a service may quote an entry. */
const isOwnError = (error: unknown): boolean =>
  tryOr(() => isError(error) && (error as { readonly $fault?: unknown }).$fault === undefined, false)

const waitUntil = async (waiters: (() => void)[], isDone: () => boolean): Promise<void> => {
  while (!isDone()) await new Promise<void>((resolve) => waiters.push(resolve))
}
