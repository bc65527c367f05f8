import { expect, test } from '@jest/globals'
import { queueKinesis } from '@lpipe/queue-kinesis'

const most = { maxEntries: 500, maxBytes: 10_485_760 }

test('a call has at most as many entries and bytes as the service takes', () => {
  expect(queueKinesis()).toMatchObject({ maxEntries: 500, maxBytes: 10_485_760 })
  expect(queueKinesis(most)).toMatchObject(most)
  expect(queueKinesis({ maxEntries: most.maxEntries + 1, maxBytes: most.maxBytes + 1 })).toMatchObject(most)
})

test('a call may be smaller', () => {
  expect(queueKinesis({ maxEntries: 1, maxBytes: 1 })).toMatchObject({ maxEntries: 1, maxBytes: 1 })
})
