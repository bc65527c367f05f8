import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { channels, type SendTrace } from '@lpipe/core/middleware'
import { busy, outboxWith, testSender, to } from '../outbox-with.ts'

const started: SendTrace[] = []
const ended: SendTrace[] = []
const subscribers = {
  start: (trace: SendTrace) => void started.push(trace),
  asyncEnd: (trace: SendTrace) => void ended.push(trace),
}
beforeEach(() => {
  started.length = 0
  ended.length = 0
  channels.send.subscribe(subscribers as never)
})
afterEach(() => channels.send.unsubscribe(subscribers as never))

test('each call to a queue is published once, with its entries and its answers', async () => {
  const { sender } = testSender((bodies: never[], call) =>
    call === 1 ? [undefined, busy] : bodies.map(() => undefined),
  )
  const { outbox, message, succeed, batch } = outboxWith({ groups: [undefined, undefined] })
  for (const index of [0, 1]) {
    outbox.add(message(index), to, sender, { id: index })
    succeed(index)
  }
  await outbox.flush()
  expect(started).toHaveLength(2)
  expect(started[0]).toMatchObject({
    batch,
    queue: to,
    entries: [0, 1].map((index) => ({
      message: message(index),
      wire: { body: { id: index } },
      headers: { 'lpipe-trail': '1|test q' },
    })),
  })
  expect(started[1]?.entries).toMatchObject([{ message: message(1) }])
  expect(ended.map(({ result }) => result)).toEqual([[undefined, busy], [undefined]])
})
