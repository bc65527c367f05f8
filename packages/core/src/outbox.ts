import type { Batch } from './batch.ts'
import { labelOf } from './entry.ts'
import { FailCatastrophically } from './errors.ts'
import { behindFailure } from './lanes.ts'
import type { Message } from './message.ts'
import type { Queue } from './queue.ts'
import { type Entry, type Refusal, refusalOf, type Sender } from './sender.ts'
import { reject } from './settled.ts'
import { sendChannel } from './trace.ts'

/** An entry on its way, with the message that fails if it does not arrive. */
export interface Parcel {
  readonly entry: Entry
  readonly message: Message
  readonly sender: Sender
}

/** Gathers what the messages of an invocation send. */
export interface Outbox {
  /** Takes a parcel along. A full call leaves at once, while later messages still run. */
  readonly add: (parcel: Parcel) => void
  /** Sends the rest, until every call is answered or time is up. */
  readonly close: () => Promise<void>
  /** Waits until the calls that have left are answered, and sends nothing more. */
  readonly abandon: () => Promise<void>
}

export interface OutboxOptions {
  /** the most calls to one queue at a time, where nothing must stay in order */
  readonly maxCalls: number
  /** the longest wait before the first retry; it doubles with each */
  readonly retryMillis: number
  /** the most tries of an entry when nobody knows how much time there is */
  readonly maxAttempts: number
}

interface Waiting extends Parcel {
  readonly order: string | undefined
  attempts: number
  /** refused, and not to be tried again just yet */
  resting: boolean
}

/** One queue: what waits for it, and how many calls to it are on their way. */
interface Target {
  readonly queue: Queue
  readonly sender: Sender
  /** in order; what is tried again stands before what came later */
  waiting: Waiting[]
  bytes: number
  calls: number
  /** the most entries of a call: fewer than its sender's, if the queue refused so many */
  limit: number
  /** whether entries must not overtake each other: then one call at a time carries them */
  readonly ordered: boolean
}

const longestWait = 5000

export const makeOutbox = (batch: Batch, { maxCalls, retryMillis, maxAttempts }: OutboxOptions): Outbox => {
  const targets = new Map<string, Target>()
  const timers = new Set<NodeJS.Timeout>()
  const flying = new Map<Promise<void>, readonly Waiting[]>()
  const abort = new AbortController()
  let closing = false
  let over = false
  let wake = (): void => undefined

  const fail = ({ entry, message }: Parcel, why: string, cause?: unknown): void => {
    batch.tally.refused += 1
    reject(batch, message, new FailCatastrophically(`not sent to ${labelOf(entry.queue)}: ${why}`, { cause }))
  }

  /** Sends as much as may leave now. */
  const pump = (target: Target): void => {
    for (let parcels = take(target); parcels.length > 0; parcels = take(target)) {
      target.calls += 1
      const flight = call(target, parcels).then(() => {
        target.calls -= 1
        flying.delete(flight)
        pump(target)
      })
      flying.set(flight, parcels)
    }
    if (isIdle()) wake()
  }

  const isIdle = (): boolean => flying.size === 0 && [...targets.values()].every(({ waiting }) => waiting.length === 0)

  /** The next call's parcels; none if it is not full yet and more may come, or if an order forbids it. */
  const take = (target: Target): Waiting[] => {
    const { sender, queue, waiting, limit } = target
    if (over || waiting.length === 0 || target.calls >= (target.ordered ? 1 : maxCalls)) return []
    if (!closing && waiting.length < limit && target.bytes < sender.maxBytes) return []
    const taken: Waiting[] = []
    const left: Waiting[] = []
    const held = new Set<string>()
    let bytes = 0
    let full = false
    for (const parcel of waiting) {
      if (isForgotten(parcel)) continue
      const { order, resting, entry } = parcel
      full ||= taken.length >= limit || bytes + entry.size > sender.maxBytes
      const blocked = order !== undefined && held.has(order)
      if (order !== undefined && (full || resting || queue.strictOrder)) held.add(order)
      if (full || resting || blocked) {
        left.push(parcel)
      } else {
        taken.push(parcel)
        bytes += entry.size
      }
    }
    putBack(target, [], left)
    return taken
  }

  /** What comes back with its lane, or would overtake what its own message could not send, is not sent. */
  const isForgotten = ({ message, order }: Waiting): boolean =>
    (order !== undefined && message.outcome === 'failed') || behindFailure(batch, message) !== undefined

  const putBack = (target: Target, first: readonly Waiting[], waiting: readonly Waiting[]): void => {
    target.waiting = [...first, ...waiting]
    target.bytes = target.waiting.reduce((sum, { entry }) => sum + entry.size, 0)
  }

  const call = async (target: Target, parcels: readonly Waiting[]): Promise<void> => {
    const entries = parcels.map(({ entry }) => entry)
    let answers: ReadonlyArray<Refusal | undefined>
    let cause: unknown
    try {
      batch.tally.calls += 1
      answers = await send(target, entries)
      if (!Array.isArray(answers) || answers.length !== parcels.length) {
        throw new Error(`${parcels.length} entries were sent, and not as many answered`)
      }
    } catch (error) {
      cause = error
      const refusal = refusalOf(error)
      if (refusal.code.endsWith('BatchRequestTooLong') && parcels.length > 1) {
        target.limit = Math.ceil(parcels.length / 2) // the queue's own limit is lower than the service's
        return putBack(target, parcels, target.waiting)
      }
      answers = parcels.map(() => refusal)
    }
    if (!over) settle(target, parcels, answers, cause)
  }

  const send = ({ sender, queue }: Target, entries: readonly Entry[]): ReturnType<Sender['send']> => {
    const { signal } = abort
    return sendChannel.tracePromise(() => sender.send(queue, entries, { signal }), { batch, queue, entries })
  }

  const settle = (
    target: Target,
    parcels: readonly Waiting[],
    answers: ReadonlyArray<Refusal | undefined>,
    cause: unknown,
  ): void => {
    const again: Waiting[] = []
    const attempts = Math.max(...parcels.map((parcel) => parcel.attempts))
    // Full jitter: https://docs.aws.amazon.com/general/latest/gr/api-retries.html
    const wait = Math.random() * Math.min(longestWait, retryMillis * 2 ** attempts)
    for (const [index, parcel] of parcels.entries()) {
      const refusal = answers[index]
      if (refusal === undefined) {
        batch.tally.sent += 1
        continue
      }
      parcel.attempts += 1
      if (mayTryAgain(refusal, parcel.attempts, wait)) again.push(parcel)
      else fail(parcel, `${refusal.code}: ${refusal.reason}`, cause)
    }
    if (again.length > 0) rest(target, again, wait)
  }

  const mayTryAgain = ({ senderFault }: Refusal, attempts: number, wait: number): boolean => {
    const left = batch.left()
    return !senderFault && (left === Infinity ? attempts < maxAttempts : left - wait > closingMillis(batch))
  }

  /** Keeps what was refused for a while. What must not overtake it waits too. */
  const rest = (target: Target, parcels: readonly Waiting[], wait: number): void => {
    for (const parcel of parcels) parcel.resting = true
    putBack(target, parcels, target.waiting)
    const timer = setTimeout(() => {
      timers.delete(timer)
      for (const parcel of parcels) parcel.resting = false
      pump(target)
    }, wait)
    timers.add(timer)
  }

  /** Ends it all: nothing leaves any more, and no answer counts. */
  const stop = (): void => {
    over = true
    for (const timer of timers) clearTimeout(timer)
    abort.abort()
    wake()
  }

  const timeUp = (): void => {
    const lost = [...[...flying.values()].flat(), ...[...targets.values()].flatMap(({ waiting }) => waiting)]
    stop()
    for (const parcel of lost) fail(parcel, 'no answer before the time of the invocation was up')
  }

  return {
    add: (parcel) => {
      const { entry, sender } = parcel
      const name = labelOf(entry.queue)
      const order = sender.orderOf?.(entry)
      let target = targets.get(name)
      if (target === undefined) {
        target = {
          queue: entry.queue,
          sender,
          waiting: [],
          bytes: 0,
          calls: 0,
          limit: sender.maxEntries,
          ordered: order !== undefined,
        }
        targets.set(name, target)
      }
      target.waiting.push({ ...parcel, order, attempts: 0, resting: false })
      target.bytes += entry.size
      if (target.waiting.length >= target.limit || target.bytes >= sender.maxBytes) pump(target)
    },
    close: async () => {
      closing = true
      for (const target of targets.values()) pump(target)
      if (!isIdle()) {
        await new Promise<void>((resolve) => {
          wake = resolve
          const left = batch.left() - closingMillis(batch)
          if (left !== Infinity) timers.add(setTimeout(timeUp, Math.max(0, left)))
        })
      }
      for (const timer of timers) clearTimeout(timer)
    },
    abandon: async () => {
      const calls = Promise.all(flying.keys())
      over = true
      for (const timer of timers) clearTimeout(timer)
      const left = batch.left() - closingMillis(batch)
      if (left !== Infinity) timers.add(setTimeout(stop, Math.max(0, left)))
      await Promise.race([
        calls,
        new Promise<void>((resolve) => {
          wake = resolve
        }),
      ])
      for (const timer of timers) clearTimeout(timer)
    },
  }
}

/** What is kept at the very end to classify and to answer. */
const closingMillis = ({ reserveMillis }: Batch): number => reserveMillis / 4
