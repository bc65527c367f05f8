import { describe, expect, test } from '@jest/globals'
import type { SourceName } from '@lpipe/batch-decoder'
import { InvalidPayloadError } from '@lpipe/core'
import { awslogsEvent, kinesisEvent, sqsEvent } from '@lpipe/testing'
import fc from 'fast-check'
import { bodiesOf, decode, errorOf } from './decode.ts'

const source = fc.constantFrom<SourceName | undefined>(undefined, 'sqs', 'kinesis', 'raw')
const optionsOf = (given: SourceName | undefined) => (given === undefined ? {} : { source: given })

/** JSON values, and those that come close to an event. */
const value = fc.jsonValue({ maxDepth: 3 })
const named = fc.constantFrom('aws:sqs', 'aws:kinesis', 'aws:other')
const record = fc.oneof(
  value,
  fc.record(
    {
      eventSource: fc.oneof(named, value),
      messageId: value,
      body: fc.oneof(value, fc.json()),
      kinesis: fc.oneof(
        value,
        fc.record({ data: fc.oneof(value, fc.base64String()), sequenceNumber: value }, { requiredKeys: [] }),
      ),
    },
    { requiredKeys: [] },
  ),
)
const event = fc.oneof(
  value,
  fc.record({ Records: fc.oneof(value, fc.array(record)) }),
  fc.record({ awslogs: fc.oneof(value, fc.record({ data: fc.oneof(value, fc.base64String()) })) }),
  fc.record({ detail: value, 'detail-type': value, source: value }),
  fc.array(record),
)

test('any event: messages, or an InvalidPayloadError, and nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(event, source, async (any, given) => {
      try {
        const messages = await decode(any, optionsOf(given))
        for (const [index, message] of messages.entries()) {
          expect(message.index).toBe(index)
          if (message.result === undefined) expect(typeof message.body).toBe('object')
          else expect(errorOf(message)).toMatch(/^InvalidPayloadError: record /)
        }
      } catch (error) {
        if (!(error instanceof InvalidPayloadError)) throw error
      }
    }),
    { numRuns: 1000 },
  )
})

test.each([
  ['sqs', sqsEvent],
  ['kinesis', kinesisEvent],
] as const)('%s: any record changes no other one, unless it names another service', async (given, eventOf) => {
  const good = eventOf([{ a: 1 }, { a: 2 }]).Records
  const namesAnother = (bad: unknown): boolean =>
    ![undefined, `aws:${given}`].includes((bad as { eventSource?: string } | null)?.eventSource)
  await fc.assert(
    fc.asyncProperty(record, fc.nat({ max: 2 }), async (bad, at) => {
      if (namesAnother(bad)) {
        await expect(decode({ Records: [...good, bad] }, { source: given })).rejects.toThrow(InvalidPayloadError)
        return
      }
      const messages = await decode({ Records: [...good.slice(0, at), bad, ...good.slice(at)] }, { source: given })
      const others = messages.toSpliced(at, 1)
      expect(messages).toHaveLength(3)
      expect(bodiesOf(others)).toEqual([{ a: 1 }, { a: 2 }])
      expect(others.map(errorOf)).toEqual([undefined, undefined])
    }),
    { numRuns: 500 },
  )
})

/** Whether no integer in a value is beyond 2^53 - 1: such bodies are refused. */
const isExact = (value: unknown): boolean => {
  if (typeof value === 'object' && value !== null) return Object.values(value).every(isExact)
  return !Number.isInteger(value) || Number.isSafeInteger(value)
}

test('any body: an object is decoded unchanged, anything else is refused', async () => {
  await fc.assert(
    fc.asyncProperty(value.filter(isExact), async (body) => {
      const [message] = await decode({ Records: [{ eventSource: 'aws:sqs', body: JSON.stringify(body) }] })
      const isObject = typeof body === 'object' && body !== null && !Array.isArray(body)
      expect(message?.body).toEqual(isObject ? JSON.parse(JSON.stringify(body)) : undefined)
      expect(message?.outcome).toBe(isObject ? undefined : 'failed') // there is no classifier
    }),
    { numRuns: 500 },
  )
})

/** Events of every source with one body. */
const everySource: [name: string, eventOf: (text: string) => unknown][] = [
  ['SQS', (text) => sqsEvent([text])],
  ['Kinesis', (text) => kinesisEvent([text])],
  ['RAW', (text) => text],
  ['RAW, an array', (text) => [text]],
  ['CloudWatch Logs', (text) => awslogsEvent([text])],
]

describe.each(everySource)('%s', (_, eventOf) => {
  test('a leading byte order mark is ignored', async () => {
    expect(bodiesOf(await decode(eventOf('\uFEFF{"a":"\uFEFF"}')))).toEqual([{ a: '\uFEFF' }])
  })

  test.each([
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['-9007199254740991', Number.MIN_SAFE_INTEGER],
    ['1e16', 1e16],
    ['0.1234567890123456789', 0.12345678901234568],
    ['1e308', 1e308],
    ['1.7976931348623157e308', Number.MAX_VALUE],
    ['5e-324', Number.MIN_VALUE],
    ['0e-400', 0],
    ['-0.00E+5', -0],
    ['"12345678901234567890"', '12345678901234567890'],
    ['"1e400"', '1e400'],
  ])('%s is decoded', async (text, value) => {
    expect(bodiesOf(await decode(eventOf(`{"n":${text}}`)))).toEqual([{ n: value }])
  })

  test.each([
    '9007199254740993',
    '-9007199254740993',
    '12345678901234567890',
    '9007199254740993.0',
    '9007199254740993e0',
    '1234567890123456789E3',
    '1e400',
    '-1E+400',
    `${'9'.repeat(400)}`,
    '1e-400',
    '-12.5E-0400',
    `0.${'0'.repeat(400)}1`,
    `0.${'0'.repeat(240)}1e-99`,
  ])('%s is refused: JavaScript would make another number of it, and send that on', async (text) => {
    const [message] = await decode(eventOf(`{"list":[{"n":${text}}]}`))
    expect(errorOf(message as never)).toMatch(
      /^InvalidPayloadError: record \S+: it holds a number that JavaScript cannot represent\. Send it as a string$/,
    )
  })

  test.each([
    ['exact', '1234567890123456', undefined],
    ['inexact', '12345678901234567890', 'it is nested too deeply'],
  ])('a body that is nested deeply, with an %s number, ends its message alone', async (_, number, problem) => {
    const deep = `{"list":${'['.repeat(100_000)}${']'.repeat(100_000)},"n":${number}}`
    const [message] = await decode(eventOf(deep))
    expect(String(errorOf(message as never))).toMatch(problem ?? /^undefined$/)
  })

  test('digits in a text, after a point and in a hash are not large numbers', async () => {
    const body = { text: `, ${'9'.repeat(400)}`, share: 0.1234567890123456, hash: '204e9800998ecf', small: [-5e-324] }
    expect(bodiesOf(await decode(eventOf(JSON.stringify(body))))).toEqual([body])
  })
})
