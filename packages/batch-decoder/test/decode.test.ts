import { expect, test } from '@jest/globals'
import { InvalidPayloadError, type Source } from '@lpipe/core'
import { kinesisEvent, sqsEvent } from '@lpipe/testing'
import fc from 'fast-check'
import { bodiesOf, decode, whyNot } from './decode.ts'

const source = fc.constantFrom<Source | undefined>(undefined, 'sqs', 'kinesis', 'raw')
const optionsOf = (given: Source | undefined) => (given === undefined ? {} : { source: given })

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

test('whatever an event is: messages, or an InvalidPayloadError, and nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(event, source, async (any, given) => {
      try {
        const messages = await decode(any, optionsOf(given))
        for (const [index, message] of messages.entries()) {
          expect(message.index).toBe(index)
          if (message.result === undefined) expect(typeof message.body).toBe('object')
          else expect(whyNot(message)).toMatch(/^InvalidPayloadError: record /)
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
] as const)('%s: whatever one record is, the others are what they were', async (given, eventOf) => {
  const good = eventOf([{ a: 1 }, { a: 2 }]).Records
  await fc.assert(
    fc.asyncProperty(record, fc.nat({ max: 2 }), async (bad, at) => {
      const messages = await decode({ Records: [...good.slice(0, at), bad, ...good.slice(at)] }, { source: given })
      const others = messages.toSpliced(at, 1)
      expect(messages).toHaveLength(3)
      expect(bodiesOf(others)).toEqual([{ a: 1 }, { a: 2 }])
      expect(others.map(whyNot)).toEqual([undefined, undefined])
    }),
    { numRuns: 500 },
  )
})

test('whatever a body is: an object comes through as it is, anything else is refused', async () => {
  await fc.assert(
    fc.asyncProperty(value, async (body) => {
      const [message] = await decode({ Records: [{ eventSource: 'aws:sqs', body: JSON.stringify(body) }] })
      const isObject = typeof body === 'object' && body !== null && !Array.isArray(body)
      expect(message?.body).toEqual(isObject ? JSON.parse(JSON.stringify(body)) : undefined)
      expect(message?.outcome).toBe(isObject ? undefined : 'failed') // nobody classifies here
    }),
    { numRuns: 500 },
  )
})
