import { describe, expect, test } from '@jest/globals'
import { batchDecoder } from '@lpipe/batch-decoder'
import { InvalidConfigurationError, type LpipeContext, type Message } from '@lpipe/core'
import { enterMiddleware } from '@lpipe/core/middleware'
import { type MessageNormalizerOptions, messageNormalizer } from '@lpipe/message-normalizer'
import { eventBridgeEvent, invoke, kinesisEvent, sqsEvent } from '@lpipe/testing'
import middy, { type MiddlewareObj } from '@middy/core'
import fc from 'fast-check'

/** Stands in for batchResponse(), whose package this one does not depend on. */
const response: MiddlewareObj = { before: (request) => void enterMiddleware(request, 'batchResponse') }

const normalize = async (event: unknown, options?: MessageNormalizerOptions): Promise<readonly Message[]> => {
  let received: readonly Message[] = []
  const handler = middy(async (_: unknown, { lpipe }: LpipeContext) => {
    void lpipe.messages // prepares them
    received = lpipe.received
  }).use([response, batchDecoder(), messageNormalizer(options)])
  await invoke(handler, event)
  return received
}

const errorOf = ({ result }: Message) => (result?.status === 'rejected' ? String(result.reason) : undefined)

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

  test('ignores other members', async () => {
    const [message] = await normalize([{ path: 'SHIP', kwargs: {}, trace: 'x' }])
    expect(message?.payload).toMatchObject({ path: 'SHIP', kwargs: {} })
  })

  test.each([
    ['no path', { kwargs: {} }, 'its `path` must be a non-empty string, received missing'],
    ['an empty path', { path: '', kwargs: {} }, 'its `path` must be a non-empty string, received an empty string'],
    ['a path of null', { path: null, kwargs: {} }, 'its `path` must be a non-empty string, received null'],
    ['a path of another type', { path: ['A'], kwargs: {} }, 'its `path` must be a non-empty string, received array'],
    ['no kwargs', { path: 'A' }, 'its `kwargs` must be an object, received missing. Send `kwargs: {}` for none'],
    ['kwargs of null', { path: 'A', kwargs: null }, 'its `kwargs` must be an object, received null'],
    ['kwargs in an array', { path: 'A', kwargs: [1] }, 'its `kwargs` must be an object, received array'],
    ['kwargs that are a string', { path: 'A', kwargs: '{}' }, 'its `kwargs` must be an object, received string'],
    ['nothing at all', {}, 'its `path` must be a non-empty string, received missing'],
  ])('with %s ends its message alone', async (_, body, why) => {
    const good = { path: 'A', kwargs: {} }
    const messages = await normalize(sqsEvent([good, body, good]))
    expect(messages.map(errorOf)).toEqual([undefined, `InvalidPayloadError: record message-1: ${why}`, undefined])
    expect(messages.map(({ payload }) => payload?.path)).toEqual(['A', undefined, 'A'])
  })

  test("does not take the prototype's members for the body's", async () => {
    const body = '{"__proto__": {"path": "A", "kwargs": {}}}'
    const [message] = await normalize(sqsEvent([body]))
    expect(errorOf(message as never)).toMatch(/its `path` must be a non-empty string/)
  })

  test('names a record without an id by its position', async () => {
    expect((await normalize([{}, 1])).map(errorOf)).toEqual([
      'InvalidPayloadError: record 0: its `path` must be a non-empty string, received missing',
      'InvalidPayloadError: record 1: its body must be an object, received number', // the decoder's error stays
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

  test('accepts any object', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), async (body) => {
        const [message] = await normalize([body], { basic: true })
        expect(errorOf(message as never)).toBeUndefined()
        expect(message?.payload?.kwargs).toBe(message?.body)
      }),
    )
  })
})

test('what cannot be decoded has no payload', async () => {
  const [message] = await normalize(['{'], { basic: true })
  expect(message).toMatchObject({ payload: undefined, outcome: 'failed' })
})

test('without batchDecoder() the invocation throws', async () => {
  const handler = middy(async () => []).use(messageNormalizer())
  await expect(invoke(handler, {})).rejects.toThrow(
    new InvalidConfigurationError(
      'messageNormalizer() requires batchDecoder() before it. Add it, or swap them if it comes later',
    ),
  )
})

test('a misspelt option is refused when it is made', () => {
  const loose = messageNormalizer as (options: unknown) => unknown
  expect(() => loose({ basci: true })).toThrow(
    new InvalidConfigurationError('messageNormalizer: unknown option `basci`. Known options: basic'),
  )
  expect(messageNormalizer().before?.name).toBe('messageNormalizerBefore')
})
