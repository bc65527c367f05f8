import { type Entry, FailCatastrophically, type Message, type Queue, type Refusal, type Sender } from '@lpipe/core'
import { labelOf } from './entry.ts'

/** An entry on its way, with the message it fails if it does not arrive. */
export interface Parcel {
  readonly entry: Entry
  readonly message: Message
  readonly sender: Sender
}

/** Gathers what the messages of an invocation send. */
export interface Outbox {
  /** Takes a parcel along. A full call leaves at once, while later messages still run. */
  readonly add: (parcel: Parcel) => void
  /** Sends the rest, waits until every call is answered, and tells which messages failed, each with its first failure. */
  readonly close: () => Promise<ReadonlyMap<Message, FailCatastrophically>>
  /** Waits until the calls that have left are answered, and sends nothing more. */
  readonly abandon: () => Promise<void>
}

/** The calls to one queue: one after the other, so that nothing overtakes. */
interface Target {
  readonly queue: Queue
  readonly sender: Sender
  waiting: Parcel[]
  bytes: number
  tail: Promise<void>
}

export const makeOutbox = (): Outbox => {
  const targets = new Map<string, Target>()
  const failures = new Map<Message, FailCatastrophically>()

  const fail = ({ entry, message }: Parcel, why: string, cause?: unknown): void => {
    if (failures.has(message)) return
    failures.set(message, new FailCatastrophically(`not sent to ${labelOf(entry.queue)}: ${why}`, { cause }))
  }

  const call = async ({ queue, sender }: Target, parcels: readonly Parcel[]): Promise<void> => {
    let answers: ReadonlyArray<Refusal | undefined>
    try {
      answers = await sender.send(
        queue,
        parcels.map(({ entry }) => entry),
      )
    } catch (cause) {
      for (const parcel of parcels) fail(parcel, reasonOf(cause), cause)
      return
    }
    if (!Array.isArray(answers) || answers.length !== parcels.length) {
      for (const parcel of parcels) fail(parcel, `${parcels.length} entries were sent, and not as many answered`)
      return
    }
    for (const [index, parcel] of parcels.entries()) {
      const refusal = answers[index]
      if (refusal !== undefined) fail(parcel, `${refusal.code}: ${refusal.reason}`)
    }
  }

  const dispatch = (target: Target): void => {
    const parcels = target.waiting
    if (parcels.length === 0) return
    target.waiting = []
    target.bytes = 0
    target.tail = target.tail.then(() => call(target, parcels))
  }

  const abandon = async (): Promise<void> => {
    await Promise.all([...targets.values()].map(({ tail }) => tail))
  }

  return {
    add: (parcel) => {
      const { entry, sender } = parcel
      const name = labelOf(entry.queue)
      let target = targets.get(name)
      if (target === undefined) {
        target = { queue: entry.queue, sender, waiting: [], bytes: 0, tail: Promise.resolve() }
        targets.set(name, target)
      }
      if (target.bytes + entry.size > sender.maxBytes) dispatch(target)
      target.waiting.push(parcel)
      target.bytes += entry.size
      if (target.waiting.length >= sender.maxEntries) dispatch(target)
    },
    close: async () => {
      for (const target of targets.values()) dispatch(target)
      await abandon()
      return failures
    },
    abandon,
  }
}

const reasonOf = (cause: unknown): string =>
  cause instanceof Error ? `${cause.name}: ${cause.message}` : 'the call failed'
