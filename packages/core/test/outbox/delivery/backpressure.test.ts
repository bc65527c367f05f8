import { describe, expect, test } from '@jest/globals'
import type { DeliveryOptions } from '@lpipe/core'
import { type Answer, outboxWith, queueNamed, testSender, to, turn } from '../outbox-with.ts'

/** Opens an outbox with a sender, to which entries of 10 bytes are added one by one. */
const opened = (delivery: DeliveryOptions, answer?: Answer) => {
  const { sender, calls } = testSender(answer)
  const { outbox, message, succeed } = outboxWith({ groups: Array(40).fill(undefined), delivery })
  const add = (id: number, queue = to) => {
    outbox.add(message(id), queue, sender, { id, size: 10 })
    succeed(id)
  }
  const ids = () => calls.map(({ bodies }) => bodies.map((body) => (body as { id: number }).id))
  return { add, ids, outbox }
}

const tens = (from: number) => Array.from({ length: 10 }, (_, index) => from + index)

describe('while functions wait because too much waits to be sent', () => {
  test('what waits at that time leaves as soon as a call may leave', async () => {
    const answer = Promise.withResolvers<undefined>()
    const delivery = { lingerMillis: Infinity, maxCalls: 1, maxPendingBytes: 120 }
    const { add, ids, outbox } = opened(delivery, (_, call) => (call === 1 ? answer.promise : undefined))
    for (const id of [...tens(0), 10, 11, 12]) add(id)
    const ready = outbox.ready()
    expect(ready).toBeDefined()
    answer.resolve(undefined)
    await ready
    await turn()
    expect(ids()).toEqual([tens(0), [10, 11, 12]])
  })

  test('entries of all queues leave', async () => {
    const { add, ids, outbox } = opened({ lingerMillis: Infinity, maxPendingBytes: 25 })
    add(0)
    add(1, queueNamed('other'))
    add(2, queueNamed('third'))
    await outbox.ready()
    expect(ids().toSorted()).toEqual([[0], [1], [2]])
  })

  test('an error elsewhere lets them go on', async () => {
    const answer = Promise.withResolvers<undefined>()
    const { add, outbox } = opened({ lingerMillis: Infinity, maxCalls: 1, maxPendingBytes: 1 }, () => answer.promise)
    add(0)
    add(1)
    const ready = outbox.ready()
    expect(ready).toBeDefined()
    const abandoned = outbox.abandon()
    answer.resolve(undefined)
    await Promise.all([ready, abandoned])
    expect(outbox.ready()).toBeUndefined()
  })
})

test('by default functions wait while more than 16 MiB wait to be sent', () => {
  const { sender } = testSender(() => new Promise(() => undefined), { maxBytes: 2 ** 30 })
  const { outbox, message } = outboxWith()
  const add = (size: number) => {
    outbox.add(message(0), to, sender, { size })
    outbox.commit(message(0))
  }
  add(2 ** 24)
  expect(outbox.ready()).toBeUndefined()
  add(1)
  expect(outbox.ready()).toBeDefined()
})
