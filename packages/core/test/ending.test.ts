import { expect, test } from '@jest/globals'
import { endBatch, openBatch } from '@lpipe/core'
import type { Context } from 'aws-lambda'

const open = () =>
  openBatch({ event: {}, context: { awsRequestId: 'one' } as Context, response: undefined, internal: {} })

test('what is to be done at the end is done once, and waited for', async () => {
  const batch = open()
  const done: string[] = []
  batch.endings.push(
    () => done.push('at once'),
    async () => done.push(await 'later'),
  )
  await endBatch(batch)
  await endBatch(batch)
  expect(done).toEqual(['at once', 'later'])
})

test('what is thrown there is logged, and stops nothing else', async () => {
  const batch = open()
  const told: unknown[] = []
  const error = (text: string, fields?: object) => void told.push([text, fields])
  batch.logger = { ...batch.logger, error }
  const oops = new Error('oops')
  batch.endings.push(
    () => {
      throw oops
    },
    () => Promise.reject(oops),
    () => told.push('the last'),
  )
  await endBatch(batch)
  expect(told).toContain('the last')
  expect(told.filter((one) => one !== 'the last')).toEqual(
    Array(2).fill(['work at the end of the batch failed', { error: oops }]),
  )
})

test('a logger that throws stops nothing either', async () => {
  const batch = open()
  batch.logger = {
    ...batch.logger,
    error: () => {
      throw new Error('no log')
    },
  }
  batch.endings.push(() => Promise.reject(new Error('oops')))
  await expect(endBatch(batch)).resolves.toBeUndefined()
})

test('what hangs is left alone before the answer would be late', async () => {
  const batch = open()
  const until = performance.now() + 200
  const told: unknown[] = []
  const limited = Object.assign(batch, { left: () => until - performance.now() })
  limited.logger = { ...batch.logger, warn: (text: string) => void told.push(text) }
  limited.endings.push(
    () => new Promise(() => undefined),
    () => told.push('the other'),
  )
  await endBatch(limited)
  expect(performance.now()).toBeLessThan(until)
  expect(told).toEqual(['the other', 'work at the end of the batch took too long'])
})

test('what takes no time is done even if there is none', async () => {
  const batch = open()
  const done: string[] = []
  const late = Object.assign(batch, { left: () => -1 })
  late.endings.push(() => done.push('done'))
  await endBatch(late)
  expect(done).toEqual(['done'])
})
