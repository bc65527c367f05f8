import { describe, expect, test } from '@jest/globals'
import {
  type Batch,
  behindFailure,
  FailButContinue,
  type LpipeRequest,
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
    makeMessage(source, { attributes: { MessageGroupId } }, index, `id-${index}`, arn),
  )
  return batch
}

const lanes = (batch: Batch) => batch.received.map(({ lane }) => lane)

describe('lanes', () => {
  const none = [undefined, undefined, undefined]
  test.each([
    ['a FIFO queue: its message groups', 'sqs', fifo, ['a', 'b', 'a']],
    ['a standard queue: none, though groups mark tenants', 'sqs', standard, none],
    ['a queue that does not say its ARN: none', 'sqs', undefined, none],
    ['Kinesis: one for the batch', 'kinesis', stream, ['', '', '']],
    ['RAW: none', 'raw', fifo, none],
  ] as const)('%s', (_, source, arn, expected) => {
    expect(lanes(batchOfGroups(source, arn, ['a', 'b', 'a']))).toEqual(expected)
  })

  test('FIFO messages without a group keep order with each other', () => {
    expect(lanes(batchOfGroups('sqs', fifo, [undefined, 'a', undefined]))).toEqual(['', 'a', ''])
  })
})

describe('after a failure', () => {
  const behind = (batch: Batch) => batch.received.map((message) => behindFailure(batch, message)?.message)
  const why = 'message id-1 failed, and they stay in order'

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
