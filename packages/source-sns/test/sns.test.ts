import { describe, expect, test } from '@jest/globals'
import { InvalidConfigurationError } from '@lpipe/core'
import { sns } from '@lpipe/source-sns'
import { invoke, invokeWithOutcomes, memoryLogger, silentLogger, snsEvent, sourceContract } from '@lpipe/testing'
import middy from '@middy/core'
import type { SNSEvent } from 'aws-lambda'
import fc from 'fast-check'
import { lpipe } from 'lpipe-preset'
import { notification } from './samples.ts'

const source = sns()
const recordIn = (event: SNSEvent) => source.recordsOf(event)?.[0]

describe('the contract of event sources', () => {
  test.each(sourceContract)('$name', ({ check }) =>
    check({ source, eventOf: (bodies) => snsEvent(bodies), malformed: () => snsEvent(['{']) }),
  )

  test.each([
    undefined,
    null,
    'text',
    [],
    {},
    { Records: 'none' },
    { Records: [] },
    { Records: [null] },
    { Records: [{ EventSource: 'aws:other' }] },
    { Records: [{ eventSource: 'aws:sns' }] },
    { Records: [...snsEvent([{}]).Records, { EventSource: 'aws:other' }] },
  ])('%j is not an event of SNS', (event) => {
    expect(source.recordsOf(event)).toBeUndefined()
  })

  test('any record: nothing is thrown before it is decoded', () => {
    const record = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.record({ Sns: fc.record({ MessageAttributes: fc.jsonValue(), Message: fc.jsonValue() }) }),
    )
    fc.assert(
      fc.property(record, (one) => {
        for (const read of ['idOf', 'arnOf', 'deduplicationKeyOf'] as const) source[read]?.(one)
        for (const text of Object.values(source.headersOf?.(one, undefined) ?? {})) expect(typeof text).toBe('string')
        expect(source.recordsOf({ Records: [one] })).toBeUndefined()
      }),
    )
  })

  test('any body is decoded unchanged', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.boolean(), fc.integer())), (body) => {
        expect(source.bodyOf(recordIn(snsEvent([body])))).toEqual(JSON.parse(JSON.stringify(body)))
      }),
    )
  })
})

describe('a real notification', () => {
  const record = recordIn(notification)

  test('has its id, its topic and its body', () => {
    expect(source.idOf(record)).toBe('95df01b4-ee98-5cb9-9903-4c221d41eb5e')
    expect(source.deduplicationKeyOf?.(record)).toBe('95df01b4-ee98-5cb9-9903-4c221d41eb5e')
    expect(source.arnOf?.(record)).toBe('arn:aws:sns:us-east-1:123456789012:orders')
    expect(source.bodyOf(record)).toEqual({ path: 'ORDER', kwargs: { id: 7 } })
  })

  test('may have been parsed by a middleware in front', () => {
    const parsed = { EventSource: 'aws:sns', Sns: { Message: { path: 'ORDER', kwargs: { id: 8 } } } }
    expect(source.bodyOf(parsed)).toEqual({ path: 'ORDER', kwargs: { id: 8 } })
  })

  test('has its text attributes as headers', () => {
    expect({ ...source.headersOf?.(record, undefined) }).toEqual({ tenant: 'a', retries: '3', tags: '["x","y"]' })
  })
})

test('there are no options', () => {
  expect(() => sns({ topic: 'x' } as never)).toThrow(
    new InvalidConfigurationError('sns: unknown option `topic`. Known options: '),
  )
})

describe('through the preset', () => {
  const seen: unknown[] = []
  const order = ({ id }: { id: number }) => {
    seen.push(id)
    if (id === 13) throw new Error('down')
  }
  const handler = middy().use(
    lpipe({ source: sns(), paths: { ORDER: [order] }, unhandled: 'retry', logger: silentLogger() }),
  )
  const message = (id: number) => ({ path: 'ORDER', kwargs: { id } })

  test('a message that succeeds ends the event', async () => {
    expect(await invoke(handler, snsEvent([message(1)]))).toMatchObject({ stats: { received: 1, successes: 1 } })
  })

  test('a message that cannot be decoded is dropped: a retry would not change it', async () => {
    const { outcomes, error } = await invokeWithOutcomes(handler, snsEvent(['{']))
    expect(error).toBeUndefined()
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['dropped'])
  })

  test('a message that fails makes the invocation throw, so that Lambda retries it', async () => {
    await expect(invoke(handler, snsEvent([message(13)]))).rejects.toThrow(
      '1 message failed, so that the event fails as a whole. First error: Error: down',
    )
  })
})

test('a number with more digits than JavaScript keeps is rounded, and a warning is logged', async () => {
  const logger = memoryLogger()
  const seen: unknown[] = []
  const handler = middy().use(lpipe({ source: sns(), call: ({ n }: { n: number }) => void seen.push(n), logger }))
  await invoke(handler, snsEvent(['{"n":0.12345678901234567890123}']))
  expect(seen).toEqual([0.12345678901234568])
  expect(logger.lines.filter(({ level }) => level === 'warn')).toEqual([
    expect.objectContaining({ message: expect.stringContaining('were rounded in 1 message. Send them as strings') }),
  ])
})
