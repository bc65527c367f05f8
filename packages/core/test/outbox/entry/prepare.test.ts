import { describe, expect, test } from '@jest/globals'
import { FailCatastrophically, InvalidConfigurationError } from '@lpipe/core'
import { type Answer, busy, outboxWith, serviceError, testSender, to } from '../outbox-with.ts'

/** Adds an entry whose sender prepares it wrongly. */
const add = (overrides: object): void => {
  const { sender } = testSender(undefined, overrides)
  const { outbox, message } = outboxWith()
  outbox.add(message(0), to, sender, {})
}

const later = (): Promise<never> => Promise.reject(new Error('later'))

describe('a sender that prepares an entry wrongly fails its message, before anything is sent', () => {
  test.each<[what: string, prepared: unknown]>([
    ['no size', {}],
    ['a text as its size', { size: '10' }],
    ['a bigint as its size', { size: 10n }],
    ['NaN as its size', { size: Number.NaN }],
    ['a size below 0', { size: -1 }],
    ['an object as its ordering key', { size: 1, orderingKey: {} }],
    ['null as its ordering key', { size: 1, orderingKey: null }],
    ['a promise of its ordering key', { size: 1, orderingKey: later() }],
    ['a promise', Promise.resolve({ size: 1 })],
    ['nothing', undefined],
  ])('with %s', (_, prepared) => {
    expect(() => add({ prepare: () => prepared })).toThrow(FailCatastrophically)
    expect(() => add({ prepare: () => prepared })).toThrow(
      'cannot send to test q: `prepare` of its sender threw TypeError',
    )
  })

  test('but not with a size of 0', () => {
    expect(() => add({ prepare: () => ({ wire: {}, size: 0 }) })).not.toThrow()
  })

  test.each<[what: string, identity: unknown]>([
    ['a symbol', Symbol('q')],
    ['an object', {}],
    ['a promise', later()],
  ])('with %s as the identity of the queue', (_, identity) => {
    expect(() => add({ identityOf: () => identity })).toThrow(FailCatastrophically)
  })
})

test('what identifies a queue is asked for when an entry is made, and not again', async () => {
  const identities = ['q']
  const { sender, calls } = testSender(undefined, {
    identityOf: () => {
      const identity = identities.pop()
      if (identity === undefined) throw new Error('asked again')
      return identity
    },
  })
  const { outbox, message, succeed } = outboxWith()
  outbox.add(message(0), to, sender, {})
  succeed(0)
  await outbox.flush()
  expect(calls).toHaveLength(1)
})

test('an entry is prepared once, although its call is split and it is retried', async () => {
  const prepared: string[] = []
  const answer: Answer = (bodies: string[], call) => {
    if (call === 1) throw serviceError('InvalidParameterValueException')
    return call === 2 ? bodies.map(() => busy) : undefined
  }
  const { sender, calls } = testSender(answer, {
    prepare: ({ body }) => {
      prepared.push(body)
      return { wire: { body, deduplicationKey: '', headers: {}, traceHeader: undefined }, size: 1 }
    },
  })
  const { outbox, message, succeed } = outboxWith()
  for (const id of [0, 1, 2]) outbox.add(message(0), to, sender, { id })
  succeed(0)
  await outbox.flush()
  expect(calls.map(({ bodies }) => bodies.length)).toEqual([3, 2, 1, 2])
  expect(prepared).toEqual(['{"id":0}', '{"id":1}', '{"id":2}'])
})

test.each([
  { maxEntries: 0 },
  { maxEntries: Number.NaN },
  { maxEntries: undefined },
  { maxBytes: -1 },
  { maxBytes: '?' },
])('a sender with %p is refused when it is made, because its entries would never leave', (limits) => {
  const [name] = Object.keys(limits)
  expect(() => testSender(undefined, limits as object)).toThrow(
    new InvalidConfigurationError(`defineSender: \`${name}\` must be a number of at least 1`),
  )
})
