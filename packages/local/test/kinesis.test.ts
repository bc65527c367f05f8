import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import { type LocalPipeline, localPipeline, type StreamSource } from '@lpipe/local'
import type { KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda'
import { remembering, soon, textOf, until } from './helpers.ts'

let local: LocalPipeline
afterEach(() => local?.stop())

const five = ['0', '1', '2', '3', '4']
const reported = (...records: (KinesisStreamRecord | undefined)[]) => ({
  batchItemFailures: records.map((record) => ({ itemIdentifier: record?.kinesis.sequenceNumber })),
})
const broken = (): never => {
  throw new Error('out of order')
}

/**
 * Sends five records to one shard, all before the function is first asked.
 *
 * @param answer what the function answers to its nth invocation
 * @returns what each invocation was given
 */
const invocationsOf = async (
  answer: (records: KinesisStreamRecord[], nth: number) => unknown,
  source: Partial<StreamSource> = {},
): Promise<string[]> => {
  const seen: string[] = []
  local = await localPipeline({
    queues: { given: {} },
    streams: { events: {} },
    functions: {
      take: {
        handler: ({ Records }: KinesisStreamEvent) => {
          seen.push(Records.map(textOf).join(''))
          return answer(Records, seen.length)
        },
        source: { stream: 'events', retryAfterSeconds: 0, ...source },
      },
    },
    logger: remembering().logger,
  })
  await local.send('events', five)
  await local.drained(soon)
  return seen
}

/** The first answers, and what the second invocation is given; every later answer is null. */
const answers: Record<string, [answer: (records: KinesisStreamRecord[]) => unknown, again: string[]]> = {
  'null: all succeeded': [() => null, []],
  'nothing: all succeeded': [() => undefined, []],
  '{}: all succeeded': [() => ({}), []],
  'batchItemFailures null: all succeeded': [() => ({ batchItemFailures: null }), []],
  'batchItemFailures empty: all succeeded': [() => ({ batchItemFailures: [] }), []],
  'an empty identifier: all failed': [() => ({ batchItemFailures: [{ itemIdentifier: '' }] }), ['01234']],
  'an identifier that is null: all failed': [() => ({ batchItemFailures: [{ itemIdentifier: null }] }), ['01234']],
  'a wrong key: all failed': [
    (records) => ({ batchItemFailures: [{ sequenceNumber: records[3]?.kinesis.sequenceNumber }] }),
    ['01234'],
  ],
  'a number that is not in the batch: all failed': [
    (records) => ({ batchItemFailures: [{ itemIdentifier: `${records[3]?.kinesis.sequenceNumber}0` }] }),
    ['01234'],
  ],
  'what is no JSON: all failed': [() => ({ count: 1n }), ['01234']],
  'the function throws: all failed': [broken, ['01234']],
  'a number: everything from it on': [(records) => reported(records[3]), ['34']],
  'the first number: everything': [(records) => reported(records[0]), ['01234']],
  'several numbers: everything from the lowest on, wherever it stands': [
    (records) => reported(records[4], records[2], records[3]),
    ['234'],
  ],
}

describe('partial batch responses, as AWS.md lists them', () => {
  test.each(Object.entries(answers))('%s', async (_, [answer, again]) => {
    const seen = await invocationsOf((records, nth) => (nth === 1 ? answer(records) : null))
    expect(seen).toEqual(['01234', ...again])
    expect(local.statistics()['take']).toMatchObject({ done: 5, returned: again[0]?.length ?? 0, discarded: 0 })
  })

  test('without ReportBatchItemFailures: all succeeded', async () => {
    const seen = await invocationsOf((records) => reported(records[0]), { reportBatchItemFailures: false })
    expect(seen).toEqual(['01234'])
  })
})

test("an event has Lambda's format", async () => {
  const events: KinesisStreamEvent[] = []
  local = await localPipeline({
    streams: { events: {} },
    region: 'eu-north-1',
    functions: {
      take: { handler: (event: KinesisStreamEvent) => void events.push(event), source: { stream: 'events' } },
    },
  })
  const before = Date.now() / 1000
  const [sequenceNumber] = await local.send('events', [{ hello: 'wörld' }], { partitionKey: () => 'ada' })
  await local.drained(soon)
  expect(events).toEqual([
    {
      Records: [
        {
          kinesis: {
            kinesisSchemaVersion: '1.0',
            partitionKey: 'ada',
            sequenceNumber,
            data: Buffer.from('{"hello":"wörld"}').toString('base64'),
            approximateArrivalTimestamp: expect.any(Number),
          },
          eventSource: 'aws:kinesis',
          eventVersion: '1.0',
          eventID: `shardId-000000000000:${sequenceNumber}`,
          eventName: 'aws:kinesis:record',
          invokeIdentityArn: expect.stringMatching(/^arn:aws:iam::/),
          awsRegion: 'eu-north-1',
          eventSourceARN: 'arn:aws:kinesis:eu-north-1:000000000000:stream/events',
        },
      ],
    },
  ])
  const arrived = events[0]?.Records[0]?.kinesis.approximateArrivalTimestamp ?? 0
  expect(arrived).toBeGreaterThan(before - 1)
  expect(arrived).toBeLessThan(before + 10)
})

describe('the checkpoint', () => {
  test('passes what succeeded, step by step, and never goes back', async () => {
    const seen = await invocationsOf((records, nth) => (nth <= 4 ? reported(records[1]) : null))
    expect(seen).toEqual(['01234', '1234', '234', '34', '4'])
  })

  test('stays where it is as long as the function throws', async () => {
    const seen = await invocationsOf((_, nth) => (nth <= 3 ? broken() : null))
    expect(seen).toEqual(['01234', '01234', '01234', '01234'])
    expect(local.statistics()['take']).toMatchObject({ invocations: 4, errors: 3, received: 20, done: 5, returned: 15 })
  })

  test('lets what comes later wait for what fails now', async () => {
    const seen: string[] = []
    let mended = false
    local = await localPipeline({
      streams: { events: {} },
      functions: {
        take: {
          handler: ({ Records }: KinesisStreamEvent) => {
            seen.push(Records.map(textOf).join(''))
            return mended ? null : reported(Records[0])
          },
          source: { stream: 'events', retryAfterSeconds: 0.01 },
        },
      },
    })
    await local.send('events', ['a'])
    await until(() => seen.length > 2)
    await local.send('events', ['b'])
    await until(() => seen.length > 5)
    expect(new Set(seen)).toEqual(new Set(['a']))
    mended = true
    await local.drained(soon)
    expect(seen.at(-1)).toBe('b')
  })
})

test('what a function does to its event does not reach the retry', async () => {
  const seen = await invocationsOf((records, nth) => {
    for (const { kinesis } of records) kinesis.data = ''
    return nth === 1 ? broken() : null
  })
  expect(seen).toEqual(['01234', '01234'])
})

describe('bisectBatchOnFunctionError', () => {
  test('cuts a batch in two when the function throws, until the poison record is alone', async () => {
    let poisoned = true
    const seen = await invocationsOf(
      (records) => {
        const poison = poisoned && records.some((record) => textOf(record) === '3')
        if (poison && records.length === 1) poisoned = false
        return poison ? broken() : null
      },
      { bisectBatchOnFunctionError: true },
    )
    expect(seen).toEqual(['01234', '012', '34', '3', '3', '4'])
    expect(local.statistics()['take']).toMatchObject({ errors: 3, done: 5 })
  })

  test('cuts at the reported number when the answer is partial', async () => {
    const seen = await invocationsOf((records, nth) => (nth === 1 ? reported(records[3]) : null), {
      bisectBatchOnFunctionError: true,
    })
    expect(seen).toEqual(['01234', '34'])
  })

  test('a split uses up no retry', async () => {
    const seen = await invocationsOf(
      (records) => (records.some((record) => textOf(record) === '0') ? broken() : null),
      { bisectBatchOnFunctionError: true, maximumRetryAttempts: 1 },
    )
    expect(seen).toEqual(['01234', '012', '01', '0', '0', '1', '2', '34'])
    expect(local.statistics()['take']).toMatchObject({ done: 4, discarded: 1 })
  })
})

describe('maximumRetryAttempts', () => {
  test('a batch is discarded after so many retries, and the shard goes on', async () => {
    const seen = await invocationsOf((_, nth) => (nth <= 3 ? broken() : null), {
      maximumRetryAttempts: 2,
      batchSize: 3,
    })
    expect(seen).toEqual(['012', '012', '012', '34'])
    expect(local.statistics()['take']).toMatchObject({ done: 2, discarded: 3, returned: 6 })
  })

  test('none at all', async () => {
    const seen = await invocationsOf((records) => reported(records[2]), { maximumRetryAttempts: 0 })
    expect(seen).toEqual(['01234'])
    expect(local.statistics()['take']).toMatchObject({ done: 2, discarded: 3, returned: 0 })
  })

  test('a record that keeps failing is given up, also if what is before it succeeds', async () => {
    const seen = await invocationsOf((records) => reported(records.find((record) => textOf(record) === '2')), {
      maximumRetryAttempts: 2,
    })
    expect(seen).toEqual(['01234', '234', '234'])
    expect(local.statistics()['take']).toMatchObject({ done: 2, discarded: 3 })
  })

  test('a batch that begins at a later record has all its retries before it', async () => {
    const seen = await invocationsOf((records, nth) => (nth <= 4 ? reported(records[1]) : null), {
      maximumRetryAttempts: 1,
    })
    expect(seen).toEqual(['01234', '1234', '234', '34', '4'])
    expect(local.statistics()['take']).toMatchObject({ done: 5, discarded: 0 })
  })

  test('the onFailure queue is told where the discarded records are', async () => {
    const { lines, logger } = remembering()
    let requestId = ''
    local = await localPipeline({
      queues: { failures: {} },
      streams: { events: {} },
      functions: {
        take: {
          handler: (_: KinesisStreamEvent, context: { readonly awsRequestId: string }) => {
            requestId = context.awsRequestId
            return broken()
          },
          source: { stream: 'events', maximumRetryAttempts: 1, retryAfterSeconds: 0, onFailure: 'failures' },
        },
      },
      logger,
    })
    const [first, , third] = await local.send('events', ['0', '1', '2'])
    await local.drained(soon)
    expect(lines).toEqual([
      'function take: out of order',
      'function take: out of order',
      'function take: 3 records of events discarded after 1 retries',
    ])
    const told = await local.contents('failures')
    expect(told).toHaveLength(1)
    expect(told[0]?.body).toEqual({
      requestContext: {
        requestId,
        functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:take',
        condition: 'RetryAttemptsExhausted',
        approximateInvokeCount: 2,
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      KinesisBatchInfo: {
        shardId: 'shardId-000000000000',
        startSequenceNumber: first,
        endSequenceNumber: third,
        approximateArrivalOfFirstRecord: expect.stringMatching(/^\d{4}-.*Z$/),
        approximateArrivalOfLastRecord: expect.stringMatching(/^\d{4}-.*Z$/),
        batchSize: 3,
        streamArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/events',
      },
    })
  })
})

test('each of two shards keeps its order, and a shard that is stuck does not hold up the other', async () => {
  const seen: Record<string, string[]> = {}
  let mended = false
  local = await localPipeline({
    streams: { events: { shards: 2 } },
    functions: {
      take: {
        handler: ({ Records }: KinesisStreamEvent) => {
          const shards = new Set(Records.map(({ eventID }) => eventID.split(':')[0]))
          expect(shards.size).toBe(1)
          if (!mended && Records.some((record) => textOf(record).startsWith('stuck'))) return broken()
          for (const record of Records) {
            const key = record.kinesis.partitionKey
            seen[key] = [...(seen[key] ?? []), textOf(record)]
          }
          return null
        },
        source: { stream: 'events', batchSize: 3, retryAfterSeconds: 0.02 },
      },
    },
    logger: remembering().logger,
  })
  // The hashes of these keys are in the lower and in the upper half.
  const keys = { stuck: 'd', free: 'a' }
  const records = Array.from({ length: 20 }, (_, index) => [`stuck ${index}`, `free ${index}`]).flat()
  await local.send('events', records, { partitionKey: (text) => (text.startsWith('stuck') ? keys.stuck : keys.free) })
  await until(() => seen[keys.free]?.length === 20)
  expect(seen[keys.stuck]).toBeUndefined()
  mended = true
  await local.drained(soon)
  expect(seen[keys.stuck]).toEqual(records.filter((text) => text.startsWith('stuck')))
  expect(seen[keys.free]).toEqual(records.filter((text) => text.startsWith('free')))
})

test('a batching window gathers a full batch', async () => {
  const sizes: number[] = []
  local = await localPipeline({
    streams: { events: {} },
    functions: {
      take: {
        handler: ({ Records }: KinesisStreamEvent) => void sizes.push(Records.length),
        source: { stream: 'events', batchSize: 6, maximumBatchingWindowInSeconds: 5 },
      },
    },
  })
  for (const text of ['0', '1', '2', '3', '4', '5']) await local.send('events', [text])
  await local.drained(soon)
  expect(sizes).toEqual([6])
})

describe('the server', () => {
  test('survives a client that hangs up in the middle of a request', async () => {
    local = await localPipeline({ streams: { events: {} } })
    const { port } = new URL(local.environment['AWS_ENDPOINT_URL_KINESIS'] ?? '')
    const socket = connect(Number(port), '127.0.0.1')
    socket.end('POST / HTTP/1.1\r\nHost: kinesis\r\nContent-Length: 100\r\n\r\n{', () => socket.destroy())
    await once(socket, 'close')
    expect(await local.send('events', five)).toHaveLength(5)
  })

  test('is closed also while a function that nobody waits for still sends', async () => {
    local = await localPipeline({ streams: { events: {} } })
    const { send, stop } = local
    const sends = Array.from({ length: 30 }, () => send('events', five))
    await until(async () => (await Promise.race([sends[0], 'not yet'])) !== 'not yet')
    const settled = Promise.allSettled(sends)
    await stop()
    expect((await settled).length).toBe(30) // and no exception was thrown out of everybody's reach
  })
})
