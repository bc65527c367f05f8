/** A dead letter can always be made: a message without one would fail for ever. */
import { describe, expect, test } from '@jest/globals'
import { entryFor, invoke, kinesisEvent, memoryQueue, silentLogger, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { type DeadLetter, FailButContinue, fn, type LpipeOptions, lpipe, queue, queueSqs } from 'lpipe-preset'
import * as z from 'zod'

const drop = () => {
  throw new FailButContinue('gone')
}

/** The dead letters of an event, each of which a real SQS queue takes. */
const lettersOf = async (event: unknown, options: LpipeOptions = { call: drop }) => {
  const lost = memoryQueue({ name: 'lost', maxBytes: 1024 * 1024 })
  const handler = middy().use(lpipe({ ...options, deadLetter: lost.queue, logger: silentLogger() }))
  const response = await invoke(handler, event)
  const real = queue({ type: 'sqs', name: 'lost' })
  for (const { body } of lost.sent) {
    expect(queueSqs().prepare(entryFor(real, body)).size).toBeLessThanOrEqual(1024 * 1024)
  }
  return { response, letters: lost.sent.map(({ body }) => body as DeadLetter) }
}

test('of an error whose issues hold a BigInt', async () => {
  const schema = z.object({
    id: z.number().transform((id, context) => {
      context.addIssue({ code: 'custom', message: 'too small', params: { least: 10n ** 20n } })
      return id
    }),
  })
  const { response, letters } = await lettersOf(sqsEvent([{ id: 1 }]), { call: fn(schema, () => undefined) })
  expect(response).toEqual({ batchItemFailures: [] })
  expect(letters).toMatchObject([
    { error: { name: 'InvalidPayloadError', issues: [{ params: { least: `1${'0'.repeat(20)}` } }] } },
  ])
})

test.each<[what: string, thrown: () => unknown]>([
  [
    'a cyclic error',
    () => {
      const error = new Error('x')
      return Object.assign(error, { cause: error })
    },
  ],
  ['a string', () => 'x'],
  ['undefined', () => undefined],
  [
    'a revoked proxy',
    () => {
      const { proxy, revoke } = Proxy.revocable({}, {})
      revoke()
      return proxy
    },
  ],
  ['an error with a message of 2 MB', () => new Error('x'.repeat(2_000_000))],
  ['an error whose name is a symbol', () => Object.assign(new Error('x'), { name: Symbol('x') })],
])('of %s', async (_, thrown) => {
  const call = () => {
    throw thrown()
  }
  const { response, letters } = await lettersOf(sqsEvent([{ n: 1 }]), { call })
  expect(response).toEqual({ batchItemFailures: [] })
  expect(letters).toMatchObject([{ record: { messageId: 'message-0', body: '{"n":1}' } }])
})

describe('of a record', () => {
  test('of 900 kB: it is kept whole', async () => {
    const event = sqsEvent([{ text: 'x'.repeat(900_000) }])
    const { response, letters } = await lettersOf(event)
    expect(response).toEqual({ batchItemFailures: [] })
    expect(letters[0]?.record).toEqual(event.Records[0])
    expect(letters[0]?.truncated).toBeUndefined()
  })

  test('that is nested: it is kept whole', async () => {
    const record = JSON.parse(`{"a":${'['.repeat(500)}${']'.repeat(500)}}`)
    const { letters } = await lettersOf([record])
    expect(letters[0]?.record).toEqual(record)
    expect(letters[0]?.truncated).toBeUndefined()
  })

  test.each([[undefined], [() => 1], [Symbol('x')]])('that no JSON can hold (%p): it is left out', async (record) => {
    const { letters } = await lettersOf([record])
    expect(letters).toMatchObject([{ error: { name: 'InvalidPayloadError' }, record: null }])
  })

  const quotes = '"'.repeat(500_000)
  test.each<[what: string, event: unknown]>([
    ['SQS, 1 MiB of text', sqsEvent([{ text: 'x'.repeat(1024 * 1024 - 20) }])],
    ['SQS, which JSON makes longer', sqsEvent([{ text: quotes }])],
    ['SQS, of characters of four bytes', sqsEvent([{ text: '🦄'.repeat(262_000) }])],
    ['Kinesis, 5 MB', kinesisEvent([{ text: 'x'.repeat(5_000_000) }])],
    ['RAW, 5 MB', [{ text: 'x'.repeat(5_000_000) }]],
    [
      'RAW, of many members',
      [Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`key${index}`, index]))],
    ],
    ['RAW, of many strings', [{ list: Array.from({ length: 100_000 }, () => 'x'.repeat(20)) }]],
    ['RAW, with names of 1 MB', [{ ['x'.repeat(1_000_000)]: 1, ['y'.repeat(1_000_000)]: 2 }]],
    ['RAW, of characters that XML does not have', [{ text: '\uFFFF'.repeat(300_000) }]],
    ['RAW, of a BigInt', [{ n: 1n }]],
    ['RAW, nested deeply', [JSON.parse(`{"a":${'['.repeat(1000)}"${'x'.repeat(2_000_000)}"${']'.repeat(1000)}}`)]],
  ])('that is too large (%s): it is cut, and the letter says so', async (_, event) => {
    const { response, letters } = await lettersOf(event)
    expect(response).not.toBeInstanceOf(Error)
    expect(letters).toHaveLength(1)
    expect(letters[0]?.error).toMatchObject({ name: 'FailButContinue', message: 'gone' })
    expect(letters[0]?.truncated).toMatch(
      /^the record (?:has \d+ bytes|is not JSON) and was cut; it cannot be sent back$/,
    )
  })
})
