import { describe, expect, test } from '@jest/globals'
import { InvalidPayloadError } from '@lpipe/core'
import { eventBridgeEvent } from '@lpipe/testing'
import { bodiesOf, decode, errorOf } from '../decode.ts'

describe('a RAW event', () => {
  test.each([
    ['an object', { a: 1 }, [{ a: 1 }]],
    ['a JSON text', '{"a":1}', [{ a: 1 }]],
    ['an array of both', [{ a: 1 }, '{"a":2}'], [{ a: 1 }, { a: 2 }]],
    ['an empty object', {}, [{}]],
    ['an empty array', [], []],
  ])('is %s', async (_, event, bodies) => {
    const messages = await decode(event)
    expect(bodiesOf(messages)).toEqual(bodies)
    expect(messages.map(errorOf)).toEqual(bodies.map(() => undefined))
    expect(messages.every(({ id }) => id === undefined)).toBe(true)
  })

  test.each([
    ['null', null],
    ['number', 7],
    ['boolean', false],
  ])('is never a %s', async (kind, event) => {
    await expect(decode(event)).rejects.toThrow(
      new InvalidPayloadError(`batchDecoder: expected an array, an object or JSON text as the event, received ${kind}`),
    )
    await expect(decode(event, { source: 'raw' })).rejects.toThrow(InvalidPayloadError)
  })

  test('an invalid element changes no other', async () => {
    const messages = await decode(['{', { a: 1 }, null, [], 7, '7', '"x"'])
    expect(messages.map(errorOf)).toEqual([
      'InvalidPayloadError: record 0: its body must be valid JSON, received string',
      undefined,
      'InvalidPayloadError: record 2: its body must be an object, received null',
      'InvalidPayloadError: record 3: its body must be an object, received array',
      'InvalidPayloadError: record 4: its body must be an object, received number',
      'InvalidPayloadError: record 5: its body must be an object, received number',
      'InvalidPayloadError: record 6: its body must be an object, received string',
    ])
  })

  test('an event that is one invalid text is a message that has ended, not an error', async () => {
    expect((await decode('{')).map(errorOf)).toEqual([
      'InvalidPayloadError: record 0: its body must be valid JSON, received string',
    ])
  })
})

describe('an EventBridge event', () => {
  test('is a batch of one: its detail', async () => {
    const event = eventBridgeEvent({ order: 1 })
    const messages = await decode(event)
    expect(bodiesOf(messages)).toEqual([{ order: 1 }])
    expect(messages[0]?.record).toBe(event)
  })

  test('may be one of an array, or a text', async () => {
    const event = eventBridgeEvent({ order: 1 })
    expect(bodiesOf(await decode([event, { order: 2 }, JSON.stringify(event)]))).toEqual([
      { order: 1 },
      { order: 2 },
      { order: 1 },
    ])
  })

  test('of EventBridge Scheduler, whose detail is a text: what it holds', async () => {
    const schedule = { ...eventBridgeEvent('{}', 'Scheduled Event'), source: 'aws.scheduler' }
    expect(bodiesOf(await decode(schedule))).toEqual([{}])
    expect(bodiesOf(await decode([eventBridgeEvent('{"order":1}')]))).toEqual([{ order: 1 }])
  })

  test.each([
    ['string', 'x'],
    ['string', '"x"'],
    ['null', null],
    ['array', []],
  ])('whose detail is %s is refused', async (kind, detail) => {
    expect((await decode(eventBridgeEvent(detail))).map(errorOf)).toEqual([
      `InvalidPayloadError: record 0: its body must be an object, received ${kind}`,
    ])
  })

  test('without an envelope is what a rule made of it', async () => {
    const constant = { detail: { order: 1 }, source: 'me' } // no detail-type
    expect(bodiesOf(await decode(constant))).toEqual([constant])
  })
})
