import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { type Answer, busy, outboxWith, outcomes, testSender, to } from '../outbox-with.ts'

beforeEach(() => {
  jest.spyOn(Math, 'random').mockReturnValue(0.79) // a retry after 3,950 ms
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] })
})
afterEach(() => {
  expect(jest.getTimerCount()).toBe(0)
  jest.useRealTimers()
  jest.restoreAllMocks()
})

/** Sends two entries from one message, each in a call of its own, one call at a time. */
const opened = (answer: Answer) => {
  const { sender, calls } = testSender(answer, { maxEntries: 1 })
  const setup = outboxWith({ delivery: { lingerMillis: 60_000, retryMillis: 60_000, maxCalls: 1 } })
  for (const id of [0, 1]) setup.outbox.add(setup.message(0), to, sender, { id })
  setup.succeed(0)
  return { ...setup, calls }
}

const hangs: Answer = () => new Promise(() => undefined)
const refusesFirst: Answer = (bodies, call) => (call === 1 ? bodies.map(() => busy) : undefined)

describe('no timer is left behind', () => {
  test('by a flush', async () => {
    const { outbox, batch } = opened(() => undefined)
    await outbox.flush()
    expect(outcomes(batch)).toEqual(['succeeded'])
  })

  test('by a flush with a retry', async () => {
    const { outbox, batch } = opened(refusesFirst)
    const flushed = outbox.flush()
    await jest.advanceTimersByTimeAsync(3999)
    await flushed
    expect(outcomes(batch)).toEqual(['succeeded'])
  })

  test('by a flush whose calls hang until the end', async () => {
    const { outbox, batch } = opened(hangs)
    const flushed = outbox.flush()
    await jest.advanceTimersByTimeAsync(4000)
    await flushed
    expect(outcomes(batch)).toEqual(['failed'])
  })

  test('by a flush that ends while an entry waits for its retry', async () => {
    const { outbox, calls, batch } = opened((bodies) => bodies.map(() => busy))
    const flushed = outbox.flush()
    await jest.advanceTimersByTimeAsync(4000)
    await flushed
    expect(outcomes(batch)).toEqual(['failed'])
    const { length } = calls
    await jest.advanceTimersByTimeAsync(60_000)
    expect(calls).toHaveLength(length)
  })

  test('after an error elsewhere', async () => {
    const { outbox, calls } = opened(refusesFirst)
    await jest.advanceTimersByTimeAsync(0)
    expect(jest.getTimerCount()).toBeGreaterThan(0)
    await outbox.abandon()
    expect(jest.getTimerCount()).toBe(0)
    const { length } = calls
    await jest.advanceTimersByTimeAsync(60_000)
    expect(calls).toHaveLength(length)
  })

  test('after an error elsewhere, for an entry that waits for others to share its call', async () => {
    const { sender, calls } = testSender()
    const { outbox, message, succeed } = outboxWith({ delivery: { lingerMillis: 60_000 } })
    outbox.add(message(0), to, sender, {})
    succeed(0)
    expect(jest.getTimerCount()).toBe(1)
    await outbox.abandon()
    expect(jest.getTimerCount()).toBe(0)
    expect(calls).toEqual([])
  })
})
