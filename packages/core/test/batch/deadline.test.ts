import { describe, expect, jest, test } from '@jest/globals'
import { after, finishesWithin } from '@lpipe/core/middleware'
import { batchWith } from '../batch-with.ts'

const deadlineWith = (getRemainingTimeInMillis: unknown) =>
  batchWith([], undefined, { getRemainingTimeInMillis } as never).deadline

describe('the deadline', () => {
  test.each<[what: string, millis: unknown, reserve: number]>([
    ['30 s', 30_000, 1000],
    ['3 s', 3000, 600],
    ['100 ms', 100, 20],
  ])('of %s reserves at most a second, and at most a fifth', (_, millis, reserve) => {
    const deadline = deadlineWith(() => millis)
    expect(deadline.reserveMillis).toBe(reserve)
    expect(deadline.isReserve()).toBe(false)
  })

  test.each<[what: string, clock: unknown]>([
    ['a context without a clock', undefined],
    ['a clock beyond 2^31 ms', () => 2 ** 31],
    ['a clock that answers Infinity', () => Infinity],
    ['a clock that answers NaN', () => Number.NaN],
    ['a clock that answers a string', () => '1000'],
  ])('of %s never comes', (_, clock) => {
    const deadline = deadlineWith(clock)
    expect(deadline.remainingMillis()).toBe(Infinity)
    expect(deadline.isReserve()).toBe(false)
    expect(deadline.reserveMillis).toBe(1000)
  })

  test('of 2^31 - 1 ms is far', () => {
    const deadline = deadlineWith(() => 2 ** 31 - 1)
    expect(deadline.remainingMillis()).toBeGreaterThan(2 ** 30)
    expect(deadline.isReserve()).toBe(false)
  })

  test.each([0, -5])('of %p ms has passed', (millis) => {
    const deadline = deadlineWith(() => millis)
    expect(deadline.remainingMillis()).toBeLessThanOrEqual(0)
    expect(deadline.isReserve()).toBe(true)
  })

  test('passes although the clock of the context stands', async () => {
    const clock = jest.fn(() => 20)
    const deadline = deadlineWith(clock)
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(deadline.remainingMillis()).toBeLessThanOrEqual(0)
    expect(deadline.isReserve()).toBe(true)
    expect(clock).toHaveBeenCalledTimes(1)
  })

  test('reserves at most half of the time, because otherwise nothing would start', () => {
    const deadline = deadlineWith(() => 1000)
    deadline.reserve(200)
    expect(deadline.reserveMillis).toBe(200)
    deadline.reserve(5000)
    expect(deadline.reserveMillis).toBe(500)
    expect(deadline.isReserve()).toBe(false)
  })

  test.each([30_000, 3000, 1000, 100, 10])('of %p ms has its margins in order', (millis) => {
    const { reserveMillis, flushMargin, responseMargin } = deadlineWith(() => millis)
    expect(responseMargin).toBeGreaterThan(0)
    expect(flushMargin).toBeGreaterThanOrEqual(responseMargin)
    expect(reserveMillis).toBeGreaterThan(flushMargin)
  })
})

test.each([
  [30_000, 1000, 250, 125],
  [2000, 400, 100, 50],
  [1000, 200, 50, 50],
  [300, 60, 30, 30],
])('of %p ms the reserve is %p ms, the flush margin %p ms and the response margin %p ms', (millis, ...margins) => {
  const { reserveMillis, flushMargin, responseMargin } = deadlineWith(() => millis)
  expect([reserveMillis, flushMargin, responseMargin]).toEqual(margins)
})

const hanging = new Promise<never>(() => undefined)

describe('finishesWithin', () => {
  test('returns true for work that is done, also if no time is left', async () => {
    expect(await finishesWithin(Promise.resolve(), 1000)).toBe(true)
    expect(await finishesWithin(Promise.resolve(), -1)).toBe(true)
    expect(await finishesWithin(Promise.resolve(), Infinity)).toBe(true)
  })

  test('waits for work in a time beyond 2^31 ms, at which a timer would fire at once', async () => {
    const work = new Promise((resolve) => setTimeout(resolve, 5))
    expect(await finishesWithin(work, 2 ** 31)).toBe(true)
  })

  test('does not wait for work that hangs', async () => {
    expect(await finishesWithin(hanging, 5)).toBe(false)
  })

  test('throws what the work rejects with', async () => {
    const oops = new Error('oops')
    await expect(finishesWithin(Promise.reject(oops), 1000)).rejects.toBe(oops)
  })

  test('handles what the work rejects with too late', async () => {
    const unhandled: unknown[] = []
    const listen = (reason: unknown) => void unhandled.push(reason)
    process.on('unhandledRejection', listen)
    const { promise, reject } = Promise.withResolvers()
    expect(await finishesWithin(promise, 1)).toBe(false)
    reject(new Error('too late'))
    await new Promise((resolve) => setImmediate(resolve)) // Node.js looks for unhandled rejections here
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', listen)
    expect(unhandled).toEqual([])
  })

  test('leaves no timer behind', async () => {
    const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
    await finishesWithin(Promise.resolve(), 60_000)
    await finishesWithin(Promise.reject(new Error('x')), 60_000).catch(() => undefined)
    expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout')).toHaveLength(before)
  })
})

describe('after', () => {
  test('calls a function, unless it is cancelled', async () => {
    const calls: string[] = []
    after(-1, () => calls.push('called'))
    const cancel = after(0, () => calls.push('cancelled'))
    cancel()
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(calls).toEqual(['called'])
  })

  test('does not call it before its time', async () => {
    const started = performance.now()
    await new Promise<void>((resolve) => after(30, resolve))
    expect(performance.now() - started).toBeGreaterThanOrEqual(29)
  })

  test.each([2 ** 31, Infinity])('does not call it after %p ms', async (millis) => {
    let called = false
    after(millis, () => {
      called = true
    })
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(called).toBe(false)
  })
})
