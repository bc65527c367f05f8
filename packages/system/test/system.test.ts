import { describe, expect, test } from '@jest/globals'
import { type SystemOptions, system } from '@lpipe/system'
import { isSystem, loaderOf } from '@lpipe/system/tools'

const load = () => import('./systems/orders.ts')

const refused: [text: string, options: SystemOptions][] = [
  [
    '`options` has the unknown option `queue`; the options are queues, streams, topics, functions',
    { queue: {} } as never,
  ],
  ['`options` has the unknown option `region`', { region: 'eu-west-1' } as never],
  [
    '`functions.orders.load` must be a function such as () => import(\'./handler.ts\'), received "./orders.ts"',
    { functions: { orders: { load: './orders.ts' as never } } },
  ],
  [
    "`functions.orders.handler` must be the name of the export of the module that `load` imports, for example 'handler', received function",
    { functions: { orders: { load, handler: (() => undefined) as never } } },
  ],
  ['`functions.orders.handler` must be a function, received missing', { functions: { orders: {} as never } }],
  [
    '`functions.orders.memory` must be an integer from 128 to 10240, received 64',
    { functions: { orders: { load, memory: 64 } } },
  ],
  [
    "`functions.orders.recursiveLoop` must be 'Terminate' or 'Allow', received \"allow\"",
    { functions: { orders: { load, recursiveLoop: 'allow' as never } } },
  ],
  [
    '`functions.orders.environment.QUEUE` must be a string, received missing',
    { functions: { orders: { load, environment: { QUEUE: undefined as never } } } },
  ],
  [
    '`functions.orders.source.queue` must be one of `queues` (declared: none), received "orders"',
    { functions: { orders: { load, source: { queue: 'orders' } } } },
  ],
  [
    "`queues['orders.fifo'].deadLetter.queue` must be a FIFO queue",
    { queues: { 'orders.fifo': { deadLetter: { queue: 'dead', maxReceiveCount: 3 } }, dead: {} } },
  ],
  [
    '`functions.orders.source.batchSize` must be at most 10 for a FIFO queue, received 11',
    {
      queues: { 'o.fifo': {} },
      functions: { orders: { load, source: { queue: 'o.fifo', batchSize: 11 } } },
    },
  ],
  [
    'the visibility timeout of queue `orders` (30 s) must not be shorter than the timeout of the function (60 s)',
    { queues: { orders: {} }, functions: { orders: { load, timeout: 60, source: { queue: 'orders' } } } },
  ],
  ["`topics['a.b']` must have a name of 1 to 256 letters, digits, hyphens and underscores", { topics: { 'a.b': {} } }],
  [
    '`topics.news` has the unknown option `fifo`; the options are attributes',
    { topics: { news: { fifo: true } as never } },
  ],
  [
    '`topics.news.attributes` has the unknown option `FifoTopic`',
    { topics: { news: { attributes: { FifoTopic: 'true' } } } },
  ],
  ['`topics.news` and `queues.news` must have different names', { queues: { news: {} }, topics: { news: {} } }],
  [
    '`queues.orders.subscriptions[0].topic` must be one of `topics` (declared: none), received "news"',
    { queues: { orders: { subscriptions: [{ topic: 'news' }] } } },
  ],
  [
    "`queues['o.fifo'].subscriptions[0].topic` must be a FIFO topic, because a FIFO queue can subscribe to no other",
    { topics: { news: {} }, queues: { 'o.fifo': { subscriptions: [{ topic: 'news' }] } } },
  ],
  [
    '`queues.orders.subscriptions[1]` must not name topic `news` again',
    { topics: { news: {} }, queues: { orders: { subscriptions: [{ topic: 'news' }, { topic: 'news' }] } } },
  ],
  [
    '`queues.orders.subscriptions[0].rawMessageDelivery` must be a boolean, received "yes"',
    {
      topics: { news: {} },
      queues: { orders: { subscriptions: [{ topic: 'news', rawMessageDelivery: 'yes' as never }] } },
    },
  ],
  [
    '`queues.orders.subscriptions[0].filterPolicyScope` requires `filterPolicy`',
    {
      topics: { news: {} },
      queues: { orders: { subscriptions: [{ topic: 'news', filterPolicyScope: 'MessageBody' }] } },
    },
  ],
  [
    '`functions.orders.source.topic` must be a standard topic, because SNS delivers FIFO topics to queues only; received "n.fifo". Subscribe a queue',
    { topics: { 'n.fifo': {} }, functions: { orders: { load, source: { topic: 'n.fifo' } } } },
  ],
  [
    '`functions.orders.source` has the unknown option `batchSize`; the options are topic, onFailure, filterPolicy, filterPolicyScope',
    { topics: { news: {} }, functions: { orders: { load, source: { topic: 'news', batchSize: 2 } as never } } },
  ],
  [
    '`functions.orders.source.onFailure` must be a standard queue, as Lambda requires; received "dead.fifo"',
    {
      topics: { news: {} },
      queues: { 'dead.fifo': {} },
      functions: { orders: { load, source: { topic: 'news', onFailure: 'dead.fifo' } } },
    },
  ],
  [
    '`functions.orders.source` must name one `queue`, `stream` or `topic`, received several',
    {
      topics: { news: {} },
      queues: { orders: {} },
      functions: { orders: { load, source: { topic: 'news', queue: 'orders' } as never } },
    },
  ],
]

test.each(refused)('refused: %s', (text, options) => {
  let error: unknown
  try {
    system(options)
  } catch (thrown) {
    error = thrown
  }
  expect(error).toMatchObject({ name: 'InvalidConfigurationError', message: expect.stringContaining(text) })
  expect(error).toMatchObject({ message: expect.stringMatching(/^system: /) })
})

describe('a handler', () => {
  const loadOf = (functions: SystemOptions['functions']) => loaderOf(system({ functions: functions ?? {} }))

  test('is imported when it is needed, with the graphs and queues that its module makes', async () => {
    const loader = loadOf({ orders: { load } })
    const { handler, made } = await loader('orders')
    expect(typeof handler).toBe('function')
    expect(made?.graphs.map(({ by }) => by)).toEqual(['pathRouter', 'lpipe'])
    expect(made?.queues.map(({ name }) => name)).toEqual(['events', 'parcels', 'events', 'dropped'])
    expect(await loader('orders')).toEqual({ handler, made })
  })

  test('that the module lacks is named, with what it exports', async () => {
    await expect(loadOf({ orders: { load, handler: 'main' } })('orders')).rejects.toThrow(
      'system: the module of `functions.orders` exports no function `main` (exports: handler). Set `functions.orders.handler` to the name of the export',
    )
  })

  test('whose module throws is named, with the cause', async () => {
    const broken = async () => Promise.reject(new Error('no database'))
    await expect(loadOf({ orders: { load: broken } })('orders')).rejects.toMatchObject({
      name: 'InvalidConfigurationError',
      message:
        'system: `functions.orders.load` failed: no database. If the module reads environment variables, set `functions.orders.environment`',
    })
    await expect(loadOf({ orders: { load: async () => undefined as never } })('orders')).rejects.toThrow(
      "`functions.orders.load` must return the module: () => import('./handler.ts')",
    )
  })

  test('is imported with the variables of its environment, which are restored', async () => {
    process.env['LPIPE_PRESENT'] = 'before'
    const seen: unknown[] = []
    const loading = async () => {
      seen.push(process.env['LPIPE_PRESENT'], process.env['LPIPE_NEW'])
      return { handler: () => undefined }
    }
    await loadOf({ orders: { load: loading, environment: { LPIPE_PRESENT: 'during', LPIPE_NEW: 'new' } } })('orders')
    expect(seen).toEqual(['during', 'new'])
    expect([process.env['LPIPE_PRESENT'], process.env['LPIPE_NEW']]).toEqual(['before', undefined])
    delete process.env['LPIPE_PRESENT']
  })

  test('of a CommonJS module is found in its default export', async () => {
    const handler = () => undefined
    const loader = loadOf({ orders: { load: async () => ({ default: { handler } }) } })
    expect((await loader('orders')).handler).toBe(handler)
  })

  test('in the module of another function has the same graph', async () => {
    const handler = () => undefined
    const module = { handler, other: handler }
    const loader = loadOf({ one: { load: async () => module }, two: { load: async () => module, handler: 'other' } })
    expect((await loader('two')).made).toBe((await loader('one')).made)
  })
})

test('a system is plain data', () => {
  const made = system({ queues: { orders: {} } })
  expect(made).toMatchObject({ queues: { orders: {} }, streams: {}, topics: {}, functions: {} })
  expect([isSystem(made), isSystem({ ...made }), isSystem({}), isSystem(null)]).toEqual([true, true, false, false])
})
