import { expect, test } from '@jest/globals'
import { endBatch, openBatch } from '@lpipe/core'
import type { Context } from 'aws-lambda'

const open = () =>
  openBatch({ event: {}, context: { awsRequestId: 'one' } as Context, response: undefined, internal: {} })

test('what is to be done at the end is done once, and waited for', async () => {
  const batch = open()
  const done: string[] = []
  batch.endings = [() => done.push('at once'), async () => done.push(await 'later')]
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
  batch.endings = [
    () => {
      throw oops
    },
    () => Promise.reject(oops),
    () => told.push('the last'),
  ]
  await endBatch(batch)
  expect(told).toContain('the last')
  expect(told.filter((one) => one !== 'the last')).toEqual(
    Array(2).fill(['what was to be done at the end of the batch failed', { error: oops }]),
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
  batch.endings = [() => Promise.reject(new Error('oops'))]
  await expect(endBatch(batch)).resolves.toBeUndefined()
})
