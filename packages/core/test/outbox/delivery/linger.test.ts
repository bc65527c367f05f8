import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import type { DeliveryOptions } from '@lpipe/core'
import { type Answer, outboxWith, testSender, to } from '../outbox-with.ts'

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] })
})
afterEach(() => {
  jest.useRealTimers()
})

/** Opens an outbox with a sender, to which entries are added one by one. */
const opened = (delivery: DeliveryOptions, answer?: Answer, overrides: Parameters<typeof testSender>[1] = {}) => {
  const { sender, calls } = testSender(answer, overrides)
  const { outbox, message, succeed } = outboxWith({ groups: Array(40).fill(undefined), delivery })
  const add = (id: number) => {
    outbox.add(message(id), to, sender, { id, size: 10 })
    succeed(id)
  }
  const ids = () => calls.map(({ bodies }) => bodies.map((body) => (body as { id: number }).id))
  return { add, ids, outbox, pass: (millis: number) => jest.advanceTimersByTimeAsync(millis) }
}

const tens = (from: number) => Array.from({ length: 10 }, (_, index) => from + index)

test('each entry waits anew, also after a full call has left meanwhile', async () => {
  const { add, ids, pass } = opened({ lingerMillis: 100 })
  for (const id of tens(0)) add(id)
  await pass(50)
  expect(ids()).toEqual([tens(0)])
  add(10)
  await pass(99)
  expect(ids()).toHaveLength(1)
  await pass(1)
  expect(ids()).toEqual([tens(0), [10]])
})

test('by default an entry waits for 100 ms', async () => {
  const { add, ids, pass } = opened({})
  add(0)
  await pass(99)
  expect(ids()).toEqual([])
  await pass(1)
  expect(ids()).toEqual([[0]])
})

test('by default at most four calls to one queue run at the same time', async () => {
  const { add, ids, pass } = opened({}, () => new Promise(() => undefined), { maxEntries: 1 })
  for (const id of tens(0)) add(id)
  await pass(200)
  expect(ids()).toEqual([[0], [1], [2], [3]])
})

test('the wait begins with the first entry, and others do not make it longer', async () => {
  const { add, ids, pass } = opened({ lingerMillis: 100 })
  add(0)
  await pass(60)
  add(1)
  await pass(39)
  expect(ids()).toEqual([])
  await pass(1)
  expect(ids()).toEqual([[0, 1]])
})

test('an entry waits on when another call is answered', async () => {
  const answer = Promise.withResolvers<undefined>()
  const { add, ids, outbox, pass } = opened({ lingerMillis: 5000 }, (_, call) =>
    call === 1 ? answer.promise : undefined,
  )
  for (const id of [...tens(0), 10]) add(id)
  answer.resolve(undefined)
  await pass(0)
  expect(ids()).toEqual([tens(0)])
  await outbox.flush()
  expect(ids()).toEqual([tens(0), [10]])
})

test('entries that have waited long enough leave as soon as a call may leave', async () => {
  const answer = Promise.withResolvers<undefined>()
  const { add, ids, pass } = opened({ lingerMillis: 100, maxCalls: 1 }, (_, call) =>
    call === 1 ? answer.promise : undefined,
  )
  for (const id of [...tens(0), 10]) add(id)
  await pass(200)
  expect(ids()).toHaveLength(1)
  answer.resolve(undefined)
  await pass(0)
  expect(ids()).toEqual([tens(0), [10]])
})

test('a call leaves as soon as its bytes are full, also while another one carries an ordering key', async () => {
  const { sender, calls } = testSender((_, call) => (call === 1 ? new Promise(() => undefined) : undefined), {
    maxBytes: 100,
  })
  const { outbox, message } = outboxWith({ delivery: { lingerMillis: 5000 } })
  const add = (id: number, size: number, key?: string) => {
    outbox.add(message(0), to, sender, { id, size, key })
    outbox.commit(message(0))
  }
  add(0, 100, 'k')
  add(1, 60)
  expect(calls).toHaveLength(1)
  add(2, 40)
  expect(calls.at(-1)?.bodies).toMatchObject([{ id: 1 }, { id: 2 }])
})

test('entries that waited for their ordering key leave at once when they fill a call', async () => {
  const answer = Promise.withResolvers<undefined>()
  const { sender, calls } = testSender((_, call) => (call === 1 ? answer.promise : undefined), { maxBytes: 100 })
  const { outbox, message } = outboxWith({ delivery: { lingerMillis: 5000 } })
  for (const [id, size] of [100, 60, 40].entries()) {
    outbox.add(message(0), to, sender, { id, size, key: 'k' })
    outbox.commit(message(0))
  }
  expect(calls).toHaveLength(1)
  answer.resolve(undefined)
  await jest.advanceTimersByTimeAsync(0)
  expect(calls.at(-1)?.bodies).toMatchObject([{ id: 1 }, { id: 2 }])
})
