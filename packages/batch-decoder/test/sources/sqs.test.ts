import { describe, expect, test } from '@jest/globals'
import { sqsEvent } from '@lpipe/testing'
import { bodiesOf, decode, whyNot } from './decode.ts'

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
    ['JSON that is none', '{bad json', 'its body must be valid JSON, got text'],
    ['an empty text', '', 'its body must be valid JSON, got text'],
    ['an array', '[1]', 'its body must be an object, got an array'],
    ['null', 'null', 'its body must be an object, got null'],
    ['a text', '"x"', 'its body must be an object, got text'],
    ['a number', '7', 'its body must be an object, got number'],
    ['a number beyond all', '1e999', 'its body must be an object, got number'],
    ['brackets without end', '['.repeat(100_000), 'its body must be valid JSON, got text'],
  ])('with %s harms only itself', async (_, body, why) => {
    const messages = await decode(sqsEvent([{ a: 1 }, body, { a: 2 }]))
    expect(messages.map(whyNot)).toEqual([undefined, `InvalidPayloadError: record message-1: ${why}`, undefined])
    expect(bodiesOf(messages)).toEqual([{ a: 1 }, undefined, { a: 2 }])
  })

  test.each([
    ['missing', undefined, 'nothing'],
    ['null', null, 'null'],
    ['an object', {}, 'an object'],
    ['a number', 7, 'number'],
  ])('whose body is %s is told apart', async (_, body, kind) => {
    const Records = [{ messageId: 'm', eventSource: 'aws:sqs', body }]
    expect((await decode({ Records })).map(whyNot)).toEqual([
      `InvalidPayloadError: record m: its body must be valid JSON, got ${kind}`,
    ])
  })

  test.each([undefined, null, '', 7, {}])(
    'with the id %p has none, and is called by its position',
    async (messageId) => {
      const [message] = await decode({ Records: [{ messageId, eventSource: 'aws:sqs', body: 'x' }] })
      expect(message?.id).toBeUndefined()
      expect(whyNot(message as never)).toBe('InvalidPayloadError: record 0: its body must be valid JSON, got text')
    },
  )

  test.each([null, 'x', 7, [], {}])('that is %p harms only itself', async (record) => {
    const { Records } = sqsEvent([{ a: 1 }])
    const messages = await decode({ Records: [record, ...Records] }, { source: 'sqs' })
    expect(messages.map(whyNot)).toEqual([
      'InvalidPayloadError: record 0: its body must be valid JSON, got nothing',
      undefined,
    ])
  })

  test('never has its content quoted in an error', async () => {
    const [message] = await decode(sqsEvent(['{"card": "4111 1111 1111 1111"']))
    expect(whyNot(message as never)).not.toContain('4111')
  })

  test("keeps keys such as __proto__ as its own, and the prototype stays everybody's", async () => {
    const [message] = await decode(sqsEvent(['{"__proto__": {"polluted": true}, "constructor": 1}']))
    expect(Object.keys(message?.body ?? {})).toEqual(['__proto__', 'constructor'])
    expect(Object.getPrototypeOf(message?.body)).toBe(Object.prototype)
    expect({}).not.toHaveProperty('polluted')
  })
})
