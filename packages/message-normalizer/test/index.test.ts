import { describe, expect, test } from '@jest/globals'
import { batchDecoder } from '@lpipe/batch-decoder'
import { InvalidConfigurationError, type LpipeContext, type Message } from '@lpipe/core'
import { type MessageNormalizerOptions, messageNormalizer } from '@lpipe/message-normalizer'
import { eventBridgeEvent, invoke, kinesisEvent, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import fc from 'fast-check'

const normalize = async (event: unknown, options?: MessageNormalizerOptions): Promise<readonly Message[]> => {
  let received: readonly Message[] = []
  const handler = middy(async (_: unknown, { lpipe }: LpipeContext) => {
    received = lpipe.received
  }).use([batchDecoder(), messageNormalizer(options)])
  await invoke(handler, event)
  return received
}

const whyNot = ({ result }: Message) => (result?.status === 'rejected' ? String(result.reason) : undefined)

describe('the structure of a directed graph', () => {
  test('names a path and its kwargs, and keeps where they came from', async () => {
    const [message] = await normalize(sqsEvent([{ path: 'SHIP', kwargs: { id: 1 } }], { name: 'orders' }))
    expect(message?.payload).toMatchObject({
      path: 'SHIP',
      queue: undefined,
      kwargs: { id: 1 },
      eventSource: 'arn:aws:sqs:us-east-1:000000000000:orders',
    })
  })

  test('does not mind other members', async () => {
    const [message] = await normalize([{ path: 'SHIP', kwargs: {}, trace: 'x' }])
    expect(message?.payload).toMatchObject({ path: 'SHIP', kwargs: {} })
  })

  test.each([
    ['no path', { kwargs: {} }, 'its path must be text and not empty, got nothing'],
    ['an empty path', { path: '', kwargs: {} }, 'its path must be text and not empty, got text'],
    ['a path of null', { path: null, kwargs: {} }, 'its path must be text and not empty, got null'],
    ['a path of another kind', { path: ['A'], kwargs: {} }, 'its path must be text and not empty, got an array'],
    ['no kwargs', { path: 'A' }, 'its kwargs must be an object, got nothing'],
    ['kwargs of null', { path: 'A', kwargs: null }, 'its kwargs must be an object, got null'],
    ['kwargs in an array', { path: 'A', kwargs: [1] }, 'its kwargs must be an object, got an array'],
    ['kwargs of text', { path: 'A', kwargs: '{}' }, 'its kwargs must be an object, got text'],
    ['nothing at all', {}, 'its path must be text and not empty, got nothing'],
  ])('with %s ends its message alone', async (_, body, why) => {
    const good = { path: 'A', kwargs: {} }
    const messages = await normalize(sqsEvent([good, body, good]))
    expect(messages.map(whyNot)).toEqual([undefined, `InvalidPayloadError: record message-1: ${why}`, undefined])
    expect(messages.map(({ payload }) => payload?.path)).toEqual(['A', undefined, 'A'])
  })

  test("does not take the prototype's members for the body's", async () => {
    const body = '{"__proto__": {"path": "A", "kwargs": {}}}'
    const [message] = await normalize(sqsEvent([body]))
    expect(whyNot(message as never)).toMatch(/its path must be text/)
  })

  test('calls a record without an id by its position', async () => {
    expect((await normalize([{}, 1])).map(whyNot)).toEqual([
      'InvalidPayloadError: record 0: its path must be text and not empty, got nothing',
      'InvalidPayloadError: record 1: its body must be an object, got number', // the decoder's words stay
    ])
  })
})

describe('the basic structure', () => {
  test.each([
    ['SQS', sqsEvent([{ foo: 'bar' }])],
    ['Kinesis', kinesisEvent([{ foo: 'bar' }])],
    ['EventBridge', eventBridgeEvent({ foo: 'bar' })],
    ['RAW', { foo: 'bar' }],
  ])('is the whole body: %s', async (_, event) => {
    const [message] = await normalize(event, { basic: true })
    expect(message?.payload).toMatchObject({ path: undefined, queue: undefined, kwargs: { foo: 'bar' } })
  })

  test('keeps path and kwargs as members like any other', async () => {
    const body = { path: 'A', kwargs: { id: 1 } }
    const [message] = await normalize([body], { basic: true })
    expect(message?.payload).toMatchObject({ path: undefined, kwargs: body })
  })

  test('lets through any object, whatever it holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), async (body) => {
        const [message] = await normalize([body], { basic: true })
        expect(whyNot(message as never)).toBeUndefined()
        expect(message?.payload?.kwargs).toBe(message?.body)
      }),
    )
  })
})

test('what cannot be decoded has no payload', async () => {
  const [message] = await normalize(['{'], { basic: true })
  expect(message).toMatchObject({ payload: undefined, outcome: 'failed' })
})

test('without a decoder it says what is missing', async () => {
  const handler = middy(async () => []).use(messageNormalizer())
  await expect(invoke(handler, {})).rejects.toThrow(
    new InvalidConfigurationError('lpipe: to read the event, it needs batchDecoder() before it'),
  )
})

test('a misspelt option is refused when it is made', () => {
  const loose = messageNormalizer as (options: unknown) => unknown
  expect(() => loose({ basci: true })).toThrow(
    new InvalidConfigurationError("messageNormalizer: unknown option 'basci'. It takes: basic"),
  )
  expect(messageNormalizer().before?.name).toBe('messageNormalizerBefore')
})
