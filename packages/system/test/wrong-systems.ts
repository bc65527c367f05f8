/** Modules of Lambdas, by file: what all systems import. */
export const modules = {
  'queues.ts': `import { queue, type Sending } from 'lpipe-preset'
import * as z from 'zod'
const Shipment = z.object({ id: z.string(), weight: z.number().optional() })
export const parcels = queue({ type: 'sqs', name: 'parcels', path: 'SHIP', schema: Shipment })
export const typo = queue({ type: 'sqs', name: 'parcels', path: 'SHIPP', schema: Shipment })
export const untyped = queue({ type: 'sqs', name: 'parcels', path: 'SHIP' })
export const pathless = queue({ type: 'sqs', name: 'parcels', schema: Shipment })
export const stream = queue({ type: 'kinesis', name: 'events', path: 'SHIP', schema: Shipment })
export const byArn = queue({ type: 'sns', name: 'arn:aws:sns:eu-west-1:123456789012:news', path: 'SHIP', schema: Shipment })
export const partial = queue({ type: 'sqs', name: 'parcels', path: 'SHIP', groupId: ({ kwargs }: Sending<{ id: string }>) => kwargs.id })
export const partialPathless = queue({ type: 'sqs', name: 'parcels', groupId: ({ kwargs }: Sending<{ id: string }>) => kwargs.id })
declare const anyText: string
export const unnamed = queue({ type: 'sqs', name: anyText, path: 'SHIPP', schema: Shipment })
export const anyPath = queue({ type: 'sqs', name: 'parcels', path: anyText, schema: Shipment })
export const somePath = queue({ type: 'sqs', name: 'parcels', path: \`SHIP_\${anyText}\`, schema: Shipment })
`,
  'orders.ts': `import middy from '@middy/core'
import middy6 from 'middy6'
import { pathRouter } from '@lpipe/path-router'
import { action, fn, lpipe, payload, type Payload } from 'lpipe-preset'
import * as z from 'zod'
import { anyPath, byArn, parcels, partial, partialPathless, pathless, somePath, stream, typo, unnamed, untyped } from './queues.ts'
const order = ({ id }: { id: string }) => id
export const handler = middy().use(lpipe({ paths: { ORDER: [action({ functions: [order], queues: [parcels] })] } }))
export const mistyped = middy().use(lpipe({ paths: { ORDER: [action({ functions: [order], queues: [typo] })] } }))
export const returned = middy().use(lpipe({ paths: { ORDER: [async ({ id }: { id: string }) => [payload({ queue: typo, kwargs: { id } })]] } }))
export const maybe = middy().use(lpipe({ paths: { ORDER: [({ id }: { id: string }) => (id === '' ? undefined : payload({ queue: typo, kwargs: { id } }))] } }))
export const signed = middy().use(lpipe({ paths: { ORDER: [fn(z.object({ id: z.string() }), ({ id }) => payload({ queue: typo, kwargs: { id } }))] } }))
export const amongPaths = middy().use(lpipe({ paths: { ORDER: [action({ functions: [order], paths: [typo] })] } }))
export const alone = middy().use(pathRouter({ paths: { ORDER: [action({ functions: [order], queues: [typo] })] } }))
export const withOthers = middy().use({ before: () => {} }).use(lpipe({ paths: { ORDER: [action({ functions: [order], queues: [typo] })] } })).use({ after: () => {} }).onError(() => {})
export const older = middy6().use(lpipe({ paths: { ORDER: [action({ functions: [order], queues: [typo] })] } })).use({ after: () => {} })
export const called = middy().use(lpipe({ call: ({ id }: { id: string }) => payload({ queue: typo, kwargs: { id } }) }))
export const withoutPath = middy().use(lpipe({ call: ({ id }: { id: string }) => payload({ queue: pathless, kwargs: { id } }) }))
export const streaming = middy().use(lpipe({ paths: { ORDER: [action({ functions: [order], queues: [stream] })] } }))
export const publishing = middy().use(lpipe({ paths: { ORDER: [action({ functions: [order], queues: [byArn] })] } }))
export const untypedQueue = middy().use(lpipe({ paths: { ORDER: [action({ functions: [order], queues: [untyped] })] } }))
export const partialQueue = middy().use(lpipe({ paths: { ORDER: [action({ functions: [order], queues: [partial] })] } }))
export const partialStart = middy().use(lpipe({ paths: { ORDER: [action({ functions: [order], queues: [partialPathless] })] } }))
export const unnamedQueue = middy().use(lpipe({ paths: { ORDER: [action({ functions: [order], queues: [unnamed] })] } }))
export const anyPathQueue = middy().use(lpipe({ paths: { ORDER: [action({ functions: [order], queues: [anyPath] })] } }))
export const somePathQueue = middy().use(lpipe({ paths: { ORDER: [action({ functions: [order], queues: [somePath] })] } }))
export const annotated = middy().use(lpipe({ paths: { ORDER: [({ id }: { id: string }): Payload => payload({ queue: typo, kwargs: { id } })] } }))
export const nothing = middy().use(lpipe({ paths: { ORDER: [order] } }))
export default { handler }
`,
  'shipping.ts': `import middy from '@middy/core'
import { action, fn, lpipe, payload } from 'lpipe-preset'
import * as z from 'zod'
import { parcels, typo } from './queues.ts'
const ship = ({ id }: { id: string }) => id
const count = ({ id }: { id: number }) => id
const weigh = fn(z.object({ id: z.string(), weight: z.number() }), ({ weight }) => weight)
export const handler = middy().use(lpipe({ paths: { SHIP: [ship] } }))
export const counting = middy().use(lpipe({ paths: { SHIP: [count] } }))
export const weighing = middy().use(lpipe({ paths: { SHIP: [ship, weigh] } }))
export const inAction = middy().use(lpipe({ paths: { SHIP: [action({ functions: [count] })] } }))
export const picking = middy().use(lpipe({ paths: { SHIP: [action({ functions: [ship], requiredParams: [['no', 'id']] })] } }))
export const one = middy().use(lpipe({ call: ship }))
export const oneCounts = middy().use(lpipe({ call: count }))
export const begins = middy().use(lpipe({ paths: { SHIP: [ship] }, defaultPath: 'SHIP' }))
export const beginsCounting = middy().use(lpipe({ paths: { SHIP: [count] }, defaultPath: 'SHIP' }))
export const closed = middy().use(lpipe({ paths: { SHIP: [ship], RETURN: [ship] }, entries: ['RETURN'] }))
export const open = middy().use(lpipe({ paths: { SHIP: [ship], RETURN: [ship] }, entries: ['SHIP'] }))
export const unchecked = middy().use(lpipe({ paths: { SHIP: [(kwargs) => kwargs] } }))
export const itself = middy().use(lpipe({ paths: { SHIP: [({ id }: { id: string }) => payload({ queue: typo, kwargs: { id } })] } }))
export const itselfRight = middy().use(lpipe({ paths: { SHIP: [({ id }: { id: string }) => payload({ queue: parcels, kwargs: { id } })] } }))
export const plain = async () => 'no graph'
`,
} as const

/** A sender and a receiver: the handlers' names, and what feeds the receiver. */
const shop = (sender: string, receiver: string, source = "{ queue: 'parcels' }"): string =>
  `system({ queues, streams, topics, functions: { orders: { load: orders, handler: '${sender}' }, shipping: { load: shipping, handler: '${receiver}', source: ${source} } } })`

/** Wrong systems, and the text that the compiler must show. */
export const wrongSystems: readonly (readonly [what: string, code: string, text: string])[] = [
  ['a path that the receiver lacks', shop('mistyped', 'handler'), 'queue parcels: shipping has no path SHIPP'],
  ['a path of a returned payload', shop('returned', 'handler'), 'queue parcels: shipping has no path SHIPP'],
  ['a path of a payload in a union', shop('maybe', 'handler'), 'queue parcels: shipping has no path SHIPP'],
  ['a path of a function with a signature', shop('signed', 'handler'), 'queue parcels: shipping has no path SHIPP'],
  ['a queue among the paths of an action', shop('amongPaths', 'handler'), 'queue parcels: shipping has no path SHIPP'],
  ['a sender without a preset', shop('alone', 'handler'), 'queue parcels: shipping has no path SHIPP'],
  ['a sender with other middlewares', shop('withOthers', 'handler'), 'queue parcels: shipping has no path SHIPP'],
  ['a sender with middy 6', shop('older', 'handler'), 'queue parcels: shipping has no path SHIPP'],
  ['a sender that is one function', shop('called', 'handler'), 'queue parcels: shipping has no path SHIPP'],
  [
    'one of two sources',
    shop('mistyped', 'handler', "[{ queue: 'orders' }, { queue: 'parcels', batchSize: 5 }]"),
    'queue parcels: shipping has no path SHIPP',
  ],
  [
    'the wrong kwargs',
    shop('handler', 'counting'),
    'queue parcels: path SHIP of shipping: the member id must be number, received string',
  ],
  [
    'the wrong kwargs for an action',
    shop('handler', 'inAction'),
    'queue parcels: path SHIP of shipping: the member id must be number, received string',
  ],
  [
    'kwargs whose member may be missing',
    shop('handler', 'weighing'),
    'queue parcels: path SHIP of shipping: the member weight must be number, received missing',
  ],
  [
    'kwargs without what an action picks',
    shop('handler', 'picking'),
    'queue parcels: path SHIP of shipping requires the member no',
  ],
  [
    'a path for a Lambda with call',
    shop('handler', 'one'),
    'queue parcels: it has path SHIP, but shipping takes the whole message for kwargs, because of defaultPath or call',
  ],
  [
    'a path for a Lambda with defaultPath',
    shop('handler', 'begins'),
    'queue parcels: it has path SHIP, but shipping takes the whole message for kwargs, because of defaultPath or call',
  ],
  [
    'no path for a Lambda with paths',
    shop('withoutPath', 'handler'),
    'queue parcels: it has no path, but shipping expects { path, kwargs }',
  ],
  [
    'the wrong kwargs for a Lambda with call',
    shop('withoutPath', 'oneCounts'),
    'queue parcels: path (every message) of shipping: the member id must be number, received string',
  ],
  [
    'the wrong kwargs for a Lambda with defaultPath',
    shop('withoutPath', 'beginsCounting'),
    'queue parcels: path SHIP of shipping: the member id must be number, received string',
  ],
  [
    'a path that is not one of the entries',
    shop('handler', 'closed'),
    'queue parcels: path SHIP is not one of the entries of shipping',
  ],
  [
    'the wrong kwargs on a stream',
    shop('streaming', 'counting', "{ stream: 'events' }"),
    'queue events: path SHIP of shipping: the member id must be number, received string',
  ],
  [
    'the wrong kwargs on a topic',
    shop('publishing', 'counting', "{ topic: 'news' }"),
    'path SHIP of shipping: the member id must be number, received string',
  ],
  [
    'the wrong kwargs on a topic that delivers to a queue',
    shop('publishing', 'counting', "{ queue: 'subscribed' }"),
    'path SHIP of shipping: the member id must be number, received string',
  ],
  [
    'what the callback of a queue reads',
    shop('partialQueue', 'counting'),
    'queue parcels: path SHIP of shipping: the member id must be number, received string',
  ],
  [
    'a Lambda that feeds itself',
    "system({ queues, functions: { shipping: { load: shipping, handler: 'itself', source: { queue: 'parcels' } } } })",
    'queue parcels: shipping has no path SHIPP',
  ],
  [
    'the default name of the handler',
    "system({ queues, functions: { orders: { load: orders }, shipping: { load: shipping, handler: 'counting', source: { queue: 'parcels' } } } })",
    'the member id must be number, received string',
  ],
  [
    'a handler in a default export',
    "system({ queues, functions: { orders: { load: async () => ({ default: (await orders()).default }) }, shipping: { load: shipping, handler: 'counting', source: { queue: 'parcels' } } } })",
    'the member id must be number, received string',
  ],
  [
    'a handler that the module lacks',
    "system({ queues, functions: { orders: { load: orders, handler: 'main' } } })",
    'the module has no export main',
  ],
  [
    'the default name of a handler that the module lacks',
    'system({ functions: { orders: { load: async () => ({ main: () => 1 }) } } })',
    'the module has no export handler',
  ],
  [
    'an option that a function lacks',
    'system({ queues, functions: { orders: { load: orders, timout: 3 } } })',
    "'timout' does not exist in type",
  ],
  [
    'an option that a source lacks',
    "system({ queues, functions: { orders: { load: orders, source: { queue: 'orders', batchsize: 3 } } } })",
    "'batchsize' does not exist in type",
  ],
  [
    'an option that a queue lacks',
    'system({ queues: { orders: { delaySeconds: 3 } } })',
    "'delaySeconds' does not exist in type",
  ],
  [
    'an option that a subscription lacks',
    "system({ topics, queues: { orders: { subscriptions: [{ topic: 'news', raw: true }] } } })",
    "'raw' does not exist in type",
  ],
]

/** Right systems, and systems of which too little is known. */
export const rightSystems: readonly string[] = [
  shop('handler', 'handler'),
  shop('handler', 'handler', "[{ queue: 'orders' }, { queue: 'parcels', batchSize: 5, maximumConcurrency: 2 }]"),
  shop('handler', 'open'),
  shop('handler', 'unchecked'),
  shop('handler', 'plain'),
  shop('handler', 'itselfRight'),
  shop('untypedQueue', 'counting'),
  shop('partialQueue', 'handler'),
  shop('partialQueue', 'weighing'), // its callback reads no more than the id
  shop('partialStart', 'begins'),
  shop('partialStart', 'handler'),
  shop('unnamedQueue', 'handler'),
  shop('anyPathQueue', 'handler'),
  shop('somePathQueue', 'handler'),
  shop('annotated', 'handler'),
  shop('nothing', 'handler'),
  shop('withoutPath', 'one'),
  shop('withoutPath', 'begins'),
  shop('streaming', 'handler', "{ stream: 'events', parallelizationFactor: 2 }"),
  shop('publishing', 'handler', "{ topic: 'news' }"),
  shop('publishing', 'handler', "{ queue: 'subscribed' }"),
  shop('mistyped', 'handler', "{ queue: 'orders' }"),
  'system({})',
  'system({ queues: { orders: { visibilityTimeout: 60 } } })',
  'system({ queues, functions: {} as Readonly<Record<string, SystemFunction>> })',
  'system({ queues, functions: { a: { load: async () => ({ handler: () => 1 }) } } })',
  'system({ functions: { a: { load: async (): Promise<object> => ({}), handler: "any" } } })',
  'system({ functions: { a: { load: async () => ({ default: { main: () => 1 } }), handler: "main" } } })',
]
