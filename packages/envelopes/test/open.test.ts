import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { FailCatastrophically } from '@lpipe/core'
import { defineEnvelope } from '@lpipe/core/envelope'
import { base64, cloudWatchLogs, compressed, eventBridge, kpl, s3, sns } from '@lpipe/envelopes'
import { eventBridgeEvent, kinesisEvent, sqsEvent } from '@lpipe/testing'
import { run, runPaths } from './run.ts'
import { aggregated, gzipped, kinesisBytes, logData, notification, s3Notification } from './samples.ts'

const all = () => [kpl(), cloudWatchLogs(), compressed(), base64(), sns(), eventBridge(), s3()]

/** An envelope of a user's own: `{ box: <content> }`. */
const box = (path?: string) =>
  defineEnvelope({
    name: 'box',
    opens: (body) => {
      if (typeof body !== 'object' || body === null || !('box' in body)) return undefined
      return { body: body.box, ...(path !== undefined && { path }) }
    },
  })

const boxes = (depth: number, content: unknown): unknown => (depth === 0 ? content : { box: boxes(depth - 1, content) })

describe('envelopes are nested', () => {
  test('an EventBridge event in an SNS notification in a queue', async () => {
    const event = sqsEvent([notification(eventBridgeEvent({ id: 1 }))])
    expect((await run(event, [eventBridge(), sns()])).seen).toEqual([{ id: 1 }])
  })

  test('objects of S3 in EventBridge in compressed base64 in SNS in a queue', async () => {
    const inner = gzipped(eventBridgeEvent(s3Notification(['a', 'b']))).toString('base64')
    expect((await run(sqsEvent([notification(inner)]), all())).seen).toMatchObject([{ key: 'a' }, { key: 'b' }])
  })

  test('log events in records that the KPL aggregated', async () => {
    const event = kinesisBytes(aggregated([gzipped(logData(['x', 'y'])), '{"a":1}']))
    const { seen, outcomes } = await run(event, all())
    expect(seen).toMatchObject([{ message: 'x' }, { message: 'y' }, { a: 1 }])
    expect(outcomes).toEqual(['succeeded', 'succeeded', 'succeeded'])
  })

  test('a body without an envelope is decoded as ever', async () => {
    for (const event of [sqsEvent([{ a: 1 }]), kinesisEvent([{ a: 1 }]), { a: 1 }, '{"a":1}', [{ a: 1 }]]) {
      expect((await run(event, all())).seen).toEqual([{ a: 1 }])
    }
    expect((await run(eventBridgeEvent({ a: 1 }), [sns()])).seen).toEqual([{ a: 1 }])
  })

  test('at most ten of them', async () => {
    expect((await run(sqsEvent([boxes(10, { a: 1 })]), [box()])).seen).toEqual([{ a: 1 }])
    expect((await run(sqsEvent([boxes(11, { a: 1 }), { a: 2 }]), [box()])).outcomes).toEqual([
      'dropped: InvalidPayloadError: record message-0: it is nested in more than 10 envelopes',
      'succeeded',
    ])
  })

  test('the path of the innermost envelope that names one counts', async () => {
    const event = sqsEvent([notification({ box: { id: 1 } })])
    const paths = (see: unknown) => ({ paths: { INNER: [see], OUTER: [see] } })
    const { outcomes } = await runPaths(event, [sns({ path: 'NOWHERE' }), box('INNER')], paths)
    expect(outcomes).toEqual(['succeeded'])
    expect((await runPaths(event, [sns({ path: 'OUTER' }), box()], paths)).seen).toEqual([{ id: 1 }])
  })
})

describe('a record that is too large', () => {
  test('by the bytes that are unpacked from all of its parts is dropped as a whole', async () => {
    const part = gzipSync(JSON.stringify({ text: ' '.repeat(9 * 1024 * 1024) }))
    const event = kinesisBytes(aggregated(['{}', part, part, part]), Buffer.from('{}'))
    expect((await run(event, [kpl(), compressed()])).outcomes).toEqual([
      expect.stringMatching(/^dropped: InvalidPayloadError: record \d+: its envelopes hold more than 20971520 bytes$/),
      'succeeded',
    ])
  })

  test('by the number of its messages is dropped as a whole', async () => {
    const many = gzipSync(JSON.stringify(logData(Array.from({ length: 100_001 }, () => ''))))
    expect((await run(kinesisBytes(many), [cloudWatchLogs()])).outcomes).toEqual([
      expect.stringMatching(/: its envelopes hold more than 100000 messages$/),
    ])
  })
})

describe('an envelope of a user’s own', () => {
  const throwing = (error: unknown) =>
    defineEnvelope({
      name: 'throwing',
      opens: (body) => {
        if (typeof body === 'string' && body.includes('bad')) throw error
        return undefined
      },
    })

  test.each([
    [
      'that throws fails the message',
      throwing(new TypeError('no')),
      'failed: FailCatastrophically: the envelope throwing threw no',
    ],
    [
      'that throws an error of lpipe ends the message with it',
      throwing(new FailCatastrophically('mine')),
      'failed: FailCatastrophically: mine',
    ],
  ])('%s', async (_, envelope, expected) => {
    expect((await run(sqsEvent([{ bad: 1 }, { a: 1 }]), [envelope])).outcomes).toEqual([expected, 'succeeded'])
  })

  test('that returns a promise fails the message', async () => {
    const envelope = defineEnvelope({ name: 'late', opens: (async () => undefined) as never })
    const { outcomes } = await run(sqsEvent([{}]), [envelope])
    expect(outcomes).toEqual([
      'failed: FailCatastrophically: the envelope late threw `opens` must not return a promise',
    ])
  })

  test.each([
    ['an empty string', ''],
    ['number', 7],
    ['null', null],
  ])('with a path that is %s fails the message: the configuration is wrong', async (received, path) => {
    const envelope = defineEnvelope({
      name: 'odd',
      opens: (body) => (typeof body === 'string' ? { body: {}, path: path as never } : undefined),
    })
    expect((await run(sqsEvent([{}]), [envelope])).outcomes).toEqual([
      `failed: InvalidConfigurationError: envelope odd: \`path\` must be a non-empty string, received ${received}`,
    ])
  })

  test('with nothing inside: the record succeeds', async () => {
    const empty = defineEnvelope({ name: 'empty', opens: (body) => (typeof body === 'string' ? [] : undefined) })
    expect(await run(sqsEvent([{}, {}]), [empty])).toMatchObject({
      outcomes: [],
      response: { batchItemFailures: [] },
    })
  })

  test('sees the record and its headers, and each form of a body', async () => {
    const calls: unknown[] = []
    const spy = defineEnvelope({
      name: 'spy',
      opens: (body, record, headers) => {
        calls.push([body, (record as { messageId: string }).messageId, { ...headers }])
        return undefined
      },
    })
    const event = sqsEvent(['{"a":1}'])
    Object.assign(event.Records[0] as object, { messageAttributes: { one: { stringValue: '1' } } })
    await run(event, [spy], { source: 'sqs' })
    expect(calls).toEqual([
      ['{"a":1}', 'message-0', { one: '1' }],
      [{ a: 1 }, 'message-0', { one: '1' }],
    ])
  })
})

test('records are decoded when they run, with envelopes all at once before the first one runs', async () => {
  const stepsWith = async (envelopes: readonly ReturnType<typeof box>[]): Promise<string[]> => {
    const steps: string[] = []
    const source = {
      name: 'test',
      reports: 'none',
      recordsOf: (event: unknown) => event,
      idOf: () => undefined,
      bodyOf: (record: object) => {
        steps.push('decode')
        return record
      },
    }
    await run([{}, {}], envelopes, { source, call: () => void steps.push('run') })
    return steps
  }
  expect(await stepsWith([])).toEqual(['decode', 'run', 'decode', 'run'])
  expect(await stepsWith([box()])).toEqual(['decode', 'decode', 'run', 'run'])
})

describe('messages of an envelope', () => {
  test('of a FIFO group or a shard are in order, and the rest waits after a failure', async () => {
    const call = ({ key, n }: { key?: string; n?: number }) => {
      if (key === 'b') throw new FailCatastrophically('no')
      if (n === 2) throw new Error('must not run')
    }
    const event = kinesisEvent([{ n: 1 }, s3Notification(['a', 'b', 'c']), { n: 2 }])
    const { outcomes, response } = await run(event, [s3()], { call })
    expect(outcomes.map((one) => one.split(':')[0])).toEqual(['succeeded', 'failed', 'failed', 'failed', 'failed'])
    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: event.Records[1]?.kinesis.sequenceNumber }] })
  })

  test('a list of sources without RAW opens no event of S3', async () => {
    const { error } = await run(s3Notification(['a']), [s3()], { source: 'sqs' })
    expect(String(error)).toMatch(
      /^InvalidPayloadError: batchDecoder: expected an event of sqs, received records of aws:s3/,
    )
    expect((await run(s3Notification(['a']), [s3()], { source: 'raw' })).seen).toMatchObject([{ key: 'a' }])
    expect((await run(s3Notification(['a']), [s3()], { source: ['sqs', 'raw'] })).seen).toMatchObject([{ key: 'a' }])
  })
})
