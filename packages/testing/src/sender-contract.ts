import { deepEqual, equal, ok } from 'node:assert/strict'
import type { Entry, Queue, Sender } from '@lpipe/core'

/** What the contract of senders is checked with: a queue that is there, and one that is not. */
export interface SenderTrial {
  readonly sender: Sender
  readonly queue: Queue
  readonly missing: Queue
  /** All that has arrived in the queue, as parsed JSON, in any order. */
  readonly arrived: () => Promise<readonly unknown[]>
}

/** One demand that every sender must meet. */
export interface Demand {
  readonly name: string
  /** @throws AssertionError if the sender does not meet it */
  readonly check: (trial: SenderTrial) => Promise<void>
}

/** An entry as the payload chain makes it. */
export const entryFor = (queue: Queue, value: unknown, over: Partial<Entry> = {}): Entry => {
  const body = JSON.stringify(value)
  return {
    queue,
    body,
    groupId: undefined,
    deduplicationId: undefined,
    partitionKey: undefined,
    origin: `origin-${body}`,
    sourceGroup: undefined,
    headers: { 'lpipe-trail': '1|test' },
    trace: undefined,
    size: Buffer.byteLength(body),
    ...over,
  }
}

const send = ({ sender, queue }: SenderTrial, values: readonly unknown[], to: Queue = queue) =>
  sender.send(
    to,
    values.map((value, index) => entryFor(to, value, { origin: `origin-${index}` })),
    { signal: new AbortController().signal },
  )

/**
 * What every sender must do, whatever it sends to: for the tests of a sender of your own, each with a queue of its own.
 */
export const senderContract: readonly Demand[] = [
  {
    name: 'what is accepted arrives as it was',
    check: async (trial) => {
      const values = [{ a: 1, nested: { list: [1, null, true] } }, 'text', 0, null, { text: 'héllo 世界 \u2028 "\\' }]
      deepEqual(await send(trial, values), [undefined, undefined, undefined, undefined, undefined])
      deepEqual(sorted(await trial.arrived()), sorted(values))
    },
  },
  {
    name: 'equal bodies do not collide',
    check: async (trial) => {
      deepEqual(await send(trial, [{ same: true }, { same: true }]), [undefined, undefined])
      deepEqual(await trial.arrived(), [{ same: true }, { same: true }])
    },
  },
  {
    name: 'a full call is accepted',
    check: async (trial) => {
      const values = Array.from({ length: trial.sender.maxEntries }, (_, index) => ({ index }))
      const answers = await send(trial, values)
      equal(answers.length, values.length)
      ok(answers.every((answer) => answer === undefined))
      deepEqual(sorted(await trial.arrived()), sorted(values))
    },
  },
  {
    name: 'a queue that does not exist accepts nothing',
    check: async (trial) => {
      const answers = await send(trial, [{ a: 1 }], trial.missing).catch(() => 'thrown')
      if (answers !== 'thrown') ok(typeof answers !== 'string' && answers.every((answer) => answer !== undefined))
      deepEqual(await trial.arrived(), [])
    },
  },
  {
    name: 'sizes are counted in UTF-8 bytes, keys and attributes too',
    check: async ({ sender, queue }) => {
      const [ascii, accented] = ['eeee', 'éééé'].map((value) =>
        sender.sizeOf(entryFor(queue, value, { partitionKey: 'k' })),
      )
      equal(Number(accented) - Number(ascii), 4)
      ok(Number(ascii) >= Buffer.byteLength('"eeee"'))
    },
  },
]

const sorted = (values: readonly unknown[]): string[] => values.map((value) => JSON.stringify(value)).sort()
