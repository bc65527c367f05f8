import { describe, expect, test } from '@jest/globals'
import { mustWork } from '../src/batches.ts'
import { forFifo, forKinesis, forSqs, withSchema } from '../src/contenders.ts'
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
