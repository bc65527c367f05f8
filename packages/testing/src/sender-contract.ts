import { deepEqual, equal, ok } from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import type { Queue, Sender } from '@lpipe/core'
import type { Entry, SendFailure } from '@lpipe/core/outbox'
import type { ContractCase } from './contract.ts'

/** What a sender is checked with: a queue that exists, and one that does not. */
export interface SenderContractContext {
  readonly sender: Sender
  readonly queue: Queue
  readonly missing: Queue
  /** Returns everything that has arrived in the queue, as parsed JSON, in any order. */
  readonly arrived: () => Promise<readonly unknown[]>
  /** Whether the service takes objects only, as EventBridge does. Default: false. */
  readonly objectsOnly?: boolean
}

/** Makes an entry as the payload chain does. */
export const entryFor = (queue: Queue, kwargs: unknown, overrides: Partial<Entry> = {}): Entry => {
  const body = JSON.stringify(kwargs)
  return {
    queue,
    body,
    sending: { kwargs, path: queue.path },
    deduplicationKey: `key-${body.length}-${Math.random().toString(36).slice(2)}`,
    sourceGroup: undefined,
    headers: { 'lpipe-trail': '1|test' },
    traceHeader: undefined,
    ...overrides,
  }
}

/**
 * Prepares entries and sends them in one call, as the outbox does.
 *
 * @returns for each entry: undefined if the service accepted it, otherwise why not
 * @throws what the sender throws for the whole call
 * @example
 * const [failure] = await sendEntries(sender, orders, [entryFor(orders, { id: 1 })])
 */
export const sendEntries = <Wire>(
  sender: Sender<Wire>,
  queue: Queue,
  entries: readonly Entry[],
  signal: AbortSignal = new AbortController().signal,
): Promise<ReadonlyArray<SendFailure | undefined>> =>
  sender.send(
    queue,
    entries.map((entry) => sender.prepare(entry).wire),
    signal,
  )

const send = (
  { sender, queue }: SenderContractContext,
  values: readonly unknown[],
  to: Queue = queue,
): Promise<ReadonlyArray<SendFailure | undefined>> =>
  sendEntries(
    sender,
    to,
    values.map((value, index) => entryFor(to, value, { deduplicationKey: `key-${index}` })),
  )

/**
 * What every sender must do: for the tests of a sender of your own, each case with a queue of its own.
 *
 * @example
 * test.each(senderContract)('$name', ({ check }) => check({ sender, queue: orders, missing, arrived }))
 */
export const senderContract: readonly ContractCase<SenderContractContext>[] = [
  {
    name: 'an accepted entry arrives unchanged',
    check: async (context) => {
      const values = [
        { a: 1, nested: { list: [1, null, true] } },
        { text: 'héllo 世界 \u2028 "\\' },
        ...(context.objectsOnly ? [] : ['text', 0, null]),
      ]
      const answers = await send(context, values)
      equal(answers.length, values.length)
      ok(answers.every((answer) => answer === undefined))
      deepEqual(sorted(await context.arrived()), sorted(values))
    },
  },
  {
    name: 'equal bodies with different deduplication keys arrive both',
    check: async (context) => {
      deepEqual(await send(context, [{ same: true }, { same: true }]), [undefined, undefined])
      deepEqual(await context.arrived(), [{ same: true }, { same: true }])
    },
  },
  {
    name: 'a full call is accepted',
    check: async (context) => {
      const values = Array.from({ length: context.sender.maxEntries }, (_, index) => ({ index }))
      const answers = await send(context, values)
      equal(answers.length, values.length)
      ok(answers.every((answer) => answer === undefined))
      deepEqual(sorted(await context.arrived()), sorted(values))
    },
  },
  {
    name: 'a queue that does not exist accepts nothing, and why does not quote the entry',
    check: async (context) => {
      const secret = 'a secret of the entry'
      const answers = await send(context, [{ secret }, { secret }], context.missing).catch((error: unknown) => {
        ok(!String(error).includes(secret))
        return undefined
      })
      deepEqual(await context.arrived(), [])
      if (answers === undefined) return
      equal(answers.length, 2)
      for (const failure of answers) {
        ok(typeof failure?.code === 'string' && failure.code !== '')
        ok(typeof failure.reason === 'string' && !failure.reason.includes(secret))
        ok(typeof failure.senderFault === 'boolean')
      }
    },
  },
  {
    name: 'a call that is aborted ends, and what it does not answer as accepted was not sent',
    check: async ({ sender, queue, arrived }) => {
      const ended = sendEntries(sender, queue, [entryFor(queue, { a: 1 })], AbortSignal.abort()).catch(() => [])
      const answers = await Promise.race([ended, setTimeout(5000, undefined, { ref: false })])
      ok(answers !== undefined, 'the call did not end')
      const accepted = answers.filter((answer) => answer === undefined)
      equal((await arrived()).length, accepted.length)
    },
  },
  {
    name: 'the size counts UTF-8 bytes',
    check: ({ sender, queue }) => {
      const [ascii, accented] = ['eeee', 'éééé'].map((text) => sender.prepare(entryFor(queue, { text })).size)
      equal(Number(accented) - Number(ascii), 4)
      ok(Number(ascii) >= Buffer.byteLength('{"text":"eeee"}'))
    },
  },
  {
    name: 'what is prepared has its types, and an entry fits into a call',
    check: ({ sender, queue }) => {
      const { size, orderingKey, isStrict } = sender.prepare(entryFor(queue, { a: 1 }))
      ok(typeof size === 'number' && size > 0)
      ok(orderingKey === undefined || typeof orderingKey === 'string')
      ok(isStrict === undefined || typeof isStrict === 'boolean')
      ok((sender.maxEntryBytes ?? sender.maxBytes) <= sender.maxBytes)
    },
  },
  {
    name: 'preparing an entry has no effect',
    check: async (context) => {
      const entry = entryFor(context.queue, { a: 1 }, { deduplicationKey: 'key' })
      const before = { ...entry, sending: { ...entry.sending }, headers: { ...entry.headers } }
      deepEqual(context.sender.prepare(entry), context.sender.prepare(entry))
      deepEqual(entry, before)
      deepEqual(await context.arrived(), [])
    },
  },
]

const sorted = (values: readonly unknown[]): string[] => values.map((value) => JSON.stringify(value)).sort()
