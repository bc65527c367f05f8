import { describe, expect, test } from '@jest/globals'
import { batchDecoder } from '@lpipe/batch-decoder'
import { type EventSource, InvalidConfigurationError, InvalidPayloadError } from '@lpipe/core'
import { invoke, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { bodiesOf, decode, errorOf, readBatch } from './decode.ts'

const loose = batchDecoder as (options: unknown) => unknown

describe('batchDecoder, when it is made', () => {
  test.each([
    ["'SQS'", 'SQS'],
    ["'dynamodb'", 'dynamodb'],
    ["'constructor'", 'constructor'],
    ["'__proto__'", '__proto__'],
    ['null', null],
    ['number', 7],
    ['object', { name: 'mine' }],
    ['missing', [undefined]],
    ["'SQS'", ['sqs', 'SQS']],
  ])('refuses a source that is %s', (received, source) => {
    expect(() => loose({ source })).toThrow(
      new InvalidConfigurationError(
        `batchDecoder: \`source\` must be 'sqs', 'kinesis', 'raw' or an EventSource, received ${received}`,
      ),
    )
  })

  test('refuses an empty list of sources', () => {
    expect(() => loose({ source: [] })).toThrow(
      new InvalidConfigurationError('batchDecoder: `source` must not be an empty list'),
    )
  })

  test('refuses a misspelt option', () => {
    expect(() => loose({ sorce: 'sqs' })).toThrow(
      new InvalidConfigurationError('batchDecoder: unknown option `sorce`. Known options: source, envelopes'),
    )
  })

  test('names its hook, for stack traces', () => {
    expect(batchDecoder().before?.name).toBe('batchDecoderBefore')
  })
})

test('without batchResponse() the invocation throws, because nothing would bring the messages to an outcome', async () => {
  const handler = middy(async () => []).use(batchDecoder())
  await expect(invoke(handler, sqsEvent([{}]))).rejects.toThrow(
    new InvalidConfigurationError(
      'batchDecoder() requires batchResponse() before it. Add it, or swap them if it comes later',
    ),
  )
})

test('a record is decoded once, and not before its message is about to run', async () => {
  let decoded = 0
  const source: EventSource = {
    name: 'counted',
    reports: 'none',
    recordsOf: (event) => event as unknown[],
    idOf: () => undefined,
    bodyOf: (record) => {
      decoded += 1
      return record
    },
  }
  const counts = await readBatch([{}, {}], { source }, (batch) => {
    const before = decoded
    return [before, batch.received.length, batch.messages.length, batch.messages.length, decoded]
  })
  expect(counts).toEqual([0, 2, 2, 2, 2])
})

describe('a record that holds several messages', () => {
  /** A source whose records hold lists of bodies. */
  const lists = (bodiesOf: EventSource['bodiesOf']): EventSource => ({
    name: 'lists',
    reports: 'each',
    recordsOf: (event) => event as unknown[],
    idOf: (record) => String((record as unknown[])[0]),
    bodyOf: (record) => ({ whole: record }),
    ...(bodiesOf && { bodiesOf }),
  })
  const tail = lists((record) => (record as unknown[]).slice(1))

  test('becomes a message for each, which share its id and position', async () => {
    const event = [['a', { n: 1 }, { n: 2 }], ['b'], ['c', { n: 3 }]]
    const messages = await decode(event, { source: tail })
    expect(messages).toMatchObject([
      { id: 'a', recordIndex: 0, index: 0, body: { n: 1 } },
      { id: 'a', recordIndex: 0, index: 1, body: { n: 2 } },
      { id: 'c', recordIndex: 2, index: 2, body: { n: 3 } },
    ])
    expect(messages[1]?.record).toBe(event[0])
  })

  test('a body that is not an object ends its message alone', async () => {
    const messages = await decode([['a', 1, { n: 2 }]], { source: tail })
    expect(messages.map(errorOf)).toEqual([
      'InvalidPayloadError: record a: its body must be an object, received number',
      undefined,
    ])
  })

  test('without bodies of its own has one message', async () => {
    expect(bodiesOf(await decode([['a']], { source: lists(() => undefined) }))).toEqual([{ whole: ['a'] }])
  })

  test('that cannot be taken apart is one message, which ends with the error', async () => {
    const source = lists(() => {
      throw new InvalidPayloadError('its checksum is wrong')
    })
    expect((await decode([['a'], ['b']], { source })).map(errorOf)).toEqual([
      'InvalidPayloadError: record a: its checksum is wrong',
      'InvalidPayloadError: record b: its checksum is wrong',
    ])
  })
})
