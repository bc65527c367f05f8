import { expect, test } from '@jest/globals'
import { memoryLogger } from '@lpipe/testing'
import { createActivity } from '../src/activity.ts'
import { createShardReader } from '../src/kinesis-reader.ts'
import { textsOf } from './helpers.ts'

test('an iterator that has expired on an idle stream is replaced, and nothing is logged', async () => {
  const records = [{ SequenceNumber: '7', PartitionKey: 'a', Data: Buffer.from('one') }]
  const asked: object[] = []
  let expired = false
  const client = {
    send: async ({ input }: { readonly input: Readonly<Record<string, unknown>> }) => {
      if (input['ShardIterator'] === undefined) {
        asked.push(input)
        return { ShardIterator: `iterator ${asked.length}` }
      }
      if (expired) {
        expired = false
        throw Object.assign(new Error('expired'), { name: 'ExpiredIteratorException' })
      }
      return { Records: records.splice(0), NextShardIterator: 'next' }
    },
  }
  const logger = memoryLogger()
  const context = { activity: createActivity(), region: 'us-east-1', logger, signal: new AbortController().signal }
  const read = createShardReader(context as never, client as never, {
    stream: 'events',
    shard: 'shard-0',
    accepts: () => true,
    onEnd: () => undefined,
  })
  expect(await read(10)).toHaveLength(1)
  expired = true
  expect(await read(10)).toEqual([])
  expect(await read(10)).toEqual([])
  expect(asked).toMatchObject([{ ShardIteratorType: 'TRIM_HORIZON' }, { StartingSequenceNumber: '7' }])
  expect(textsOf(logger)).toEqual([])
})
