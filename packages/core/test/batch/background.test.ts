import { expect, test } from '@jest/globals'
import { batchWith, rememberingLogger, timeOver } from '../batch-with.ts'

test('background work is waited for, and what it adds too', async () => {
  const batch = batchWith([])
  const done: string[] = []
  const later = async (name: string) => {
    await new Promise((resolve) => setImmediate(resolve))
    done.push(name)
  }
  batch.waitUntil(later('first').then(() => batch.waitUntil(later('second'))))
  await batch.drainBackgroundWork()
  expect(done).toEqual(['first', 'second'])
})

test('what it rejects with is logged, and stops nothing else', async () => {
  const batch = batchWith([])
  const logger = rememberingLogger()
  batch.use({ logger })
  const oops = new Error('oops')
  let isDone = false
  batch.waitUntil(Promise.reject(oops))
  batch.waitUntil(Promise.resolve().then(() => (isDone = true)))
  await batch.drainBackgroundWork()
  expect(isDone).toBe(true)
  expect(logger.lines).toEqual([['error', 'background work failed', { error: oops }]])
})

test.each<[what: string, error: () => unknown]>([
  [
    'throws',
    () => {
      throw new Error('no log')
    },
  ],
  ['rejects', () => Promise.reject(new Error('no log'))],
])('a logger that %s stops nothing', async (_, error) => {
  const batch = batchWith([])
  batch.use({ logger: { ...rememberingLogger(), error } })
  batch.waitUntil(Promise.reject(new Error('oops')))
  await expect(batch.drainBackgroundWork()).resolves.toBeUndefined()
})

test('work that hangs is abandoned before the response would be late', async () => {
  const isOver = timeOver(1000)
  const batch = batchWith([], undefined, { getRemainingTimeInMillis: () => 1000 })
  const logger = rememberingLogger()
  batch.use({ logger })
  batch.waitUntil(new Promise(() => undefined))
  await batch.drainBackgroundWork()
  expect(isOver()).toBe(false)
  expect(logger.lines).toEqual([['warn', 'background work did not finish in time', undefined]])
})

test('work that is done is seen even if no time is left', async () => {
  const batch = batchWith([], undefined, { getRemainingTimeInMillis: () => 0 })
  const logger = rememberingLogger()
  batch.use({ logger })
  batch.waitUntil(Promise.resolve())
  await batch.drainBackgroundWork()
  expect(logger.lines).toEqual([])
})
