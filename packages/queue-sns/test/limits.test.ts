import { describe, expect, test } from '@jest/globals'
import { InvalidConfigurationError, queue } from '@lpipe/core'
import { queueSns } from '@lpipe/queue-sns'
import { entryFor } from '@lpipe/testing'
import fc from 'fast-check'

const arn = 'arn:aws:sns:eu-west-1:123456789012:'
const sns = (options: object) => queue({ type: 'sns', sender: queueSns, name: `${arn}orders`, ...options } as never)
const fifo = (options: object) => sns({ name: `${arn}orders.fifo`, ...options })
const attributes = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, 'x']))

describe('what SNS would refuse at each send is refused when the queue is made', () => {
  test.each<[what: string, make: () => unknown, says: string]>([
    ['a name that is not an ARN', () => sns({ name: 'orders' }), '`name` must be the ARN of a topic'],
    ['the ARN of a queue', () => sns({ name: 'arn:aws:sqs:eu-west-1:123456789012:orders' }), '`name` must be the ARN'],
    ['the ARN of a subscription', () => sns({ name: `${arn}orders:6b0e71bd-7e97` }), '`name` must be the ARN'],
    ['a name of 257 characters', () => sns({ name: arn + 'a'.repeat(257) }), '`name` must be the ARN of a topic'],
    ['a FIFO name of 257 characters', () => sns({ name: `${arn}${'a'.repeat(252)}.fifo` }), '`name` must be the ARN'],
    ['a URL', () => sns({ name: undefined, url: `${arn}orders` }), 'a topic has no `url`; set `name` to its ARN'],
    ['an unknown option', () => sns({ grupId: 'a' }), 'unknown option `grupId`'],
    ['a delay', () => sns({ delaySeconds: 5 }), 'unknown option `delaySeconds`'],
    ['a group that is a number', () => fifo({ groupId: 7 }), '`groupId` must be a non-empty string or a function'],
    ['a group with a space', () => fifo({ groupId: 'a b' }), '`groupId` must have 1 to 128 letters'],
    ['a group of 129 characters', () => sns({ groupId: 'a'.repeat(129) }), '`groupId` must have 1 to 128 letters'],
    ['a deduplication id with a space', () => fifo({ deduplicationId: 'a b' }), '`deduplicationId` must have 1 to 128'],
    ['a deduplication id of a standard topic', () => sns({ deduplicationId: 'a' }), 'requires a FIFO topic'],
    ['a strict order of a standard topic', () => sns({ strictOrder: true }), '`strictOrder` requires a FIFO topic'],
    ['a path that cannot be a group', () => fifo({ path: 'MY PATH' }), '`path` becomes the message group'],
    ['an empty attribute', () => sns({ attributes: { a: '' } }), '`attributes` must be an object of non-empty strings'],
    ['ten attributes', () => sns({ attributes: attributes(10) }), 'at most 9'],
    [
      "lpipe's own attribute",
      () => sns({ attributes: { 'lpipe-trail': 'x' } }),
      "the attribute 'lpipe-trail' is lpipe's",
    ],
    ['an attribute called AWS.x', () => sns({ attributes: { 'AWS.x': 'x' } }), "does not accept the attribute 'AWS.x'"],
    ['an attribute with a space', () => sns({ attributes: { 'x y': 'x' } }), 'SNS does not accept the attribute'],
    ['an attribute with a control character', () => sns({ attributes: { x: 'a\u0001' } }), 'SNS does not accept'],
  ])('%s', (_, make, says) => {
    expect(make).toThrow(InvalidConfigurationError)
    expect(make).toThrow(says)
  })

  test.each<[what: string, make: () => unknown]>([
    ['all options of a standard topic', () => sns({ groupId: 'tenant', attributes: attributes(9) })],
    ['all options of a FIFO topic', () => fifo({ groupId: () => 'a', deduplicationId: '!~', strictOrder: true })],
    ['a strict order that is off', () => sns({ strictOrder: false })],
    ['a path with a space and a group', () => fifo({ path: 'MY PATH', groupId: 'a' })],
    ['the longest names', () => [sns({ name: arn + 'a'.repeat(256) }), sns({ name: `${arn}${'a'.repeat(251)}.fifo` })]],
    ['a topic in China', () => sns({ name: 'arn:aws-cn:sns:cn-north-1:123456789012:orders' })],
  ])('%s are accepted', (_, make) => {
    expect(make).not.toThrow()
  })
})

describe('what an entry makes of its topic', () => {
  const { prepare } = queueSns()
  const wireOf = (...of: Parameters<typeof entryFor>) => prepare(entryFor(...of)).wire

  test('FIFO: the group is the queue’s own, otherwise the source message’s, its path, its name', () => {
    const prepared = [
      prepare(entryFor(fifo({ groupId: 'own' }), 1, { sourceGroup: 'source' })),
      prepare(entryFor(fifo({ path: 'P' }), 1, { sourceGroup: 'source' })),
      prepare(entryFor(fifo({ path: 'P' }), 1)),
      prepare(entryFor(fifo({}), 1)),
      prepare(entryFor(fifo({}), 1, { sourceGroup: 'a group with spaces' })),
    ]
    const expected = ['own', 'source', 'P', 'orders.fifo', 'orders.fifo']
    expect(prepared.map(({ orderingKey }) => orderingKey)).toEqual(expected)
    expect(prepared.map(({ wire }) => wire.MessageGroupId)).toEqual(expected)
  })

  test('a standard topic keeps no order; its group is the tenant of fair queues', () => {
    for (const [options, sourceGroup, expected] of [
      [{ groupId: 'tenant' }, 'source', 'tenant'],
      [{}, 'source', 'source'],
      [{}, undefined, undefined],
    ] as const) {
      const { orderingKey, wire } = prepare(entryFor(sns(options), 1, { sourceGroup }))
      expect(orderingKey).toBeUndefined()
      expect(wire.MessageGroupId).toBe(expected)
      expect(wire).not.toHaveProperty('MessageDeduplicationId')
    }
  })

  test.each(['a b', 'ä', 'a'.repeat(129)])('a computed group that SNS refuses, %j, is undeliverable', (group) => {
    expect(() => wireOf(fifo({ groupId: () => group }), 1)).toThrow(
      expect.objectContaining({
        name: 'UndeliverableError',
        message: expect.stringContaining('its message group must'),
      }),
    )
  })

  test('any deduplication id is accepted by SNS, and two differ if the ids do', () => {
    const idOf = (id: string) => wireOf(fifo({ deduplicationId: () => id }), 1).MessageDeduplicationId as string
    const id = fc.string({ unit: 'binary', minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(id, id, (one, two) => {
        expect(idOf(one)).toMatch(/^[\x21-\x7E]{1,128}$/)
        expect(idOf(one) === idOf(two)).toBe(one === two)
      }),
    )
  })

  test('any headers: at most ten attributes, each one that SNS accepts, the queue’s own first', () => {
    const headers = fc.dictionary(fc.string(), fc.string({ unit: 'binary' }), { maxKeys: 20 })
    fc.assert(
      fc.property(headers, (given) => {
        const { MessageAttributes = {} } = wireOf(sns({ attributes: { own: 'mine' } }), 1, { headers: given })
        expect(MessageAttributes['own']).toEqual({ DataType: 'String', StringValue: 'mine' })
        expect(Object.keys(MessageAttributes).length).toBeLessThanOrEqual(10)
        for (const [name, { StringValue }] of Object.entries(MessageAttributes)) {
          expect(name).toMatch(/^[\w.-]{1,256}$/)
          expect(StringValue).not.toBe('')
        }
      }),
    )
  })
})
