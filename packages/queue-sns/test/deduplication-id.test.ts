import { expect, test } from '@jest/globals'
import { type QueueOptions, queue } from '@lpipe/core'
import type { SenderFactory } from '@lpipe/core/outbox'
import { queueSns } from '@lpipe/queue-sns'
import { entryFor } from '@lpipe/testing'

const idOf = (options: object): string | undefined => {
  const name = 'arn:aws:sns:eu-west-1:123456789012:orders.fifo'
  const topic = queue({ type: 'sns', sender: queueSns as SenderFactory, name, ...options } as QueueOptions as never)
  return queueSns().prepare(entryFor(topic, 1, { deduplicationKey: 'key' })).wire.MessageDeduplicationId
}

test("a topic's own deduplication id is kept as it is, so that other senders may use the same", () => {
  expect(idOf({ deduplicationId: 'mine' })).toBe('mine')
  expect(idOf({ deduplicationId: () => 'a'.repeat(128) })).toBe('a'.repeat(128))
})

test('one that SNS refuses is hashed', () => {
  expect(idOf({ deduplicationId: () => 'a'.repeat(129) })).toMatch(/^[0-9a-f]{64}$/)
})

test('without one, the key of the entry is its id', () => {
  expect(idOf({})).toBe('key')
})
