import { describe, expect, test } from '@jest/globals'
import { InvalidConfigurationError, queue } from '@lpipe/core'
import type { SenderFactory } from '@lpipe/core/outbox'
import { queueKinesis } from '@lpipe/queue-kinesis'
import { entryFor } from '@lpipe/testing'

const stream = (options: object = {}) =>
  queue({ type: 'kinesis', sender: queueKinesis as SenderFactory, name: 'clicks', ...options } as never)

describe('what Kinesis would refuse at each send is refused when the queue is made', () => {
  test.each<[what: string, options: object, says: string]>([
    ['an unknown option', { partitionkey: 'a' }, 'unknown option `partitionkey`'],
    ['an option of SQS', { groupId: 'a' }, 'unknown option `groupId`'],
    ['a URL', { url: 'https://kinesis.test/clicks' }, 'queue kinesis clicks: a stream has no `url`; set `name`'],
    ['only a URL', { name: undefined, url: 'https://kinesis.test/clicks' }, 'a stream has no `url`; set `name`'],
    ['a name with a space', { name: 'my clicks' }, '`name` must have 1 to 128 characters'],
    ['a name of 129 characters', { name: 'a'.repeat(129) }, '`name` must have 1 to 128 characters'],
    ['an ARN as name', { name: 'arn:aws:kinesis:us-east-1:0:stream/clicks' }, '`name` must have 1 to 128 characters'],
    ['an empty key', { partitionKey: '' }, '`partitionKey` must be a string of 1 to 256 characters or a function'],
    [
      'a key that is null',
      { partitionKey: null },
      '`partitionKey` must be a string of 1 to 256 characters or a function',
    ],
    ['a key of 257 characters', { partitionKey: 'a'.repeat(257) }, '`partitionKey` must be a string of 1 to 256'],
    ['a strict order that is a string', { strictOrder: 'yes' }, "`strictOrder` must be a boolean, received 'yes'"],
  ])('%s', (_, options, says) => {
    expect(() => stream(options)).toThrow(InvalidConfigurationError)
    expect(() => stream(options)).toThrow(says)
  })

  test('the longest name and key are accepted', () => {
    const name = 'a_b.c-d'.padEnd(128, 'x')
    expect(() => stream({ name, partitionKey: 'k'.repeat(256), strictOrder: true, path: 'P' })).not.toThrow()
    expect(() => stream({ partitionKey: () => 'k' })).not.toThrow()
  })
})

describe('a record', () => {
  const { prepare } = queueKinesis()

  test('has the key of its queue, otherwise a hash of its data', () => {
    const keyOf = (options: object, value: unknown) => prepare(entryFor(stream(options), value)).wire.PartitionKey
    expect(keyOf({ partitionKey: 'mine' }, 1)).toBe('mine')
    expect(keyOf({ partitionKey: ({ kwargs }: { kwargs: number }) => `k${kwargs}` }, 7)).toBe('k7')
    expect(keyOf({}, 1)).toMatch(/^[0-9a-f]{64}$/)
    expect(keyOf({}, 1)).toBe(keyOf({}, 1))
    expect(keyOf({}, 1)).not.toBe(keyOf({}, 2))
  })

  test('with a computed key of more than 256 characters is undeliverable', () => {
    const of = (length: number) => prepare(entryFor(stream({ partitionKey: () => 'k'.repeat(length) }), 1))
    expect(of(256).wire.PartitionKey).toHaveLength(256)
    expect(() => of(257)).toThrow(
      expect.objectContaining({
        name: 'UndeliverableError',
        message: 'cannot send to kinesis clicks: its partition key has 257 characters, and the limit is 256',
      }),
    )
  })

  test('counts its data, its headers and its key in UTF-8', () => {
    const body = { path: 'P', kwargs: { é: 1 } }
    const traceHeader = 'Root=1-67891233-abcdef012345678912345678'
    const entry = entryFor(stream({ path: 'P', partitionKey: 'ü' }), body, { traceHeader })
    const data = JSON.stringify({ ...body, lpipe: { 'lpipe-trail': '1|test', AWSTraceHeader: traceHeader } })
    expect(prepare(entry).size).toBe(Buffer.byteLength(data) + 2)
  })

  test('keeps its order among those with its key', () => {
    expect(prepare(entryFor(stream({ partitionKey: 'k' }), 1)).orderingKey).toBe('k')
    expect(prepare(entryFor(stream({ partitionKey: 'k' }), 1)).isStrict).toBe(true)
    expect(prepare(entryFor(stream({ partitionKey: () => 'k' }), 1)).isStrict).toBe(false)
    expect(prepare(entryFor(stream(), 1)).isStrict).toBe(false)
    const [one, same] = [prepare(entryFor(stream(), 1)), prepare(entryFor(stream(), 1))]
    expect(one.orderingKey).toBe(same.orderingKey)
  })
})

describe('options', () => {
  test('are checked when the sender is made', () => {
    expect(() => queueKinesis({ clients: {} } as never)).toThrow(InvalidConfigurationError)
    expect(() => queueKinesis({ maxEntries: 1.5 })).toThrow('`maxEntries` must be a whole number of at least 1')
    expect(() => queueKinesis({ maxBytes: 0 })).toThrow(
      'queueKinesis: `maxBytes` must be a whole number of at least 1, or Infinity, received 0',
    )
  })

  test('make calls smaller, never larger than Kinesis allows', () => {
    expect(queueKinesis({ maxEntries: 3, maxBytes: 1000 })).toMatchObject({ maxEntries: 3, maxBytes: 1000 })
    expect(queueKinesis({ maxEntries: 5000, maxBytes: 1e9 })).toMatchObject({ maxEntries: 500, maxBytes: 10_485_760 })
    expect(queueKinesis()).toMatchObject({ maxEntries: 500, maxBytes: 10_485_760 })
  })
})
