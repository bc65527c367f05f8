import specs from '@asyncapi/specs'
import { expect, test } from '@jest/globals'
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
        messages: {
          SHIP: {
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
      'kinesis.events': { address: 'events', messages: { ORDERED: {} } },
    },
    operations: {
      'shipping.receives.sqs.parcels': { action: 'receive', channel: { $ref: '#/channels/sqs.parcels' } },
      'orders.sends.kinesis.events': {
        action: 'send',
        channel: { $ref: '#/channels/kinesis.events' },
        messages: [{ $ref: '#/channels/kinesis.events/messages/ORDERED' }], // not those that others send
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
  const kwargs = '#/channels/sqs.a/messages/A/payload/properties/kwargs'
  expect(JSON.stringify(document)).toContain(`{"$ref":"${kwargs}"}`)
  expect(JSON.stringify(document)).toContain(`{"$ref":"${kwargs}/definitions/a"}`)
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
