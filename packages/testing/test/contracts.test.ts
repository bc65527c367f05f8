/** Each case of a contract must find an implementation that does not keep it. */
import { describe, expect, test } from '@jest/globals'
import { type EventSource, InvalidPayloadError, queue, type Sender } from '@lpipe/core'
import { getOwn } from '@lpipe/core/middleware'
import { defineSender, type Prepared } from '@lpipe/core/outbox'
import { type SourceContractContext, senderContract, sourceContract } from '@lpipe/testing'

const eventOf = (bodies: readonly unknown[]) => ({
  Toys: bodies.map((body, index) => ({ id: `toy-${index}`, text: JSON.stringify(body) })),
})

const toys: EventSource = {
  name: 'toys',
  reports: 'each',
  recordsOf: (event) => getOwn(event, 'Toys') as readonly unknown[] | undefined,
  idOf: (record) => getOwn(record, 'id') as string | undefined,
  contentOf: (record) => getOwn(record, 'text'),
  bodyOf: (record, content = getOwn(record, 'text')) => {
    try {
      return JSON.parse(String(content))
    } catch {
      throw new InvalidPayloadError('its text must be JSON')
    }
  },
  deduplicationKeyOf: (record) => getOwn(record, 'id') as string | undefined,
  eventOf: (record) => ({ Toys: [record] }),
  withText: (record, text) => ({ ...(record as object), text }),
  sentOf: (record) => ({ type: 'sqs', body: String(getOwn(record, 'text')) }),
}

const sourceContext = (overrides: Partial<EventSource> = {}): SourceContractContext => ({
  source: { ...toys, ...overrides },
  eventOf,
  malformed: (text) => ({ Toys: [{ id: 'toy', text }] }),
})

const purity = 'each answer is the same when it is asked for again, and changes neither the event nor its records'
const readContent = (record: unknown, content = getOwn(record, 'text')): unknown => JSON.parse(String(content))

let random = 0
const throws = () => {
  throw new Error('odd')
}

describe('sourceContract', () => {
  test.each(sourceContract)('$name', ({ check }) => check(sourceContext()))

  test.each<[name: string, broken: Partial<EventSource>]>([
    ['an event has a record for each body, in order', { recordsOf: (event) => toys.recordsOf(event)?.slice(1) }],
    ['an event has a record for each body, in order', { bodyOf: () => ({ a: 1 }) }],
    ['it has a name, and says how failures are reported', { name: '' }],
    ['it has a name, and says how failures are reported', { reports: 'all' as never }],
    ['an event without records is empty', { recordsOf: (event) => [event] }],
    ['an event of another service is not taken', { recordsOf: (event) => toys.recordsOf(event) ?? [event] }],
    ['an event of another service is not taken', { recordsOf: throws }],
    ['each record has an identifier of its own, unless failures cannot be named', { idOf: () => 'same' }],
    ['each record has an identifier of its own, unless failures cannot be named', { idOf: () => undefined }],
    ['each record has an identifier of its own, unless failures cannot be named', { idOf: (record) => String(record) }],
    [
      'a malformed record throws InvalidPayloadError, and does not quote the body',
      { bodyOf: (record) => JSON.parse(String(getOwn(record, 'text'))) },
    ],
    [
      'a malformed record throws InvalidPayloadError, and does not quote the body',
      {
        bodyOf: (record) => {
          throw new InvalidPayloadError(`not JSON: ${getOwn(record, 'text')}`)
        },
      },
    ],
    ...(
      [
        ['idOf', 5],
        ['groupOf', 7],
        ['senderGroupOf', ['a']],
        ['deduplicationKeyOf', 1],
        ['arnOf', Promise.resolve('arn')],
        ['headersOf', { a: 1 }],
        ['headersOf', Promise.resolve({})],
        ['receiveCountOf', '1'],
        ['traceHeaderOf', {}],
        ['partitionOf', 0],
      ] as const
    ).map(([method, answer]): [string, Partial<EventSource>] => [
      'each answer about a record has its type',
      { [method]: () => answer },
    ]),
    ['odd records throw nothing before they are decoded', { groupOf: (record) => record as never }],
    [purity, { groupOf: () => `${random++}` }],
    [purity, { bodyOf: (record) => ({ ...(toys.bodyOf(record) as object), at: random++ }) }],
    [purity, { bodyOf: (record) => [toys.bodyOf(record), Object.assign(record as object, { text: '{}' })][0] }],
    [purity, { recordsOf: (event) => (toys.recordsOf(event) as unknown[] | undefined)?.splice(0) }],
    ['a record has the same body if its content was read before', { bodyOf: (_, content) => content }],
    ['a record has the same body if its content was read before', { contentOf: () => '{"a":1}', bodyOf: readContent }],
    ['odd records throw nothing before they are decoded', { idOf: (record) => (record as { id: string }).id.trim() }],
    ['odd records throw nothing before they are decoded', { groupOf: throws }],
    ['odd records throw nothing before they are decoded', { headersOf: throws }],
    ['the event of one record has this record and no other', { eventOf: (record) => ({ Records: [record] }) }],
    ['the event of one record has this record and no other', { eventOf: (record) => ({ Toys: [record, record] }) }],
    [
      'the event of one record has this record and no other',
      { eventOf: () => ({ Toys: [{ id: 'toy-0', text: '{}' }] }) },
    ],
    [
      'a record with another text has that body and its own identifier, and the record stays as it was',
      { withText: (record) => record },
    ],
    [
      'a record with another text has that body and its own identifier, and the record stays as it was',
      { withText: (record, text) => Object.assign(record as object, { text }) },
    ],
    [
      'a record with another text has that body and its own identifier, and the record stays as it was',
      { withText: (_, text) => ({ text }) },
    ],
    [
      'what was sent has a type and a body, which the body of the record decides',
      { sentOf: () => ({ type: 'sqs', body: 'same' }) },
    ],
    [
      'what was sent has a type and a body, which the body of the record decides',
      { sentOf: (record) => ({ type: '', body: String(getOwn(record, 'text')) }) },
    ],
    [
      'what was sent has a type and a body, which the body of the record decides',
      { sentOf: (record) => ({ type: 'sqs', body: record as never }) },
    ],
    ['what was sent has a type and a body, which the body of the record decides', { sentOf: () => undefined as never }],
    ['an odd record is edited and sent back, or InvalidPayloadError is thrown', { eventOf: throws }],
    ['an odd record is edited and sent back, or InvalidPayloadError is thrown', { withText: throws }],
    ['an odd record is edited and sent back, or InvalidPayloadError is thrown', { sentOf: throws }],
    ['deduplication keys are unique and stable', { deduplicationKeyOf: () => 'same' }],
    ['deduplication keys are unique and stable', { deduplicationKeyOf: () => `${random++}` }],
    ['deduplication keys are unique and stable', { deduplicationKeyOf: () => undefined }],
  ])('"%s" finds a source that does not', async (name, broken) => {
    const found = sourceContract.find((one) => one.name === name)
    await expect(async () => found?.check(sourceContext(broken))).rejects.toThrow()
  })
})

describe('senderContract', () => {
  interface Shelf {
    readonly bodies: unknown[]
    readonly keys: Set<string>
  }
  type Wire = readonly [body: string, key: string]

  /** A sender that puts bodies on a shelf, one for each deduplication key. */
  const shelves = ({ bodies, keys }: Shelf, overrides: Partial<Sender<Wire>> = {}): Sender<Wire> => ({
    ...defineSender<Wire>({
      maxEntries: 3,
      maxBytes: 100,
      prepare: ({ body, deduplicationKey }) => ({ wire: [body, deduplicationKey], size: Buffer.byteLength(body) }),
      send: async ({ name }, wires) => {
        if (name !== 'shelf') throw new Error('no such shelf')
        for (const [body, key] of wires) {
          if (!keys.has(key)) bodies.push(JSON.parse(body))
          keys.add(key)
        }
        return wires.map(() => undefined)
      },
    }),
    ...overrides,
  })

  const checkWith = async (name: string, overrides: (shelf: Shelf) => Partial<Sender<Wire>> = () => ({})) => {
    const shelf: Shelf = { bodies: [], keys: new Set() }
    await senderContract
      .find((one) => one.name === name)
      ?.check({
        sender: shelves(shelf, overrides(shelf)) as unknown as Sender,
        queue: queue({ type: 'shelf', name: 'shelf' }),
        missing: queue({ type: 'shelf', name: 'nowhere' }),
        arrived: async () => shelf.bodies,
      })
  }

  test.each(senderContract)('$name', ({ name }) => checkWith(name))

  const accepted = (wires: readonly unknown[]) => wires.map(() => undefined)

  test.each<[name: string, broken: (shelf: Shelf) => Partial<Sender<Wire>>]>([
    ['an accepted entry arrives unchanged', () => ({ send: async (_, wires) => accepted(wires) })],
    [
      'an accepted entry arrives unchanged',
      ({ bodies }) => ({
        send: async (_, wires) => {
          for (const [body] of wires) bodies.push(JSON.parse(body.replace(/[^ -~]/g, '?')))
          return accepted(wires)
        },
      }),
    ],
    ['an accepted entry arrives unchanged', () => ({ send: async () => [] })],
    [
      'equal bodies with different deduplication keys arrive both',
      () => ({ prepare: ({ body }) => ({ wire: [body, body], size: body.length }) }),
    ],
    ['a full call is accepted', () => ({ maxEntries: 3, send: async () => [] })],
    [
      'a queue that does not exist accepts nothing, and why does not quote the entry',
      () => ({ send: async (_, wires) => accepted(wires) }),
    ],
    [
      'the size counts UTF-8 bytes',
      () => ({ prepare: ({ body, deduplicationKey }) => ({ wire: [body, deduplicationKey], size: body.length }) }),
    ],
    [
      'preparing an entry has no effect',
      ({ bodies }) => ({
        prepare: ({ body, deduplicationKey }) => {
          bodies.push(body)
          return { wire: [body, deduplicationKey], size: body.length }
        },
      }),
    ],
    ['preparing an entry has no effect', () => ({ prepare: ({ body }) => ({ wire: [body, `${random++}`], size: 1 }) })],
    [
      'preparing an entry has no effect',
      () => ({
        prepare: (entry) => {
          Object.assign(entry, { headers: {} })
          return { wire: [entry.body, 'key'], size: 1 }
        },
      }),
    ],
    ...(
      [
        { size: '1' },
        { size: Number.NaN },
        { size: 1, orderingKey: 7 },
        { size: 1, isStrict: 'yes' },
      ] as unknown as readonly Prepared<Wire>[]
    ).map((prepared): [string, () => Partial<Sender<Wire>>] => [
      'what is prepared has its types, and an entry fits into a call',
      () => ({ prepare: ({ body }) => ({ ...prepared, wire: [body, body] }) }),
    ]),
    ['what is prepared has its types, and an entry fits into a call', () => ({ maxEntryBytes: 1000 })],
    ...[[], [true, true], [{ reason: 'no' }, { reason: 'no' }]].map(
      (answers): [string, () => Partial<Sender<Wire>>] => [
        'a queue that does not exist accepts nothing, and why does not quote the entry',
        () => ({ send: async () => answers as never }),
      ],
    ),
    [
      'a queue that does not exist accepts nothing, and why does not quote the entry',
      () => ({
        send: async (_, wires) => wires.map(([body]) => ({ code: 'No', reason: `refused ${body}`, senderFault: true })),
      }),
    ],
    [
      'a queue that does not exist accepts nothing, and why does not quote the entry',
      () => ({
        send: async (_, [wire]) => {
          throw new Error(`refused ${wire?.[0]}`)
        },
      }),
    ],
    [
      'a call that is aborted ends, and what it does not answer as accepted was not sent',
      ({ bodies }) => ({
        send: async (_, wires, signal) => {
          bodies.push(...wires)
          signal.throwIfAborted()
          return accepted(wires)
        },
      }),
    ],
    [
      'a call that is aborted ends, and what it does not answer as accepted was not sent',
      () => ({ send: () => new Promise(() => undefined) }),
    ],
  ])('"%s" finds a sender that does not', async (name, broken) => {
    await expect(checkWith(name, broken)).rejects.toThrow()
  })
})
