import { describe, expect, test } from '@jest/globals'
import { forFifo, forKinesis, forSqs, withSchema } from '../src/contenders.ts'
import { interleavedIsolates } from '../src/isolates.ts'
import { mustWork } from '../src/must-work.ts'
import { context, fifo, kinesis, sqs } from '../src/work.ts'

describe.each([
  ['SQS', forSqs, sqs],
  ['SQS FIFO', forFifo, fifo],
  ['Kinesis', forKinesis, kinesis],
  ['SQS with a schema', withSchema, sqs],
])('%s', (_, contenders, event) => {
  test.each(Object.entries(contenders()))('%s does the work of every record', async (name, handler) => {
    await mustWork(name, () => handler(event(3) as never, context() as never), 3)
  })
})

test('a contender that skips work is found', async () => {
  const respond = async () => ({ batchItemFailures: [] })
  await expect(mustWork('an idler', respond, 3)).rejects.toThrow('an idler did not do the work of 3 records')
})

test('contenders are measured in threads of their own', async () => {
  const contenders = ['Promise.allSettled', 'lpipe, paths']
  const medians = await interleavedIsolates(
    contenders.map((contender) => ({ source: 'SQS', contender, size: 3, iterations: 2 })),
    2,
  )
  expect(Object.keys(medians)).toEqual(contenders)
  for (const micros of Object.values(medians)) expect(micros).toBeGreaterThan(0)
})

test('an unknown contender is an error', async () => {
  const contest = { source: 'SQS', contender: 'unknown', size: 1, iterations: 1 } as const
  await expect(interleavedIsolates([contest], 1)).rejects.toThrow('SQS has no contender unknown')
})
