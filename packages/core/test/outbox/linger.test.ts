import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import type { DeliveryOptions } from '@lpipe/core'
import { type Answer, outboxWith, outcomes, testSender, to } from './outbox-with.ts'

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] })
})
afterEach(() => {
  jest.useRealTimers()
})

/** Opens an outbox with a sender, to which entries are added one by one. */
const opened = (delivery: DeliveryOptions, answer?: Answer, overrides: Parameters<typeof testSender>[1] = {}) => {
  const { sender, calls } = testSender(answer, overrides)
  const { outbox, message, succeed, batch } = outboxWith({ groups: Array(40).fill(undefined), delivery })
  const add = (id: number) => {
    outbox.add(message(id), to, sender, { id, size: 10 })
    succeed(id)
  }
  const ids = () => calls.map(({ bodies }) => bodies.map((body) => (body as { id: number }).id))
  return { add, ids, outbox, batch, pass: (millis: number) => jest.advanceTimersByTimeAsync(millis) }
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

test('no timer is left behind when calls hang until the end', async () => {
  const { add, outbox, batch, pass } = opened(
    { lingerMillis: 60_000, maxCalls: 1 },
    () => new Promise(() => undefined),
    { maxEntries: 1 },
  )
  add(0)
  add(1)
  const flushed = outbox.flush()
  await pass(4000)
  await flushed
  expect(jest.getTimerCount()).toBe(0)
  expect(outcomes(batch).slice(0, 2)).toEqual(['failed', 'failed'])
})
