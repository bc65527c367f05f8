import { expect, test } from '@jest/globals'
import { queueSns } from '@lpipe/queue-sns'

const most = { maxEntries: 10, maxBytes: 1_048_576 }

test('a call has at most as many entries and bytes as the service takes', () => {
  expect(queueSns()).toMatchObject({ maxEntries: 10, maxBytes: 262_144 })
  expect(queueSns(most)).toMatchObject(most)
  expect(queueSns({ maxEntries: most.maxEntries + 1, maxBytes: most.maxBytes + 1 })).toMatchObject(most)
})

test('a call may be smaller', () => {
  expect(queueSns({ maxEntries: 1, maxBytes: 1 })).toMatchObject({ maxEntries: 1, maxBytes: 1 })
})
