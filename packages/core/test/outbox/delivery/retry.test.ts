import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import type { DeliveryOptions } from '@lpipe/core'
import { openOutbox } from '@lpipe/core/outbox'
import { type Answer, busy, outboxWith, outcomes, queueNamed, testSender, to, wrong } from '../outbox-with.ts'

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] })
  jest.spyOn(Math, 'random').mockReturnValue(1)
})
afterEach(() => {
  jest.restoreAllMocks()
  jest.useRealTimers()
})

const refuseAll: Answer = (bodies) => bodies.map(() => busy)

/** Sends one entry, and returns the milliseconds at which its calls left, and at which it was done or had failed. */
const callTimes = async (answer: Answer, delivery: DeliveryOptions | undefined, context = {}) => {
  const start = performance.now()
  const times: number[] = []
  const { sender } = testSender((bodies, call) => {
    times.push(Math.round(performance.now() - start))
    return answer(bodies, call)
  })
  const { batch, message, succeed } = outboxWith({ context })
  const outbox = openOutbox(batch, { delivery, maxHops: 10 })
  outbox.add(message(0), to, sender, {})
  succeed(0)
  outbox.commit(message(0))
  const flushed = outbox.flush().then(() => Math.round(performance.now() - start))
  await jest.runAllTimersAsync()
  return { times, batch, endedAt: await flushed }
}

test('a retry waits longer each time: at most 5 seconds', async () => {
  const delivery = { retryMillis: 800, maxAttempts: 7, maxRetryMillis: 60_000 }
  const { times } = await callTimes(refuseAll, delivery, { getRemainingTimeInMillis: () => 900_000 })
  expect(times).toEqual([0, 800, 2400, 5600, 10_600, 15_600, 20_600])
})

test('by default an entry is tried five times, with waits of at most 200 ms, 400 ms, and so on', async () => {
  const { times } = await callTimes(refuseAll, undefined, { getRemainingTimeInMillis: () => 900_000 })
  expect(times).toEqual([0, 200, 600, 1400, 3000])
})

test('by default it is tried for at most 30 seconds', async () => {
  const delivery = { retryMillis: 5000, maxAttempts: 100 }
  const { times } = await callTimes(refuseAll, delivery, { getRemainingTimeInMillis: () => 900_000 })
  expect(times).toEqual([0, 5000, 10_000, 15_000, 20_000, 25_000, 30_000])
})

test('a retry waits a random part of the time', async () => {
  jest.mocked(Math.random).mockReturnValueOnce(0.5).mockReturnValueOnce(0)
  const { times } = await callTimes(refuseAll, { retryMillis: 100, maxAttempts: 4 })
  expect(times).toEqual([0, 50, 50, 450])
})

test.each([
  [300, [0, 100, 300]],
  [299, [0, 100]],
])('a retry leaves within `maxRetryMillis` of the first call: %p', async (maxRetryMillis, expected) => {
  const { times, batch } = await callTimes(refuseAll, { retryMillis: 100, maxAttempts: 10, maxRetryMillis })
  expect(times).toEqual(expected)
  expect(outcomes(batch)).toEqual(['failed'])
})

test.each([
  [9251, [0, 4000, 9000]],
  [9250, [0, 4000]],
])('no retry is planned for the flush margin: with %p ms', async (millis, expected) => {
  const context = { getRemainingTimeInMillis: () => millis }
  const { times, batch, endedAt } = await callTimes(refuseAll, { retryMillis: 4000, maxAttempts: 3 }, context)
  expect(batch.deadline.flushMargin).toBe(250)
  expect(times).toEqual(expected)
  expect(endedAt).toBe(expected.at(-1))
  expect(batch.sendCounters).toMatchObject({ sent: 0, failed: 1 })
})

test('a message whose retry would come too late fails at once', async () => {
  const { sender } = testSender(refuseAll)
  const { outbox, message, succeed, batch } = outboxWith({
    context: { getRemainingTimeInMillis: () => 5000 },
    delivery: { retryMillis: 4800 },
  })
  outbox.add(message(0), to, sender, {})
  succeed(0)
  const flushed = outbox.flush()
  await jest.advanceTimersByTimeAsync(0)
  await flushed
  expect(outcomes(batch)).toEqual(['failed'])
})

test('the entries of a call wait as long as the one that was tried most often', async () => {
  const start = performance.now()
  const sent: unknown[] = []
  const { sender } = testSender((bodies: { readonly id: number }[]) => {
    sent.push([Math.round(performance.now() - start), ...bodies.map(({ id }) => id)])
    return sent.length < 3 ? bodies.map(() => busy) : undefined
  })
  const { outbox, message, succeed } = outboxWith({
    groups: [undefined, undefined],
    delivery: { retryMillis: 100, lingerMillis: 70 },
  })
  const add = (id: number) => {
    outbox.add(message(id), to, sender, { id })
    succeed(id)
  }
  add(0)
  await jest.advanceTimersByTimeAsync(120)
  add(1)
  await jest.advanceTimersByTimeAsync(80)
  const flushed = outbox.flush()
  await jest.runAllTimersAsync()
  await flushed
  expect(sent).toEqual([
    [70, 0],
    [170, 0, 1],
    [370, 0, 1],
  ])
})

test('an outbox whose last retry is not sent, because its message has failed meanwhile, waits for nothing else', async () => {
  const start = performance.now()
  const { sender, calls } = testSender((bodies: { readonly key: string }[]) =>
    bodies.map(({ key }) => (key === 'later' ? busy : wrong)),
  )
  const { outbox, message, succeed, batch } = outboxWith({
    context: { getRemainingTimeInMillis: () => 60_000 },
    delivery: { retryMillis: 1000 },
  })
  outbox.add(message(0), to, sender, { key: 'later' })
  outbox.add(message(0), queueNamed('other'), sender, { key: 'refused' })
  succeed(0)
  const flushed = outbox.flush().then(() => performance.now() - start)
  await jest.runAllTimersAsync()
  expect(await flushed).toBe(1000)
  expect(calls).toHaveLength(2)
  expect(outcomes(batch)).toEqual(['failed'])
})
