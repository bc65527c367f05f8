import { expect, test } from '@jest/globals'
import { isInTime } from '@lpipe/core'

const hanging = new Promise<never>(() => undefined)

test('what is done in time is, also if there is none left, or if nobody knows how much', async () => {
  expect(await isInTime(Promise.resolve(), 1000)).toBe(true)
  expect(await isInTime(Promise.resolve(), -1)).toBe(true)
  expect(await isInTime(Promise.resolve(), Infinity)).toBe(true)
})

test('what hangs is not waited for', async () => {
  const start = performance.now()
  expect(await isInTime(hanging, 20)).toBe(false)
  expect(performance.now() - start).toBeLessThan(1000)
})

test('what fails in time is thrown', async () => {
  const oops = new Error('oops')
  await expect(isInTime(Promise.reject(oops), 1000)).rejects.toBe(oops)
})

test('what fails too late is nobody’s: it does not end the process', async () => {
  const unhandled: unknown[] = []
  const listen = (reason: unknown) => void unhandled.push(reason)
  process.on('unhandledRejection', listen)
  const { promise, reject } = Promise.withResolvers()
  expect(await isInTime(promise, 1)).toBe(false)
  reject(new Error('too late'))
  await new Promise((resolve) => setImmediate(resolve)) // when Node looks for them
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', listen)
  expect(unhandled).toEqual([])
})
