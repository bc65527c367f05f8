import { describe, expect, test } from '@jest/globals'
import { memoryQueue } from '@lpipe/testing'
import { InvalidConfigurationError, queue } from 'lpipe-preset'

describe('queue of the preset', () => {
  test('knows who sends to SQS and to Kinesis', () => {
    expect(queue({ type: 'sqs', name: 'orders' }).sender?.()).toMatchObject({ maxEntries: 10, maxBytes: 1_048_576 })
    expect(queue({ type: 'kinesis', name: 'clicks' }).sender?.()).toMatchObject({
      maxEntries: 500,
      maxBytes: 10_485_760,
    })
  })

  test("does not take its sender's place", () => {
    const mine = memoryQueue()
    expect(queue({ type: 'sqs', name: 'orders', sender: () => mine }).sender?.()).toBe(mine)
    expect(queue({ type: 'of-my-own', name: 'x' }).sender).toBeUndefined()
    expect(queue({ type: 'constructor', name: 'x' }).sender).toBeUndefined()
  })

  test('refuses what queue of the core refuses', () => {
    expect(() => queue({ type: 'sqs' })).toThrow(InvalidConfigurationError)
    expect(() => queue({ type: 'sqs', name: 'orders', nmae: 'x' } as never)).toThrow(/unknown option `nmae`/)
    expect(() => queue(undefined as never)).toThrow('queue: expected an object of options, received missing')
  })
})
