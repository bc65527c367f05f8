import { expect, test } from '@jest/globals'
import { queueEventBridge } from '@lpipe/queue-eventbridge'

const most = { maxEntries: 10, maxBytes: 1_048_575 }

test('a call has at most as many entries and bytes as the service takes', () => {
  expect(queueEventBridge()).toMatchObject({ maxEntries: 10, maxBytes: 1_048_575 })
  expect(queueEventBridge(most)).toMatchObject(most)
  expect(queueEventBridge({ maxEntries: most.maxEntries + 1, maxBytes: most.maxBytes + 1 })).toMatchObject(most)
})

test('a call may be smaller', () => {
  expect(queueEventBridge({ maxEntries: 1, maxBytes: 1 })).toMatchObject({ maxEntries: 1, maxBytes: 1 })
})
