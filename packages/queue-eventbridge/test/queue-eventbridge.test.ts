import type { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { InvalidConfigurationError, type Queue } from '@lpipe/core'
import { queueEventBridge } from '@lpipe/queue-eventbridge'
import {
  entryFor,
  invoke,
  invokeWithOutcomes,
  sendEntries,
  senderContract,
  silentLogger,
  sqsEvent,
} from '@lpipe/testing'
import middy from '@middy/core'
import fc from 'fast-check'
import { action, lpipe, queue } from 'lpipe-preset'
import { bus, type LocalEventBridge, startEventBridge } from './event-bridge.ts'

let local: LocalEventBridge
beforeAll(async () => {
  local = await startEventBridge()
})
afterAll(() => local.stop())

let count = 0
let name = ''
beforeEach(() => {
  count += 1
  name = `bus-${count}`
  local.buses.set(name, [])
  local.calls.length = 0
})

const detailsOn = (of: string): unknown[] => (local.buses.get(of) ?? []).map(({ Detail = '' }) => JSON.parse(Detail))

describe('keeps the contract of senders', () => {
  test.each(senderContract)('$name', async ({ check }) => {
    await check({
      sender: queueEventBridge() as never, // made from the SDK's own environment
      queue: bus(name),
      missing: bus('nowhere'),
      arrived: async () => detailsOn(name),
      objectsOnly: true,
    })
  })
})

describe('an event', () => {
  test('has the path as its detail-type, and the hops in its detail', async () => {
    const to = bus(name, { detailType: undefined, path: 'ORDER_PLACED', resources: ['arn:aws:s3:::orders'] })
    const entry = entryFor(to, {}, { body: '{"path":"ORDER_PLACED","kwargs":{"id":1}}' })
    await sendEntries(queueEventBridge({ client: local.client }), to, [entry])
    expect(local.buses.get(name)).toEqual([
      {
        EventBusName: name,
        Source: 'shop',
        DetailType: 'ORDER_PLACED',
        Detail: '{"path":"ORDER_PLACED","kwargs":{"id":1},"lpipe":{"lpipe-trail":"1|test"}}',
        Resources: ['arn:aws:s3:::orders'],
      },
    ])
  })

  test('has the trace header', async () => {
    const traceHeader = 'Root=1-67891233-abcdef012345678912345678'
    const to = bus(name)
    await sendEntries(queueEventBridge({ client: local.client }), to, [entryFor(to, {}, { traceHeader })])
    expect(local.buses.get(name)).toMatchObject([{ TraceHeader: traceHeader }])
  })

  test('has as many bytes as its size says: that many are accepted, one more is not', async () => {
    const to = bus(name, { resources: ['é'] })
    const sender = queueEventBridge({ client: local.client })
    const left = sender.maxBytes - sender.prepare(entryFor(to, { a: '' })).size
    expect(await sendEntries(sender, to, [entryFor(to, { a: 'x'.repeat(left) })])).toEqual([undefined])
    await expect(sendEntries(sender, to, [entryFor(to, { a: 'x'.repeat(left + 1) })])).rejects.toMatchObject({
      name: 'ValidationException',
    })
  })

  test.each([1, 'text', null, [1]])('that is %j instead of an object is undeliverable', (value) => {
    expect(() => queueEventBridge().prepare(entryFor(bus(name), value))).toThrow(
      expect.objectContaining({
        name: 'UndeliverableError',
        message: `cannot send to eventbridge ${name}: EventBridge takes objects only`,
      }),
    )
  })

  test('of any kwargs is a JSON object, and its size is that of its texts', () => {
    const to = bus(name, { path: 'MADE' })
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.dictionary(fc.string(), fc.string()),
        (kwargs, headers) => {
          const body = JSON.stringify({ path: 'MADE', kwargs })
          const { wire, size } = queueEventBridge().prepare(entryFor(to, kwargs, { body, headers }))
          expect(JSON.parse(wire.Detail as string)).toEqual({
            ...JSON.parse(body),
            lpipe: JSON.parse(JSON.stringify(headers)),
          })
          expect(size).toBe('shopMade'.length + Buffer.byteLength(wire.Detail as string))
        },
      ),
    )
  })

  test('whose computed detail-type is too long is undeliverable', () => {
    const to = bus(name, { detailType: ({ kwargs }: { kwargs: { type: string } }) => kwargs.type })
    expect(queueEventBridge().prepare(entryFor(to, { type: 'T'.repeat(128) })).wire.DetailType).toHaveLength(128)
    expect(() => queueEventBridge().prepare(entryFor(to, { type: 'T'.repeat(129) }))).toThrow(
      `cannot send to eventbridge ${name}: its detail-type has 129 characters, and the limit is 128`,
    )
  })
})

describe('a bus', () => {
  test('is looked up once, the default one never', async () => {
    const sender = queueEventBridge({ client: local.client })
    for (let call = 0; call < 2; call += 1) {
      for (const to of [bus(name), bus('default')]) await sendEntries(sender, to, [entryFor(to, {})])
    }
    expect(local.calls).toEqual(['DescribeEventBus', 'PutEvents 1', 'PutEvents 1', 'PutEvents 1', 'PutEvents 1'])
  })

  test('that does not exist yet is looked up again at the next send', async () => {
    const sender = queueEventBridge({ client: local.client })
    const to = bus(`${name}-new`)
    await expect(sendEntries(sender, to, [entryFor(to, {})])).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    })
    local.buses.set(`${name}-new`, [])
    expect(await sendEntries(sender, to, [entryFor(to, {})])).toEqual([undefined])
  })

  test('that must not be looked up: the error names the right and the option', async () => {
    local.denied.add('DescribeEventBus')
    const to = bus(name)
    await expect(sendEntries(queueEventBridge({ client: local.client }), to, [entryFor(to, {})])).rejects.toThrow(
      'Grant events:DescribeEventBus, or set `verifyBus: false`',
    )
    const sender = queueEventBridge({ client: local.client, verifyBus: false })
    expect(await sendEntries(sender, to, [entryFor(to, {})])).toEqual([undefined])
    local.denied.clear()
  })

  test('is looked up and sent to with the signal of the call', async () => {
    const signals: unknown[] = []
    const client = {
      send: async (command: { constructor: { name: string } }, { abortSignal }: { abortSignal: AbortSignal }) => {
        signals.push([command.constructor.name, abortSignal])
        return { Entries: [{ EventId: 'a' }] }
      },
    } as unknown as EventBridgeClient
    const { signal } = new AbortController()
    const to = bus(name)
    await sendEntries(queueEventBridge({ client }), to, [entryFor(to, {})], signal)
    expect(signals).toEqual([
      ['DescribeEventBusCommand', signal],
      ['PutEventsCommand', signal],
    ])
  })
})

describe('the answer of a call', () => {
  test('names each event that was refused, and whether a retry may help, without the text of EventBridge', async () => {
    local.failures.push('InternalFailure', undefined, 'ThrottlingException', 'MalformedDetail')
    const to = bus(name)
    const refused = (code: string, senderFault: boolean) => ({
      code,
      reason: 'EventBridge refused the event',
      senderFault,
    })
    const entries = [1, 2, 3, 4].map((id) => entryFor(to, { id }))
    expect(await sendEntries(queueEventBridge({ client: local.client }), to, entries)).toEqual([
      refused('InternalFailure', false),
      undefined,
      refused('ThrottlingException', false),
      refused('MalformedDetail', true),
    ])
    expect(detailsOn(name)).toEqual([{ id: 2 }])
  })

  test.each([
    'AccessDeniedException',
    'InvalidAccountIdException',
    'InvalidArgument',
    'RedactionFailure',
    'NotAuthorizedForSourceException',
    'NotAuthorizedForDetailTypeException',
  ])('%s is final', async (code) => {
    local.failures.push(code)
    const to = bus(name)
    const [failure] = await sendEntries(queueEventBridge({ client: local.client }), to, [entryFor(to, {})])
    expect(failure).toMatchObject({ code, senderFault: true })
  })

  test.each<[what: string, output: object]>([
    ['without entries', {}],
    ['with fewer entries', { Entries: [] }],
    ['without an id', { Entries: [{}] }],
    ['with an id and an error', { Entries: [{ EventId: 'a', ErrorCode: 'X' }] }],
    ['with null for both', { Entries: [{ EventId: null, ErrorCode: null }] }],
  ])('%s does not count as accepted', async (_, output) => {
    const client = { send: async () => output } as unknown as EventBridgeClient
    const to = bus('default')
    const [failure] = await sendEntries(queueEventBridge({ client }), to, [entryFor(to, {})])
    expect(failure).toMatchObject({ senderFault: false })
  })
})

describe('in a Lambda', () => {
  const sender = Object.assign(
    () => queueEventBridge({ client: local.client }),
    queueEventBridge,
  ) as typeof queueEventBridge
  const lambda = (to: Queue, options: object = {}) =>
    middy().use(
      lpipe({
        paths: { ORDER: [action({ queues: [to], includeAllParams: true })] },
        logger: silentLogger(),
        ...options,
      }),
    )
  const orders = (size: number) =>
    sqsEvent(Array.from({ length: size }, (_, id) => ({ path: 'ORDER', kwargs: { id } })))

  test('what its messages send shares calls; events that were refused are retried', async () => {
    local.failures.push(undefined, 'ThrottlingException')
    const to = queue({ type: 'eventbridge', name, source: 'shop', path: 'PLACED', sender })
    expect(await invoke(lambda(to, { delivery: { retryMillis: 1 } }), orders(12))).toEqual({ batchItemFailures: [] })
    const ids = detailsOn(name).map((detail) => (detail as { kwargs: { id: number } }).kwargs.id)
    expect(ids.sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, id) => id))
    expect(local.calls.filter((call) => call.startsWith('PutEvents'))).toHaveLength(3)
  })

  test('an event that is refused for good fails its message alone', async () => {
    local.failures.push(undefined, 'MalformedDetail')
    const to = queue({ type: 'eventbridge', name, source: 'shop', path: 'PLACED', sender })
    const { outcomes, response } = await invokeWithOutcomes(lambda(to), orders(3))
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['succeeded', 'failed', 'succeeded'])
    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-1' }] })
  })

  test('a bus that does not exist fails its messages: nothing is lost', async () => {
    const to = queue({ type: 'eventbridge', name: 'nowhere', source: 'shop', path: 'PLACED', sender })
    const { response } = await invokeWithOutcomes(lambda(to), orders(2))
    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }, { itemIdentifier: 'message-1' }] })
  })

  test('a dropped message goes to a bus', async () => {
    const deadLetter = queue({ type: 'eventbridge', name, source: 'shop', detailType: 'Dropped', sender })
    const handler = lambda(queue({ type: 'eventbridge', name, source: 'shop', path: 'PLACED', sender }), { deadLetter })
    expect(await invoke(handler, sqsEvent([{ path: 'NOWHERE', kwargs: {} }]))).toEqual({ batchItemFailures: [] })
    expect(local.buses.get(name)).toMatchObject([{ DetailType: 'Dropped' }])
    expect(detailsOn(name)).toMatchObject([{ error: { name: 'InvalidPathError' } }])
  })

  test('an event that EventBridge delivers to a Lambda counts its hops', async () => {
    const to = queue({ type: 'eventbridge', name, source: 'shop', path: 'ORDER', sender })
    const handler = lambda(to, { maxHops: 2 })
    const deliver = () => ({
      version: '0',
      id: '1',
      'detail-type': 'ORDER',
      source: 'shop',
      detail: detailsOn(name).at(-1) ?? { path: 'ORDER', kwargs: { id: 1 } },
    })
    await invoke(handler, deliver())
    await invoke(handler, deliver())
    await expect(invoke(handler, deliver())).rejects.toThrow()
    expect(detailsOn(name)).toHaveLength(2)
  })
})

describe('what EventBridge would refuse at each send is refused when the queue is made', () => {
  const make = (options: object) =>
    queue({
      type: 'eventbridge',
      name: 'shop',
      source: 'shop',
      path: 'P',
      sender: queueEventBridge,
      ...options,
    } as never)

  test.each<[what: string, options: object, says: string]>([
    ['no source', { source: undefined }, "requires `source`, which rules match, for example 'shop.orders'"],
    ['an empty source', { source: '' }, '`source` must be a non-empty string'],
    ['a source of AWS', { source: 'aws.s3' }, "which only AWS may use, received 'aws.s3'"],
    ['neither path nor detail-type', { path: undefined }, 'requires `detailType`, or `path`'],
    ['a path of 129 characters', { path: 'P'.repeat(129) }, 'must have at most 128 characters'],
    ['a detail-type of 129 characters', { detailType: 'P'.repeat(129) }, 'must have at most 128 characters'],
    ['a detail-type that is a number', { detailType: 7 }, '`detailType` must be a non-empty string or a function'],
    ['resources that are a string', { resources: 'arn' }, '`resources` must be an array of ARNs'],
    ['a name with a space', { name: 'my bus' }, '`name` must be the name or the ARN of an event bus'],
    [
      'the ARN of a rule',
      { name: 'arn:aws:events:eu-west-1:123456789012:rule/x' },
      '`name` must be the name or the ARN',
    ],
    ['a URL', { name: undefined, url: 'https://x' }, 'an event bus has no `url`; set `name` to its name or ARN'],
    ['an option of SQS', { groupId: 'x' }, 'unknown option `groupId`'],
  ])('%s', (_, options, says) => {
    expect(() => make(options)).toThrow(InvalidConfigurationError)
    expect(() => make(options)).toThrow(says)
  })

  test.each([
    { name: 'arn:aws:events:eu-west-1:123456789012:event-bus/shop', resources: [] },
    { name: 'aws.partner/example.com/123', detailType: () => 'x' },
    { path: undefined, detailType: 'Order Placed' },
  ])('%j is accepted', (options) => {
    expect(() => make(options)).not.toThrow()
  })

  test('options of the sender', () => {
    expect(() => queueEventBridge({ verify: false } as never)).toThrow(InvalidConfigurationError)
    expect(queueEventBridge()).toMatchObject({ maxEntries: 10, maxBytes: 1_048_575 })
    expect(queueEventBridge({ maxEntries: 50, maxBytes: 1e9 })).toMatchObject({ maxEntries: 10, maxBytes: 1_048_575 })
    expect(queueEventBridge({ maxEntries: 2, maxBytes: 99 })).toMatchObject({ maxEntries: 2, maxBytes: 99 })
  })
})
