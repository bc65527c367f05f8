import type { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { expect, test } from '@jest/globals'
import { queueEventBridge } from '@lpipe/queue-eventbridge'
import { entryFor, sendEntries } from '@lpipe/testing'
import { bus } from './event-bridge.ts'

const to = bus('default')

/** What becomes of two events if EventBridge answers this. A real one cannot be made to. */
const answersTo = (output: object) => {
  const client = { send: async () => output } as unknown as EventBridgeClient
  return sendEntries(queueEventBridge({ client }), to, [entryFor(to, { id: 0 }), entryFor(to, { id: 1 })])
}

test('an event without an id and without an error is sent again', async () => {
  expect(await answersTo({ Entries: [{}, { EventId: 'a' }] })).toEqual([
    { code: 'Unknown', reason: 'EventBridge refused the event', senderFault: false },
    undefined,
  ])
})

test('an empty answer accepts none, and one that is too long is cut', async () => {
  const notMentioned = { code: 'NoAnswer', reason: 'EventBridge did not mention the event', senderFault: false }
  expect(await answersTo({})).toEqual([notMentioned, notMentioned])
  expect(await answersTo({ Entries: Array(5).fill({ EventId: 'a' }) })).toEqual([undefined, undefined])
})
