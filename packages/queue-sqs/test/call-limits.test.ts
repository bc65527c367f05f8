import { expect, test } from '@jest/globals'
import { queueSqs } from '@lpipe/queue-sqs'

const most = { maxEntries: 10, maxBytes: 1_048_576 }

test('a call has at most as many entries and bytes as the service takes', () => {
  expect(queueSqs()).toMatchObject({ maxEntries: 10, maxBytes: 1_048_576 })
  expect(queueSqs(most)).toMatchObject(most)
  expect(queueSqs({ maxEntries: most.maxEntries + 1, maxBytes: most.maxBytes + 1 })).toMatchObject(most)
})

test('a call may be smaller', () => {
  expect(queueSqs({ maxEntries: 1, maxBytes: 1 })).toMatchObject({ maxEntries: 1, maxBytes: 1 })
})
