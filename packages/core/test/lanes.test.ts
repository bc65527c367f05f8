import { describe, expect, test } from '@jest/globals'
import {
  type Batch,
  behindFailure,
  FailButContinue,
  type LpipeRequest,
  laneOf,
  lanesOf,
  makeMessage,
  NotTried,
  openBatch,
  reject,
  type Source,
  settle,
} from '@lpipe/core'

const fifo = 'arn:aws:sqs:us-east-1:000000000000:orders.fifo'
const standard = 'arn:aws:sqs:us-east-1:000000000000:orders'
const stream = 'arn:aws:kinesis:us-east-1:000000000000:stream/orders'

/** A batch with a message for each group. */
const batchOfGroups = (source: Source, arn: string | undefined, groups: readonly (string | undefined)[]): Batch => {
  const request = { event: {}, context: {}, response: undefined, internal: {} }
  const batch = openBatch(request as unknown as LpipeRequest)
  batch.source = source
  batch.received = groups.map((MessageGroupId, index) =>
    makeMessage({ attributes: { MessageGroupId } }, index, `id-${index}`, arn),
  )
  return batch
}

const indexes = (batch: Batch) => lanesOf(batch).map((lane) => lane.map(({ index }) => index))

describe('lanes', () => {
  test.each([
    ['a FIFO queue: one for each message group, in order', 'sqs', fifo, [[0, 2], [1, 4], [3]]],
    ['a standard queue: one for each message, though groups mark tenants', 'sqs', standard, [[0], [1], [2], [3], [4]]],
    ['a queue that does not say its ARN: one for each message', 'sqs', undefined, [[0], [1], [2], [3], [4]]],
    ['Kinesis: one for the batch', 'kinesis', stream, [[0, 1, 2, 3, 4]]],
    ['RAW: one for each message', 'raw', fifo, [[0], [1], [2], [3], [4]]],
  ] as const)('%s', (_, source, arn, lanes) => {
    expect(indexes(batchOfGroups(source, arn, ['a', 'b', 'a', 'c', 'b']))).toEqual(lanes)
  })

  test('FIFO messages without a group keep order with each other', () => {
    expect(indexes(batchOfGroups('sqs', fifo, [undefined, 'a', undefined]))).toEqual([[0, 2], [1]])
  })

  test('of nothing are none', () => {
    expect(indexes(batchOfGroups('kinesis', stream, []))).toEqual([])
  })

  test('a message knows its own', () => {
    const batch = batchOfGroups('sqs', fifo, ['a', 'b'])
    expect(batch.received.map((message) => laneOf(batch, message))).toEqual(['a', 'b'])
  })
})

describe('after a failure', () => {
  const behind = (batch: Batch) => batch.received.map((message) => behindFailure(batch, message)?.message)
  const why = 'message id-1, which is before it, failed: they stay in order'

  test('those behind it in its lane must fail, and no others', () => {
    const batch = batchOfGroups('sqs', fifo, ['a', 'a', 'b', 'a', 'b'])
    reject(batch, batch.received[1] as never, new Error('x'))
    expect(behind(batch)).toEqual([undefined, undefined, undefined, why, undefined])
    expect(behindFailure(batch, batch.received[3] as never)).toBeInstanceOf(NotTried)
  })

  test('the first failure counts, whichever is told of first', () => {
    const batch = batchOfGroups('kinesis', stream, [undefined, undefined, undefined, undefined])
    reject(batch, batch.received[2] as never, new Error('x'))
    reject(batch, batch.received[1] as never, new Error('x'))
    expect(behind(batch)).toEqual([undefined, undefined, why, why])
  })

  test('a stream may go on all the same', () => {
    const batch = batchOfGroups('kinesis', stream, [undefined, undefined, undefined])
    batch.keepGoing = true
    reject(batch, batch.received[1] as never, new Error('x'))
    expect(behind(batch)).toEqual([undefined, undefined, undefined])
  })

  test('in a standard queue nothing is behind anything', () => {
    const batch = batchOfGroups('sqs', standard, ['a', 'a', 'a'])
    reject(batch, batch.received[1] as never, new Error('x'))
    expect(behind(batch)).toEqual([undefined, undefined, undefined])
  })

  test('what is dropped or done breaks no lane', () => {
    const batch = batchOfGroups('kinesis', stream, [undefined, undefined, undefined])
    batch.classify = () => 'dropped'
    reject(batch, batch.received[0] as never, new FailButContinue('x'))
    settle(batch, batch.received[1] as never, { status: 'fulfilled', value: 1 })
    expect(behind(batch)).toEqual([undefined, undefined, undefined])
  })
})
