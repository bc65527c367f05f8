import { describe, expect, test } from '@jest/globals'
import { batchDecoder } from '@lpipe/batch-decoder'
import { InvalidPayloadError, type LpipeContext, type Source } from '@lpipe/core'
import { invoke, kinesisEvent, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { bodiesOf, decode, whyNot } from './decode.ts'

/** The source that the batch has when the handler runs. */
const sourceOf = (event: unknown): Promise<Source | undefined> =>
  invoke(middy(async (_: unknown, { lpipe }: LpipeContext) => lpipe.source).use(batchDecoder()), event)

describe('the source is told by the records', () => {
  test.each([
    ['sqs', sqsEvent([{}])],
    ['kinesis', kinesisEvent([{}])],
    ['raw', { any: 'thing' }],
    ['raw', [{ any: 'thing' }]],
    ['raw', '{}'],
  ])('%s', async (source, event) => {
    expect(await sourceOf(event)).toBe(source)
  })

  test('of nobody known: the event is refused, and the error says what to do', async () => {
    const records = (eventSource: unknown) => ({ Records: [{ eventSource, body: '{}' }] })
    await expect(decode(records('aws:dynamodb'))).rejects.toThrow(
      new InvalidPayloadError(
        'batchDecoder: expected records of sqs or kinesis, got aws:dynamodb. For others set its source',
      ),
    )
    for (const strange of [undefined, null, 7, '', 'constructor', '__proto__', 'AWS:SQS']) {
      await expect(decode(records(strange))).rejects.toThrow(InvalidPayloadError)
    }
    for (const record of [null, 'x', 7, []]) {
      await expect(decode({ Records: [record] })).rejects.toThrow(/records of sqs or kinesis, got no eventSource/)
    }
  })

  test('mixed: the event is refused, for nobody could be told what failed', async () => {
    const Records = [...sqsEvent([{}]).Records, ...kinesisEvent([{}]).Records]
    await expect(decode({ Records })).rejects.toThrow(
      /^batchDecoder: expected records of sqs or kinesis, got aws:sqs and aws:kinesis\./,
    )
    await expect(decode({ Records: Records.toReversed() })).rejects.toThrow(InvalidPayloadError)
  })

  test('none at all: nothing to do', async () => {
    expect(await decode({ Records: [] })).toEqual([])
    expect(await sourceOf({ Records: [] })).toBe('sqs')
  })

  test.each([null, {}, 'x', 7, true])('Records that are %p are refused', async (Records) => {
    await expect(decode({ Records })).rejects.toThrow(InvalidPayloadError)
    await expect(decode({ Records })).rejects.toThrow(/^batchDecoder: expected an array of Records, got /)
  })
})

describe('the source is given', () => {
  const Records = [{ body: '{"a":1}' }]

  test('and trusted, if the records say nothing known', async () => {
    expect(bodiesOf(await decode({ Records }, { source: 'sqs' }))).toEqual([{ a: 1 }])
    const named = [{ eventSource: 'aws:other', body: '{"a":1}' }]
    expect(bodiesOf(await decode({ Records: named }, { source: 'sqs' }))).toEqual([{ a: 1 }])
  })

  test('raw: the event itself is the message', async () => {
    expect(bodiesOf(await decode({ Records }, { source: 'raw' }))).toEqual([{ Records }])
  })

  test('an event of another known source is refused: read as the wrong one, each record would be dropped', async () => {
    await expect(decode(kinesisEvent([{}, {}]), { source: 'sqs' })).rejects.toThrow(
      'batchDecoder: expected records of sqs, got aws:kinesis',
    )
    await expect(decode(sqsEvent([{}]), { source: 'kinesis' })).rejects.toThrow(InvalidPayloadError)
  })

  test('a stray record of another source is refused alone', async () => {
    const { Records: ofKinesis } = kinesisEvent([{}])
    const messages = await decode({ Records: [...Records, ...ofKinesis] }, { source: 'sqs' })
    expect(messages.map(whyNot)).toEqual([
      undefined,
      'InvalidPayloadError: record 1: its body must be valid JSON, got nothing',
    ])
  })

  test.each(['sqs', 'kinesis'] as const)('%s: an event without an array of Records is refused', async (source) => {
    for (const event of [{}, { Records: null }, { Records: {} }, null, [], 'x', 7, true]) {
      await expect(decode(event, { source })).rejects.toThrow(InvalidPayloadError)
    }
    await expect(decode({}, { source })).rejects.toThrow('batchDecoder: expected an array of Records, got nothing')
    await expect(decode([], { source })).rejects.toThrow('batchDecoder: expected an array of Records, got an array')
    expect(await decode({ Records: [] }, { source })).toEqual([])
  })

  test('Records of the prototype do not count', async () => {
    await expect(decode(Object.create({ Records: [] }), { source: 'sqs' })).rejects.toThrow(InvalidPayloadError)
  })
})
