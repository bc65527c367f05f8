import { expect, test } from '@jest/globals'
import { type QueueOptions, queue } from '@lpipe/core'
import type { SenderFactory } from '@lpipe/core/outbox'
import { queueSqs } from '@lpipe/queue-sqs'

const sqs = (options: object) =>
  queue({ type: 'sqs', sender: queueSqs as SenderFactory, name: 'orders', ...options } as QueueOptions as never)

test.each([0, 1, 900])('a delay of %p seconds is accepted', (delaySeconds) => {
  expect(sqs({ delaySeconds })).toMatchObject({ options: { delaySeconds } })
})

test.each([1, 128])('a group of %p characters is accepted', (length) => {
  expect(() => sqs({ groupId: 'a'.repeat(length) })).not.toThrow()
})

test('no attributes are accepted', () => {
  expect(() => sqs({ attributes: {} })).not.toThrow()
})
