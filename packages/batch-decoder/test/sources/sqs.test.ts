import { describe, expect, test } from '@jest/globals'
import { sqsEvent } from '@lpipe/testing'
import { bodiesOf, decode, errorOf } from '../decode.ts'

describe('an SQS record', () => {
  test('becomes a message, untouched, with its id and queue', async () => {
    const event = sqsEvent([{ foo: 'bar' }, { foo: 'baz' }], { name: 'orders' })
    const messages = await decode(event)
    expect(messages).toMatchObject([
      { index: 0, id: 'message-0', body: { foo: 'bar' }, outcome: undefined },
      { index: 1, id: 'message-1', body: { foo: 'baz' }, eventSource: 'arn:aws:sqs:us-east-1:000000000000:orders' },
    ])
    expect(messages[0]?.record).toBe(event.Records[0])
  })

  test.each([
    ['a body that is not JSON', '{bad json', 'its body must be valid JSON, received string'],
    ['an empty text', '', 'its body must be valid JSON, received string'],
    ['an array', '[1]', 'its body must be an object, received array'],
    ['null', 'null', 'its body must be an object, received null'],
    ['a text', '"x"', 'its body must be an object, received string'],
    ['a number', '7', 'its body must be an object, received number'],
    ['a number beyond all', '1e999', 'it holds a number that JavaScript cannot represent. Send it as a string'],
    ['brackets without end', '['.repeat(100_000), 'its body must be valid JSON, received string'],
  ])('with %s changes no other record', async (_, body, why) => {
    const messages = await decode(sqsEvent([{ a: 1 }, body, { a: 2 }]))
    expect(messages.map(errorOf)).toEqual([undefined, `InvalidPayloadError: record message-1: ${why}`, undefined])
    expect(bodiesOf(messages)).toEqual([{ a: 1 }, undefined, { a: 2 }])
  })

  test.each([
    ['missing', undefined, 'missing'],
    ['null', null, 'null'],
    ['an array', [], 'array'],
    ['a boolean', true, 'boolean'],
    ['a number', 7, 'number'],
  ])('whose body is %s is refused with its type', async (_, body, kind) => {
    const Records = [{ messageId: 'm', eventSource: 'aws:sqs', body }]
    expect((await decode({ Records })).map(errorOf)).toEqual([
      `InvalidPayloadError: record m: its body must be valid JSON, received ${kind}`,
    ])
  })

  test.each([undefined, null, '', 7, {}])(
    'with the id %p has none, and is named by its position',
    async (messageId) => {
      const [message] = await decode({ Records: [{ messageId, eventSource: 'aws:sqs', body: 'x' }] })
      expect(message?.id).toBeUndefined()
      expect(errorOf(message as never)).toBe(
        'InvalidPayloadError: record 0: its body must be valid JSON, received string',
      )
    },
  )

  test('whose body a middleware in front has parsed is taken as it is', async () => {
    const { Records } = sqsEvent([{ a: 1 }])
    const parsed = { Records: [{ ...Records[0], body: { parsed: true } }] }
    expect(bodiesOf(await decode(parsed))).toEqual([{ parsed: true }])
    // Without the name of the service the record may be anything.
    expect((await decode({ Records: [{ body: {} }] }, { source: 'sqs' })).map(errorOf)).toEqual([
      'InvalidPayloadError: record 0: its body must be valid JSON, received object',
    ])
  })

  test.each([null, 'x', 7, [], {}])('that is %p changes no other record', async (record) => {
    const { Records } = sqsEvent([{ a: 1 }])
    const messages = await decode({ Records: [record, ...Records] }, { source: 'sqs' })
    expect(messages.map(errorOf)).toEqual([
      'InvalidPayloadError: record 0: its body must be valid JSON, received missing',
      undefined,
    ])
  })

  test('never has its content quoted in an error', async () => {
    const [message] = await decode(sqsEvent(['{"card": "4111 1111 1111 1111"']))
    expect(errorOf(message as never)).not.toContain('4111')
  })

  test('keeps keys such as __proto__ as its own, and no prototype is changed', async () => {
    const [message] = await decode(sqsEvent(['{"__proto__": {"polluted": true}, "constructor": 1}']))
    expect(Object.keys(message?.body ?? {})).toEqual(['__proto__', 'constructor'])
    expect(Object.getPrototypeOf(message?.body)).toBe(Object.prototype)
    expect({}).not.toHaveProperty('polluted')
  })
})
