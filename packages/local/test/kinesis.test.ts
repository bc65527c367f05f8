import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { afterEach, describe, expect, test } from '@jest/globals'
import { type LocalPipeline, localPipeline, type StreamSource } from '@lpipe/local'
import { memoryLogger, silentLogger } from '@lpipe/testing'
import type { KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda'
import { soon, textOf, textsOf, until } from './helpers.ts'

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
 * Sends five records to one shard, in one call.
 *
 * @param answer returns the response to the nth invocation
 * @returns the records of each invocation
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
    logger: silentLogger(),
  })
  await local.send('events', five)
  await local.drained(soon)
  return seen
}

/** The first response, and the records of the second invocation. Every later response is null. */
const answers: Record<string, [answer: (records: KinesisStreamRecord[]) => unknown, again: string[]]> = {
  'null: all succeeded': [() => null, []],
  'nothing: all succeeded': [() => undefined, []],
  '{}: all succeeded': [() => ({}), []],
  '[]: all succeeded': [() => [], []],
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
  'a value that JSON cannot carry: all failed': [() => ({ count: 1n }), ['01234']],
  'the function throws: all failed': [broken, ['01234']],
  'a number: everything from it on': [(records) => reported(records[3]), ['34']],
  'the first number: everything': [(records) => reported(records[0]), ['01234']],
  'several numbers: everything from the lowest on, wherever it stands': [
    (records) => reported(records[4], records[2], records[3]),
    ['234'],
  ],
}

describe('partial batch responses, as AWS reads them', () => {
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

  test('does not pass a failing record, so later records wait', async () => {
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

test('a function that changes its event does not change the retry', async () => {
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
  test('a batch is discarded after this number of retries, and the shard goes on', async () => {
    const seen = await invocationsOf((_, nth) => (nth <= 3 ? broken() : null), {
      maximumRetryAttempts: 2,
      batchSize: 3,
    })
    expect(seen).toEqual(['012', '012', '012', '34'])
    expect(local.statistics()['take']).toMatchObject({ done: 2, discarded: 3, returned: 6 })
  })

  test.each([
    ['the function throws', broken, ['01234'], { done: 0, discarded: 5, returned: 0 }],
    ['the first record fails', (records: KinesisStreamRecord[]) => reported(records[0]), ['01234'], { discarded: 5 }],
    // After a partial success, the rest is a new batch with a first try of its own.
    [
      'a later record fails',
      (records: KinesisStreamRecord[]) => reported(records.find((record) => textOf(record) === '2')),
      ['01234', '234'],
      { done: 2, discarded: 3, returned: 3 },
    ],
  ])('0, and %s', async (_, answer, expected, counts) => {
    expect(await invocationsOf(answer, { maximumRetryAttempts: 0 })).toEqual(expected)
    expect(local.statistics()['take']).toMatchObject(counts)
  })

  /** Which record of five always fails, and how often AWS delivers it with `maximumRetryAttempts: 3`. */
  const deliveries: [failing: string, source: Partial<StreamSource>, count: number][] = [
    ['4', {}, 5], // once with those before it, then alone: once and 3 retries
    ['2', {}, 5],
    ['0', {}, 4], // none is before it: once and 3 retries
    ['4', { batchSize: 2 }, 4], // the first of its batch
    ['3', { batchSize: 2 }, 5],
    ['4', { batchSize: 3 }, 5],
    ['3', { batchSize: 1 }, 4],
  ]
  test.each(deliveries)('record %s always fails, with %j: AWS delivers it %i times', async (failing, source, count) => {
    const seen = await invocationsOf((records) => reported(...records.filter((record) => textOf(record) === failing)), {
      maximumRetryAttempts: 3,
      onFailure: 'given',
      ...source,
    })
    expect(seen.filter((texts) => texts.includes(failing))).toHaveLength(count)
    const [{ body } = { body: undefined }] = await local.contents('given')
    expect(body).toMatchObject({
      requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 4 },
      responseContext: { functionError: null },
    })
  })

  test('two records that always fail: each has its own tries, and the record between them succeeds', async () => {
    const seen = await invocationsOf(
      (records) => reported(...records.filter((record) => ['1', '3'].includes(textOf(record)))),
      { maximumRetryAttempts: 1, batchSize: 1 },
    )
    expect(seen).toEqual(['0', '1', '1', '2', '3', '3', '4'])
  })

  test('a batch that begins at a later record has all its retries', async () => {
    const seen = await invocationsOf((records, nth) => (nth <= 4 ? reported(records[1]) : null), {
      maximumRetryAttempts: 0,
    })
    expect(seen).toEqual(['01234', '1234', '234', '34', '4'])
    expect(local.statistics()['take']).toMatchObject({ done: 5, discarded: 0 })
  })

  test('the onFailure queue receives where the discarded records are', async () => {
    const logger = memoryLogger()
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
    expect(textsOf(logger)).toEqual([
      'function take failed: out of order',
      'function take failed: out of order',
      'function take: discarded 3 records of stream events: the last try of `maximumRetryAttempts: 1` failed',
    ])
    const received = await local.contents('failures')
    expect(received).toHaveLength(1)
    expect(received[0]?.body).toEqual({
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
    logger: silentLogger(),
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

describe('maximumRecordAgeInSeconds', () => {
  const now = Date.now
  afterEach(() => {
    Date.now = now
  })

  /** Lets the clock jump by 61 s, once. */
  const jump = (): void => {
    Date.now = () => now() + 61_000
  }

  const ageOptions = { maximumRecordAgeInSeconds: 60, onFailure: 'given' }

  test('a record that expires while it is retried is discarded', async () => {
    const seen = await invocationsOf((_, nth) => {
      if (nth === 3) jump()
      return broken()
    }, ageOptions)
    expect(seen).toEqual(['01234', '01234', '01234'])
    expect(local.statistics()['take']).toMatchObject({ done: 0, discarded: 5 })
    const [{ body } = { body: undefined }] = await local.contents('given')
    expect(body).toEqual({
      requestContext: expect.objectContaining({ condition: 'RecordAgeExceeded', approximateInvokeCount: 3 }),
      version: '1.0',
      timestamp: expect.any(String),
      KinesisBatchInfo: expect.objectContaining({ batchSize: 5, shardId: 'shardId-000000000000' }),
    })
  })

  test('a record that expires before its first try is not delivered; AWS reports 1 invocation', async () => {
    const seen = await invocationsOf(
      (_, nth) => {
        if (nth === 1) jump()
        return null
      },
      { ...ageOptions, batchSize: 3 },
    )
    expect(seen).toEqual(['012'])
    expect(local.statistics()['take']).toMatchObject({ done: 3, discarded: 2 })
    const [{ body } = { body: undefined }] = await local.contents('given')
    expect(body).toMatchObject({ requestContext: { condition: 'RecordAgeExceeded', approximateInvokeCount: 1 } })
  })

  test('younger records of the batch are delivered', async () => {
    const seen: string[] = []
    local = await localPipeline({
      streams: { events: {} },
      functions: {
        take: {
          handler: ({ Records }: KinesisStreamEvent) => void seen.push(Records.map(textOf).join('')),
          // The window ends when the batch is full: however long the two requests take, it holds both.
          source: {
            stream: 'events',
            batchSize: 4,
            maximumRecordAgeInSeconds: 60,
            maximumBatchingWindowInSeconds: 60,
          },
        },
      },
      logger: silentLogger(),
    })
    await local.send('events', ['0', '1'])
    jump()
    await local.send('events', ['2', '3'])
    await local.drained(soon)
    expect(seen).toEqual(['23'])
    expect(local.statistics()['take']).toMatchObject({ received: 2, done: 2, discarded: 2 })
  })
})

test('parallelizationFactor: batches of a shard are processed at once, and each key keeps its order', async () => {
  let running = 0
  let most = 0
  const seen: Record<string, string[]> = {}
  local = await localPipeline({
    streams: { events: {} },
    functions: {
      take: {
        handler: async ({ Records }: KinesisStreamEvent) => {
          running += 1
          most = Math.max(most, running)
          await until(() => most > 1)
          await setTimeout(20)
          for (const record of Records) {
            const key = record.kinesis.partitionKey
            seen[key] = [...(seen[key] ?? []), textOf(record)]
          }
          running -= 1
        },
        source: { stream: 'events', batchSize: 2, parallelizationFactor: 4 },
      },
    },
  })
  const texts = Array.from({ length: 60 }, (_, index) => `${'abcdefghij'[index % 10]}${index}`)
  await local.send('events', texts, { partitionKey: ([key = '']) => key })
  await local.drained(soon)
  for (const key of 'abcdefghij') expect(seen[key]).toEqual(texts.filter((text) => text.startsWith(key)))
  expect(most).toBeGreaterThan(1)
  expect(most).toBeLessThanOrEqual(4)
  expect(local.statistics()['take']).toMatchObject({ received: 60, done: 60 })
})

test('a batching window gathers a full batch', async () => {
  const sizes: number[] = []
  local = await localPipeline({
    streams: { events: {} },
    functions: {
      take: {
        handler: ({ Records }: KinesisStreamEvent) => void sizes.push(Records.length),
        source: { stream: 'events', batchSize: 6, maximumBatchingWindowInSeconds: 60 },
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

  test('closes while a function still sends', async () => {
    local = await localPipeline({ streams: { events: {} } })
    const { send, stop } = local
    const sends = Array.from({ length: 30 }, () => send('events', five))
    await until(async () => (await Promise.race([sends[0], 'not yet'])) !== 'not yet')
    const settled = Promise.allSettled(sends)
    await stop()
    expect((await settled).length).toBe(30) // and no exception was thrown where it cannot be caught
  })
})
