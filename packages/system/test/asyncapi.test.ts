import specs from '@asyncapi/specs'
import { describe as describeTests, expect, test } from '@jest/globals'
import { type Description, describe, toAsyncApi } from '@lpipe/system'
import { Ajv, type AnySchema } from 'ajv'
import formats from 'ajv-formats'
import { described, lambda, object, sqs, to } from './descriptions.ts'
import shop from './systems/shop.ts'

const official = specs.schemasWithoutId['3.0.0'] as AnySchema
const ajv = new Ajv({ strict: false, allErrors: true, logger: false })
formats.default(ajv)
const validate = ajv.compile(official)

const problemsOf = (description: Description): unknown => {
  const document = toAsyncApi(description)
  return validate(document) ? [] : validate.errors
}

test('the document of a system is valid by the official JSON Schema', async () => {
  const description = await describe(shop, { file: new URL('./systems/shop.ts', import.meta.url) })
  expect(problemsOf(description)).toEqual([])
  const document = toAsyncApi(description, { title: 'Shop', version: '2.1.0' })
  expect(document).toMatchObject({
    asyncapi: '3.0.0',
    info: { title: 'Shop', version: '2.1.0' },
    channels: {
      'sqs.parcels': {
        address: 'parcels',
        servers: [{ $ref: '#/servers/sqs' }],
        messages: {
          'sqs.parcels.SHIP': {
            name: 'SHIP',
            title: 'SHIP',
            summary: 'Runs the path SHIP of the receiver.',
            payload: {
              required: ['path', 'kwargs'],
              properties: {
                path: { const: 'SHIP' },
                kwargs: { type: 'object', properties: { id: { type: 'string' } }, required: ['id', 'weight'] },
              },
            },
          },
        },
        bindings: { sqs: { queue: { name: 'parcels', fifoQueue: false } } },
      },
      'kinesis.events': { address: 'events', messages: { 'kinesis.events.ORDERED': {} } },
    },
    operations: {
      'shipping.receives.sqs.parcels': { action: 'receive', channel: { $ref: '#/channels/sqs.parcels' } },
      'orders.sends.kinesis.events': {
        action: 'send',
        channel: { $ref: '#/channels/kinesis.events' },
        messages: [{ $ref: '#/channels/kinesis.events/messages/kinesis.events.ORDERED' }], // not those that others send
      },
    },
  })
})

test('the official schema refuses what is wrong', () => {
  expect(validate({ asyncapi: '3.0.0', info: {}, channels: { a: { adress: 'x' } } })).toBe(false)
})

const string = { type: 'string' }
const recursive = {
  ...object({ next: { $ref: '#' } }, []),
  definitions: { a: string },
  items: { $ref: '#/definitions/a' },
}

test.each<[what: string, description: Description]>([
  ['nothing', described([], [])],
  ['odd names', described([sqs('orders.fifo')], [lambda('take', { 'Path $ / "x"': {} }, { reads: ['orders.fifo'] })])],
  [
    'a default path',
    described(
      [sqs('a')],
      [lambda('take', { A: { schema: object({ id: string }) } }, { reads: ['a'], defaultPath: 'A' })],
    ),
  ],
  [
    'a queue without a reader, and one that is not declared',
    described([sqs('a'), sqs('b', { declared: false })], [lambda('take', { A: { queues: [to('a', 'B'), to('b')] } })]),
  ],
  [
    'a schema that refers to itself',
    described([sqs('a')], [lambda('take', { A: { schema: recursive } }, { reads: ['a'] })]),
  ],
])('the document of %s is valid', (_, description) => {
  expect(problemsOf(description)).toEqual([])
})

test('references of a schema lead to its place in the document', () => {
  const document = toAsyncApi(described([sqs('a')], [lambda('take', { A: { schema: recursive } }, { reads: ['a'] })]))
  const kwargs = '#/channels/sqs.a/messages/sqs.a.A/payload/properties/kwargs'
  expect(JSON.stringify(document)).toContain(`{"$ref":"${kwargs}"}`)
  expect(JSON.stringify(document)).toContain(`{"$ref":"${kwargs}/definitions/a"}`)
})

test('names that differ in odd characters stay different', () => {
  const description = described([sqs('a')], [lambda('take', { 'A B': {}, 'A/B': {}, 'A.B': {} }, { reads: ['a'] })])
  expect(toAsyncApi(description)).toMatchObject({
    channels: { 'sqs.a': { messages: { 'sqs.a.A_20_B': {}, 'sqs.a.A_2f_B': {}, 'sqs.a.A.B': {} } } },
  })
  expect(problemsOf(description)).toEqual([])
})

test('a queue has its timeout and its dead-letter queue, and each channel its service', () => {
  const resources = [sqs('a', { visibilityTimeout: 90 }), { type: 'kinesis', name: 'k', declared: true }]
  const description = described([...resources, { type: 'constructor', name: 'own', declared: false }], [])
  expect(toAsyncApi(description)).toMatchObject({
    servers: { sqs: { protocol: 'sqs' }, kinesis: { protocol: 'kinesis', host: 'kinesis.{region}.amazonaws.com' } },
    channels: {
      'sqs.a': {
        servers: [{ $ref: '#/servers/sqs' }],
        bindings: {
          sqs: {
            queue: {
              visibilityTimeout: 90,
              redrivePolicy: { deadLetterQueue: { name: 'dead' }, maxReceiveCount: 5 },
            },
          },
        },
      },
      'kinesis.k': { servers: [{ $ref: '#/servers/kinesis' }] },
    },
  })
  expect(JSON.stringify(toAsyncApi(description))).not.toContain('servers/constructor')
  expect(problemsOf(description)).toEqual([])
})

describeTests('a document of one Lambda', () => {
  const orders = lambda('orders', { A: { queues: [to('parcels', 'A')] } }, { reads: ['orders'] })
  const shipping = lambda('shipping', { A: { schema: object({ id: string }) } }, { reads: ['parcels'] })
  const description = described([sqs('orders'), sqs('parcels'), sqs('others')], [orders, shipping])

  test('has its operations and their channels alone', () => {
    const document = toAsyncApi(description, { function: 'orders', version: '2.0.0' })
    expect(validate(document)).toBe(true)
    expect(document).toMatchObject({
      info: { title: 'orders', version: '2.0.0', description: 'Lambda function orders: timeout 3 s, memory 128 MB.' },
    })
    expect(Object.keys(document['channels'] as object)).toEqual(['sqs.orders', 'sqs.parcels'])
    expect(Object.keys(document['operations'] as object)).toEqual([
      'orders.receives.sqs.orders',
      'orders.sends.sqs.parcels',
    ])
  })

  test('names a message as the document of its receiver, and not as one of another queue', () => {
    const messagesOf = (name: string) =>
      Object.values(
        toAsyncApi(description, { function: name })['channels'] as Record<string, { messages: object }>,
      ).map(({ messages }) => messages)
    expect(messagesOf('orders').map(Object.keys)).toEqual([['sqs.orders.A'], ['sqs.parcels.A']])
    expect(messagesOf('shipping')).toEqual(messagesOf('orders').slice(1))
  })

  test('requires that the system has the Lambda', () => {
    expect(() => toAsyncApi(description, { function: 'order' })).toThrow(
      "toAsyncApi: no function is called 'order'. Functions: orders, shipping",
    )
  })
})

test('a message that a topic delivers to a queue has the id that its sender knows', () => {
  const news = { type: 'sns', name: 'news', path: 'A' }
  const description = described(
    [sqs('inbox', { subscriptions: [{ topic: 'news', raw: true }] }), { type: 'sns', name: 'news', declared: true }],
    [lambda('writer', { W: { queues: [news] } }), lambda('reader', { A: {} }, { reads: ['inbox'] })],
  )
  expect(toAsyncApi(description, { function: 'reader' })).toMatchObject({
    channels: { 'sqs.inbox': { messages: { 'sns.news.A': { name: 'A' } } } },
  })
  expect(toAsyncApi(description, { function: 'writer' })).toMatchObject({
    channels: { 'sns.news': { messages: { 'sns.news.A': { name: 'A' } } } },
  })
  expect(problemsOf(description)).toEqual([])
})

test('a path that several functions check has the schemas of all', () => {
  const fn = lambda('take', { A: { schema: object({ id: string }) } }, { reads: ['a'] })
  const [path] = fn.paths
  const both = [
    ...(path?.actions ?? []),
    { functions: [{ name: 'b', schema: object({ n: string }) }], paths: [], queues: [] },
  ]
  const description = described([sqs('a')], [{ ...fn, paths: [{ name: 'A', actions: both, payloads: [] }] }])
  expect(JSON.stringify(toAsyncApi(description))).toContain('"allOf":[')
  expect(problemsOf(description)).toEqual([])
})
