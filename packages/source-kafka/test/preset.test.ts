import { describe, expect, test } from '@jest/globals'
import { defineEnvelope } from '@lpipe/core/envelope'
import { getOwn } from '@lpipe/core/middleware'
import { kafka } from '@lpipe/source-kafka'
import { invoke, invokeWithOutcomes, kafkaEvent, memoryLogger, memoryQueue, silentLogger } from '@lpipe/testing'
import middy from '@middy/core'
import { FailButContinue, lpipe, payload } from 'lpipe-preset'
import { mskEvent, pipesEvent, selfManagedEvent } from './samples.ts'

const logger = silentLogger()

interface Job {
  readonly partition: number
  readonly do: string
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')

const opensNothing = defineEnvelope({ name: 'none', opens: () => undefined })

/** `{ box: <content>, to: <path> }`. */
const boxed = defineEnvelope({
  name: 'boxed',
  opens: (body) => {
    const box = getOwn(body, 'box')
    return box === undefined ? undefined : { body: box, path: getOwn(body, 'to') as string | undefined }
  },
})

const run = ({ do: what }: Job) => {
  if (what === 'drop') throw new FailButContinue('not wanted')
  if (what === 'fail') throw new Error('down')
}

const jobs: readonly Job[] = [
  { partition: 0, do: 'good' },
  { partition: 0, do: 'fail' },
  { partition: 1, do: 'drop' },
  { partition: 1, do: 'good' },
  { partition: 2, do: 'fail' },
  { partition: 2, do: 'good' },
  { partition: 0, do: 'fail' },
]
const event = kafkaEvent(jobs, { topic: 'jobs', partitionOf: ({ partition }: Job) => partition })

describe('through the preset', () => {
  test.each([1, 10])('the first failure of each partition is named by an object, with concurrency %d', async (n) => {
    const handler = middy().use(lpipe({ source: kafka(), call: run, unhandled: 'retry', concurrency: n, logger }))
    const { response, outcomes } = await invokeWithOutcomes(handler, event)
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([
      ...['succeeded', 'failed', 'failed'],
      ...['dropped', 'succeeded'],
      ...['failed', 'failed'],
    ])
    expect(response).toEqual({
      batchItemFailures: [
        { itemIdentifier: { partition: 'jobs-0', offset: 1 } },
        { itemIdentifier: { partition: 'jobs-2', offset: 0 } },
      ],
    })
  })

  test('a batch that succeeds names nothing', async () => {
    const handler = middy().use(lpipe({ source: kafka(), call: () => undefined, logger }))
    for (const good of [mskEvent, selfManagedEvent, pipesEvent]) {
      expect(await invoke(handler, good)).toEqual({ batchItemFailures: [] })
    }
  })

  test('a tombstone takes its path', async () => {
    const deleted: unknown[] = []
    const handler = middy().use(
      lpipe({
        source: kafka({ path: ({ value }) => (value ? 'CHANGED' : 'DELETED') }),
        paths: { CHANGED: [() => undefined], DELETED: [({ key }: { key: string }) => void deleted.push(key)] },
        logger,
      }),
    )
    expect(await invoke(handler, kafkaEvent([{ a: 1 }, null]))).toEqual({ batchItemFailures: [] })
    expect(deleted).toEqual(['key-1'])
  })

  test('a deserializer that throws fails its message: the schema may be missing', async () => {
    const deserialize = () => {
      throw new Error('no schema')
    }
    const handler = middy().use(lpipe({ source: kafka({ deserialize }), call: run, logger }))
    expect(await invoke(handler, kafkaEvent(['x'], { topic: 'jobs' }))).toEqual({
      batchItemFailures: [{ itemIdentifier: { partition: 'jobs-0', offset: 0 } }],
    })
  })

  test.each<[what: string, record: object]>([
    ["the format of Confluent's schema registry", { value: Buffer.from([0, 0, 0, 0, 7, 2, 14]).toString('base64') }],
    [
      'the format of the AWS Glue Schema Registry',
      { value: Buffer.from([3, 0, ...Array(16).fill(7), 2, 14]).toString('base64') },
    ],
    [
      'the format whose schema a header names',
      { value: base64('xy'), headers: [{ a: [1] }, { __value_schema_id: [1, 0, 7] }] },
    ],
    ['Avro by its metadata', { value: base64('xy'), valueSchemaMetadata: { dataFormat: 'AVRO', schemaId: '1' } }],
    ['Protobuf by its metadata', { value: base64('xy'), valueSchemaMetadata: { dataFormat: 'PROTOBUF' } }],
  ])('without `deserialize` a value in %s stays in the topic, with the fix', async (_, record) => {
    const { records, ...rest } = kafkaEvent([{}], { topic: 'jobs' })
    const [first] = records['jobs-0'] ?? []
    const odd = { ...rest, records: { 'jobs-0': [{ ...first, ...record }] } }
    for (const envelopes of [[], [opensNothing]]) {
      const handler = middy().use(lpipe({ source: kafka(), call: () => undefined, envelopes, logger }))
      const { response, outcomes } = await invokeWithOutcomes(handler, odd)
      expect(outcomes).toMatchObject([
        {
          outcome: 'failed',
          error: { message: expect.stringContaining('set `deserialize`, or `EventRecordFormat: JSON`') },
        },
      ])
      expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: { partition: 'jobs-0', offset: 0 } }] })
    }
  })

  test('a value in an envelope has the path of its record, unless the envelope names one', async () => {
    const seen: unknown[] = []
    const paths = { jobs: [(kwargs: object) => seen.push(kwargs)], INNER: [(kwargs: object) => seen.push(kwargs)] }
    const source = kafka({ path: ({ topic }) => topic })
    const handler = middy().use(lpipe({ source, paths, envelopes: [boxed], logger }))
    const list = kafkaEvent([{ box: { a: 1 } }, { a: 2 }, { box: { a: 3 }, to: 'INNER' }, null], { topic: 'jobs' })
    const { outcomes } = await invokeWithOutcomes(handler, list)
    expect(outcomes.map(({ path, outcome }) => [path, outcome])).toEqual([
      ['jobs', 'succeeded'],
      ['jobs', 'succeeded'],
      ['INNER', 'succeeded'],
      ['jobs', 'succeeded'],
    ])
    expect(seen).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }, { key: 'key-3', tombstone: true }])
  })

  test('a failed record of EventBridge Pipes makes the invocation throw: the pipe retries the whole batch', async () => {
    const handler = middy().use(
      lpipe({ source: kafka(), call: () => Promise.reject(new Error('down')), unhandled: 'retry', logger }),
    )
    await expect(invoke(handler, pipesEvent)).rejects.toThrow(
      '2 messages failed, and a record has no id to report it by. First error: Error: down',
    )
  })

  test('the number of hops travels on, and what is sent has one deduplication key however often the record comes', async () => {
    const { queue, sent } = memoryQueue()
    const handler = middy().use(lpipe({ source: kafka(), call: (kwargs) => payload({ queue, kwargs }), logger }))
    const one = kafkaEvent([{ id: 1 }], { headers: { 'lpipe-trail': '2|first|second' } })
    await invoke(handler, one)
    await invoke(handler, one)
    const [first, second] = sent.map(({ entry }) => entry)
    expect(first?.deduplicationKey).toBe(second?.deduplicationKey)
    expect(first?.headers['lpipe-trail']).toMatch(/^3\|/)
  })

  test('a path that a function returns wrongly keeps its record in the topic, with envelopes too', async () => {
    for (const envelopes of [[], [opensNothing]]) {
      const source = kafka({ path: () => '' })
      const { outcomes } = await invokeWithOutcomes(
        middy().use(lpipe({ source, paths: { A: [run] }, envelopes, logger })),
        kafkaEvent([{ a: 1 }]),
      )
      expect(outcomes).toMatchObject([{ outcome: 'failed', error: { name: 'InvalidConfigurationError' } }])
    }
  })
})

test('a number with more digits than JavaScript keeps is rounded, and a warning is logged', async () => {
  const logger = memoryLogger()
  const seen: unknown[] = []
  const handler = middy().use(lpipe({ source: kafka(), call: ({ n }: { n: number }) => void seen.push(n), logger }))
  await invoke(handler, kafkaEvent(['{"n":0.12345678901234567890123}', '{"n":0.5}']))
  expect(seen).toEqual([0.12345678901234568, 0.5])
  expect(logger.lines.filter(({ level }) => level === 'warn')).toEqual([
    expect.objectContaining({ message: expect.stringContaining('were rounded in 1 message. Send them as strings') }),
  ])
})
