import { describe, expect, test } from '@jest/globals'
import { InvalidConfigurationError, type QueueOptions, queue } from '@lpipe/core'
import type { SenderFactory } from '@lpipe/core/outbox'
import { queueSqs } from '@lpipe/queue-sqs'
import { entryFor } from '@lpipe/testing'

const sqs = (options: object) =>
  queue({ type: 'sqs', sender: queueSqs as SenderFactory, name: 'orders', ...options } as QueueOptions as never)

const fifo = (options: object) => sqs({ name: 'orders.fifo', ...options })

const attributes = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, 'x']))

describe('what SQS would refuse at each send is refused when the queue is made', () => {
  test.each<readonly [what: string, make: () => unknown, says: string]>([
    ['an unknown option', () => sqs({ grupId: 'a' }), 'unknown option `grupId`'],
    ['an option of Kinesis', () => sqs({ partitionKey: 'a' }), 'unknown option `partitionKey`'],
    ['a name with a space', () => sqs({ name: 'my orders' }), '`name` must have 1 to 80 characters'],
    ['a name of 81 characters', () => sqs({ name: 'a'.repeat(81) }), '`name` must have 1 to 80 characters'],
    ['a FIFO name of 81 characters', () => sqs({ name: `${'a'.repeat(76)}.fifo` }), '`name` must have 1 to 80'],
    ['a name with a dot', () => sqs({ name: 'orders.standard' }), '`name` must have 1 to 80 characters'],
    ['a text that is not a URL', () => sqs({ name: undefined, url: 'orders' }), '`url` must be the URL of a queue'],
    ...[
      'ftp://host/1/orders',
      'https://host',
      'https://host/1/',
      'https://host/1/a.fifo?x=1',
      'https://host/1/a b',
    ].map(
      (url) => [`the URL ${url}`, () => sqs({ name: undefined, url }), '`url` must be the URL of a queue'] as const,
    ),
    [
      'a URL of another queue',
      () => sqs({ url: 'https://host/1/parcels' }),
      '`url` is that of another queue than `name`',
    ],
    ['the URL of the FIFO queue', () => sqs({ url: 'https://host/1/orders.fifo' }), '`url` is that of another queue'],
    [
      'a delay of -1',
      () => sqs({ delaySeconds: -1 }),
      '`delaySeconds` must be a whole number from 0 to 900, received -1',
    ],
    ['a delay of 901', () => sqs({ delaySeconds: 901 }), '`delaySeconds` must be a whole number from 0 to 900'],
    ['a delay of 1.5', () => sqs({ delaySeconds: 1.5 }), '`delaySeconds` must be a whole number from 0 to 900'],
    ['a delay that is a string', () => sqs({ delaySeconds: '5' }), "from 0 to 900, received '5'"],
    [
      'attributes in a Map, which has no members',
      () => sqs({ attributes: new Map([['a', 'b']]) }),
      '`attributes` must be an object of non-empty strings',
    ],
    ['a delay of a FIFO queue', () => fifo({ delaySeconds: 5 }), 'a FIFO queue has one delay for all messages'],
    [
      'a group that is a number',
      () => fifo({ groupId: 7 }),
      '`groupId` must be a non-empty string or a function, received 7',
    ],
    ['an empty group', () => fifo({ groupId: '' }), '`groupId` must be a non-empty string or a function'],
    ['a group with a space', () => fifo({ groupId: 'a b' }), '`groupId` must have 1 to 128 letters'],
    ['a group with an umlaut', () => fifo({ groupId: 'ä' }), '`groupId` must have 1 to 128 letters'],
    ['a group of 129 characters', () => fifo({ groupId: 'a'.repeat(129) }), '`groupId` must have 1 to 128 letters'],
    ['a tenant with a space', () => sqs({ groupId: 'a b' }), '`groupId` must have 1 to 128 letters'],
    ['a deduplication id with a space', () => fifo({ deduplicationId: 'a b' }), '`deduplicationId` must have 1 to 128'],
    [
      'a deduplication id of a standard queue',
      () => sqs({ deduplicationId: 'a' }),
      '`deduplicationId` requires a FIFO queue',
    ],
    ['a strict order of a standard queue', () => sqs({ strictOrder: true }), '`strictOrder` requires a FIFO queue'],
    ['a path that cannot be a group', () => fifo({ path: 'MY PATH' }), '`path` becomes the message group'],
    [
      'attributes that are an array',
      () => sqs({ attributes: [] }),
      '`attributes` must be an object of non-empty strings',
    ],
    [
      'an attribute that is a number',
      () => sqs({ attributes: { a: 1 } }),
      '`attributes` must be an object of non-empty',
    ],
    ['an empty attribute', () => sqs({ attributes: { a: '' } }), '`attributes` must be an object of non-empty strings'],
    ['ten attributes', () => sqs({ attributes: attributes(10) }), 'at most 9'],
    [
      "lpipe's own attribute",
      () => sqs({ attributes: { 'lpipe-trail': 'x' } }),
      "the attribute 'lpipe-trail' is lpipe's own",
    ],
    [
      'an attribute called AWS.x',
      () => sqs({ attributes: { 'AWS.x': 'x' } }),
      "SQS does not accept the attribute 'AWS.x'",
    ],
    [
      'an attribute called Amazon.x',
      () => sqs({ attributes: { 'Amazon.x': 'x' } }),
      'SQS does not accept the attribute',
    ],
    ['an attribute called .x', () => sqs({ attributes: { '.x': 'x' } }), 'SQS does not accept the attribute'],
    ['an attribute called x.', () => sqs({ attributes: { 'x.': 'x' } }), 'SQS does not accept the attribute'],
    ['an attribute called x..y', () => sqs({ attributes: { 'x..y': 'x' } }), 'SQS does not accept the attribute'],
    ['an attribute with a space', () => sqs({ attributes: { 'x y': 'x' } }), 'SQS does not accept the attribute'],
    ['an attribute of 257 characters', () => sqs({ attributes: { ['x'.repeat(257)]: 'x' } }), 'SQS does not accept'],
    ['an attribute with a control character', () => sqs({ attributes: { x: 'a\u0001' } }), 'SQS does not accept'],
    ['an attribute with U+FFFF', () => sqs({ attributes: { x: 'a\uFFFF' } }), 'SQS does not accept'],
    ['an attribute with a lone surrogate', () => sqs({ attributes: { x: 'a\uD800' } }), 'SQS does not accept'],
  ])('%s', (_, make, says) => {
    expect(make).toThrow(InvalidConfigurationError)
    expect(make).toThrow(says)
  })

  test.each<[what: string, make: () => unknown]>([
    ['all options of a standard queue', () => sqs({ groupId: 'tenant', delaySeconds: 900, attributes: attributes(9) })],
    ['all options of a FIFO queue', () => fifo({ groupId: () => 'a', deduplicationId: '!~', strictOrder: true })],
    ['a strict order that is off', () => sqs({ strictOrder: false })],
    ['a path with a space and a group', () => fifo({ path: 'MY PATH', groupId: 'a' })],
    ['a path with a space of a standard queue', () => sqs({ path: 'MY PATH' })],
    ['a FIFO queue by URL', () => sqs({ name: undefined, url: 'https://sqs.test/1/q.fifo', strictOrder: true })],
    ['the longest names', () => [sqs({ name: 'a'.repeat(80) }), sqs({ name: `${'a'.repeat(75)}.fifo` })]],
    ['an attribute of 256 characters', () => sqs({ attributes: { ['x'.repeat(256)]: 'x\t\n\r', 'a.b_c-d': 'é€😀' } })],
  ])('%s are accepted', (_, make) => {
    expect(make).not.toThrow()
  })
})

describe('what an entry makes of its queue', () => {
  const { prepare } = queueSqs()
  const wireOf = (...of: Parameters<typeof entryFor>) => prepare(entryFor(...of)).wire

  test('FIFO: the group is the queue’s own, otherwise the source message’s, its path, its name', () => {
    const groups = [
      prepare(entryFor(fifo({ groupId: 'own' }), 1, { sourceGroup: 'source' })),
      prepare(entryFor(fifo({ path: 'P' }), 1, { sourceGroup: 'source' })),
      prepare(entryFor(fifo({ path: 'P' }), 1)),
      prepare(entryFor(fifo({}), 1)),
      prepare(entryFor(sqs({ name: undefined, url: 'https://sqs.test/1/q.fifo' }), 1)),
      prepare(entryFor(fifo({}), 1, { sourceGroup: 'a group with spaces' })),
    ]
    const expected = ['own', 'source', 'P', 'orders.fifo', 'q.fifo', 'orders.fifo']
    expect(groups.map(({ orderingKey }) => orderingKey)).toEqual(expected)
    expect(groups.map(({ wire }) => wire.MessageGroupId)).toEqual(expected)
  })

  test('a standard queue keeps no order; its group is a tenant', () => {
    for (const [options, sourceGroup, expected] of [
      [{ groupId: 'tenant' }, 'source', 'tenant'],
      [{}, 'source', 'source'],
      [{}, undefined, undefined],
    ] as const) {
      const { orderingKey, wire } = prepare(entryFor(sqs(options), 1, { sourceGroup }))
      expect(orderingKey).toBeUndefined()
      expect(wire.MessageGroupId).toBe(expected)
    }
  })

  test.each(['a b', 'ä', 'a'.repeat(129), 'a\n'])(
    'a computed group that SQS refuses, %j, is undeliverable',
    (group) => {
      expect(() => wireOf(fifo({ groupId: () => group }), 1)).toThrow(
        expect.objectContaining({
          name: 'UndeliverableError',
          message:
            'cannot send to sqs orders.fifo: its message group must have 1 to 128 letters, digits and punctuation characters',
        }),
      )
    },
  )

  test('a long or odd deduplication id is hashed, so that two do not collide', () => {
    const idOf = (id: string) => wireOf(fifo({ deduplicationId: () => id }), 1).MessageDeduplicationId
    const long = 'x'.repeat(200)
    expect(idOf('mine')).toBe('mine')
    expect(idOf(`${long}1`)).toMatch(/^[0-9a-f]{64}$/)
    expect(idOf(`${long}1`)).not.toBe(idOf(`${long}2`))
    expect(idOf('a b')).toMatch(/^[0-9a-f]{64}$/)
    expect(wireOf(fifo({}), 1, { deduplicationKey: 'key' }).MessageDeduplicationId).toBe('key')
    expect(wireOf(sqs({}), 1)).not.toHaveProperty('MessageDeduplicationId')
  })

  test('headers become attributes, as far as SQS accepts them and ten are not exceeded', () => {
    const headers = {
      'lpipe-trail': '1|a',
      'bad name': 'x',
      empty: '',
      control: '\u0001',
      number: 7 as never,
      a0: 'no',
      b: 'x',
    }
    const { MessageAttributes = {} } = wireOf(sqs({ attributes: { a0: 'own' } }), 1, { headers })
    expect(MessageAttributes).toEqual({
      a0: { DataType: 'String', StringValue: 'own' },
      'lpipe-trail': { DataType: 'String', StringValue: '1|a' },
      b: { DataType: 'String', StringValue: 'x' },
    })
    const many = wireOf(sqs({ attributes: attributes(9) }), 1, { headers })
    expect(Object.keys(many.MessageAttributes ?? {})).toHaveLength(10)
    expect(many.MessageAttributes).toHaveProperty('lpipe-trail')
  })

  test('one queue by name and by URL is one FIFO queue; standard queues are told apart', () => {
    const { identityOf } = queueSqs()
    const url = (name: string) => ({ name: undefined, url: `https://sqs.test/1/${name}` })
    expect(identityOf?.(sqs(url('orders.fifo')))).toBe(identityOf?.(fifo({})))
    expect(identityOf?.(sqs(url('orders')))).toBe('https://sqs.test/1/orders')
    expect(identityOf?.(sqs({}))).toBe('orders')
  })
})
