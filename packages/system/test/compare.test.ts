import { describe, expect, test } from '@jest/globals'
import { compare, type FunctionDescription, type JsonSchema } from '@lpipe/system'
import { described, lambda, object, sqs } from './descriptions.ts'

const string = { type: 'string' }
const orders = (paths: Parameters<typeof lambda>[1], more: Partial<FunctionDescription> = {}, queue = 'orders') =>
  described([sqs(queue)], [lambda('orders', paths, { reads: [queue], ...more })])
const withSchema = (schema: JsonSchema) => orders({ ORDER: { schema } })

/** A Lambda whose action picks members. */
const picking = (...requires: string[]) => {
  const [fn] = orders({ ORDER: {} }).functions
  const actions = [{ functions: [{ name: 'order' }], requires, paths: [], queues: [] }]
  return orders({}, { ...fn, paths: [{ name: 'ORDER', payloads: [], actions }] })
}

const before = orders({ ORDER: { schema: object({ id: string }) }, CANCEL: {} })

const changes: [
  code: string,
  severity: string,
  message: string,
  after: ReturnType<typeof orders>,
  from?: typeof before,
][] = [
  [
    'removed-path',
    'error',
    '`orders` has no path CANCEL for messages any more (paths: ORDER); those that are still on `orders` are dropped',
    orders({ ORDER: { schema: object({ id: string }) } }),
  ],
  [
    'removed-path',
    'error',
    '`orders` has no path CANCEL for messages any more',
    orders({ ORDER: { schema: object({ id: string }) }, CANCEL: {} }, { entries: ['ORDER'] }),
  ],
  [
    'narrowed-schema',
    'error',
    '`order` refuses messages that it accepted before: total: is missing, but required. Those that are still on `orders` are dropped',
    withSchema(object({ id: string, total: { type: 'number' } })),
    withSchema(object({ id: string })),
  ],
  [
    'narrowed-schema',
    'error',
    'id: may be string, expected number',
    withSchema(object({ id: { type: 'number' } })),
    withSchema(object({ id: string })),
  ],
  [
    'narrowed-schema',
    'error',
    '`requiredParams` refuses messages that it accepted before: weight: is missing, but required',
    picking('id', 'weight'),
    picking('id'),
  ],
  [
    'added-schema',
    'warning',
    '`order` has a signature now; messages that are still on `orders` may not fit it',
    withSchema(object({ id: string })),
    orders({ ORDER: {} }),
  ],
  [
    'changed-format',
    'error',
    '`orders` takes the whole message for kwargs now; the messages that are still on `orders` are { path, kwargs }',
    orders({ ORDER: {} }, { defaultPath: 'ORDER' }),
    orders({ ORDER: {} }),
  ],
  [
    'changed-format',
    'error',
    '`orders` expects { path, kwargs } now',
    orders({ ORDER: {} }),
    orders({ ORDER: {} }, { defaultPath: 'ORDER' }),
  ],
  [
    'removed-queue',
    'error',
    'sqs `orders` is not read any more. The messages that are still on it are lost when they expire',
    described([sqs('orders')], []),
    orders({ ORDER: {} }),
  ],
  [
    'unknown-graph',
    'warning',
    'the paths of `orders` are not known in the new version, so what it does with messages of `orders` cannot be compared',
    orders({}, { known: false }),
  ],
  [
    'unknown-graph',
    'warning',
    'not known in the deployed version',
    orders({ ORDER: {} }),
    orders({}, { known: false }),
  ],
  ['added-path', 'info', '`orders` has the new path REFUND', orders({ ORDER: {}, REFUND: {} }), orders({ ORDER: {} })],
]

describe('compare()', () => {
  test.each(changes)('finds %s, %s: %s', (code, severity, message, after, from = before) => {
    expect(compare(from, after)).toMatchObject([{ code, severity, message: expect.stringContaining(message) }])
  })

  test('finds a renamed queue, and that the other is new', () => {
    expect(compare(orders({ ORDER: {} }), orders({ ORDER: {} }, {}, 'orders-v2'))).toMatchObject([
      {
        code: 'renamed-queue',
        severity: 'error',
        place: 'queues.orders',
        message: expect.stringContaining('`orders-v2` is read instead'),
      },
      { code: 'added-queue', severity: 'info', place: "queues['orders-v2']" },
    ])
  })

  test('finds nothing in what is the same, or accepts more', () => {
    expect(compare(before, before)).toEqual([])
    expect(
      compare(withSchema(object({ id: string })), withSchema(object({ id: string, note: string }, ['id']))),
    ).toEqual([])
    const two = { ORDER: { schema: object({ id: string }), function: 'one' } }
    expect(compare(orders(two), orders({ ORDER: { schema: object({ id: string }), function: 'other' } }))).toEqual([])
    expect(
      compare(orders({ ORDER: {} }, { defaultPath: 'ORDER' }), orders({ ORDER: {} }, { defaultPath: 'ORDER' })),
    ).toEqual([])
  })
})
