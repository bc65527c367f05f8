import { describe, expect, test } from '@jest/globals'
import {
  adopt,
  type Batch,
  batchOf,
  FailCatastrophically,
  groupOf,
  InvalidConfigurationError,
  type LpipeRequest,
  makeMessage,
  openBatch,
  peekBatch,
  reject,
  resultsOf,
  settle,
} from '@lpipe/core'

const request = (): LpipeRequest => ({
  event: { Records: [] },
  context: { awsRequestId: 'r' } as LpipeRequest['context'],
  response: undefined,
  internal: {},
})

const fulfilled = (value: unknown): PromiseSettledResult<unknown> => ({ status: 'fulfilled', value })
const rejected = (reason: unknown): PromiseSettledResult<unknown> => ({ status: 'rejected', reason })

/** A batch of messages, as a decoder would leave it. */
const batchWith = (count: number): Batch => {
  const batch = openBatch(request())
  batch.source = 'sqs'
  batch.received = Array.from({ length: count }, (_, index) =>
    makeMessage('sqs', { index }, index, `id-${index}`, undefined),
  )
  return batch
}

describe("a batch's place", () => {
  test('is the request, and the context for a handler to read', () => {
    const one = request()
    expect(peekBatch(one)).toBeUndefined()
    const batch = openBatch(one)
    expect(peekBatch(one)).toBe(batch)
    expect(one.context).toHaveProperty('lpipe', batch)
    expect(batch).toMatchObject({ event: one.event, context: one.context, received: [] })
    expect(batch.source).toBeUndefined()
  })

  test('holds one batch, however often it is opened', () => {
    const one = request()
    expect(openBatch(one)).toBe(openBatch(one))
    expect(openBatch(request())).not.toBe(openBatch(one))
  })

  test('must have been decoded into', () => {
    const one = request()
    const message = 'lpipe: to read the event, it needs batchDecoder() before it'
    expect(() => batchOf(one)).toThrow(new InvalidConfigurationError(message))
    const batch = openBatch(one)
    expect(() => batchOf(one)).toThrow(new InvalidConfigurationError(message))
    batch.source = 'raw'
    expect(batchOf(one)).toBe(batch)
  })
})

describe('an end of a message', () => {
  test('gives it a result and an outcome', () => {
    const batch = batchWith(2)
    const [first, second] = batch.received as [never, never]
    settle(batch, first, fulfilled(7))
    reject(batch, second, 'why')
    expect(batch.received).toMatchObject([
      { outcome: 'succeeded', result: fulfilled(7) },
      { outcome: 'failed', result: rejected('why') }, // nobody classifies: it stays on its queue
    ])
    expect(resultsOf(batch)).toEqual([fulfilled(7), rejected('why')])
  })

  test('asks who classifies', () => {
    const batch = batchWith(1)
    batch.classify = (error) => (error === 'gone' ? 'dropped' : 'failed')
    const [message] = batch.received as [never]
    reject(batch, message, 'gone')
    expect(batch.received[0]?.outcome).toBe('dropped')
  })

  test('can be replaced by a later one: a send may fail', () => {
    const batch = batchWith(1)
    const [message] = batch.received as [never]
    settle(batch, message, fulfilled(7))
    reject(batch, message, new FailCatastrophically('not sent'))
    expect(batch.received[0]?.outcome).toBe('failed')
  })

  test('takes it from those that wait', () => {
    const batch = batchWith(3)
    reject(batch, batch.received[1] as never, 'bad')
    expect(batch.messages.map(({ index }) => index)).toEqual([0, 2])
  })
})

describe("a handler's answer", () => {
  test('is a settled result for each record', () => {
    const batch = batchWith(2)
    adopt(batch, [fulfilled('a'), rejected('b')])
    expect(batch.received.map(({ outcome }) => outcome)).toEqual(['succeeded', 'failed'])
  })

  test('or for each message that it was given', () => {
    const batch = batchWith(3)
    reject(batch, batch.received[0] as never, 'malformed')
    adopt(batch, [fulfilled('b'), fulfilled('c')])
    expect(resultsOf(batch)).toEqual([rejected('malformed'), fulfilled('b'), fulfilled('c')])
  })

  test('does not change what is malformed, if it is one for each record', () => {
    const batch = batchWith(2)
    reject(batch, batch.received[0] as never, 'malformed')
    adopt(batch, [fulfilled('a'), fulfilled('b')])
    expect(resultsOf(batch)).toEqual([rejected('malformed'), fulfilled('b')])
  })

  test('is not asked for if no message waits', () => {
    const batch = batchWith(1)
    reject(batch, batch.received[0] as never, 'malformed')
    adopt(batch, undefined)
    adopt(batch, 'anything')
    expect(resultsOf(batch)).toEqual([rejected('malformed')])
  })

  test.each([
    ['nothing', undefined, 'nothing'],
    ['an object', {}, 'an object'],
    ['null', null, 'null'],
    ['values', [1, 2], 'an array'],
    ['an unknown status', [{ status: 'done' }, fulfilled(1)], 'an array'],
    ['too few', [fulfilled(1)], '1'],
    ['too many', [1, 2, 3].map(fulfilled), '3'],
  ])('that is %s is refused, and ends no message', (_, response, got) => {
    const batch = batchWith(2)
    expect(() => adopt(batch, response)).toThrow(
      `lpipe: expected 2 settled results, got ${got}. Give it \`call\`, \`paths\` or a handler with Promise.allSettled(...)`,
    )
    expect(() => adopt(batch, response)).toThrow(InvalidConfigurationError)
    expect(batch.messages).toHaveLength(2)
  })

  test('to an empty batch is an empty array', () => {
    adopt(batchWith(0), [])
    expect(() => adopt(batchWith(0), undefined)).toThrow(InvalidConfigurationError)
  })
})

test("groupOf reads a record's message group, and nothing that is none", () => {
  const group = (record: unknown) => groupOf(makeMessage('sqs', record, 0, undefined, undefined))
  expect(group({ attributes: { MessageGroupId: 'g' } })).toBe('g')
  for (const record of [
    null,
    'x',
    {},
    { attributes: null },
    { attributes: {} },
    { attributes: { MessageGroupId: 1 } },
  ]) {
    expect(group(record)).toBeUndefined()
  }
})
