import { beforeAll, expect, describe as group, test } from '@jest/globals'
import { check, type Description, describe, isDescription, pictureOf, system, toMermaid } from '@lpipe/system'
import middy from '@middy/core'
import { action, fn, lpipe, queue } from 'lpipe-preset'
import { z } from 'zod'
import shop from './systems/shop.ts'

let shown: Description
beforeAll(async () => {
  shown = await describe(shop, { file: new URL('./systems/shop.ts', import.meta.url) })
})

const functionOf = (name: string) => shown.functions.find((one) => one.name === name)

group('describe()', () => {
  test('returns plain JSON', () => {
    expect(JSON.parse(JSON.stringify(shown))).toEqual(shown)
    expect([isDescription(shown), isDescription({}), isDescription(null)]).toEqual([true, false, false])
  })

  test('shows the settings of each Lambda', () => {
    expect(functionOf('orders')).toMatchObject({
      handler: 'handler',
      timeout: 10,
      memory: 256,
      recursiveLoop: 'Terminate',
      known: true,
      entries: ['ORDER'],
      deadLetter: { type: 'sqs', name: 'dropped' },
      options: { concurrency: 5, unhandled: 'retry' },
      sources: [{ type: 'sqs', name: 'orders', batchSize: 10, window: 0, reportBatchItemFailures: true }],
    })
    expect(functionOf('shipping')).toMatchObject({ handler: 'main', timeout: 3, memory: 128 })
    expect(functionOf('archive')?.sources).toEqual([
      {
        type: 'kinesis',
        name: 'events',
        batchSize: 100,
        onFailure: 'orders-dead',
        window: 0,
        reportBatchItemFailures: true,
      },
    ])
  })

  test('shows the paths, with the signatures of functions and the contracts of queues', () => {
    const [order, fast] = functionOf('orders')?.paths ?? []
    expect(order?.actions).toEqual([
      {
        functions: [
          {
            name: 'order',
            schema: {
              type: 'object',
              properties: {
                id: { type: 'string' },
                weight: { type: 'number', minimum: 0 },
                express: { type: 'boolean' },
              },
              required: ['id', 'weight', 'express'],
            },
          },
        ],
        paths: [],
        queues: [],
      },
    ])
    expect(fast?.actions).toMatchObject([
      {
        functions: [],
        paths: ['SLOW'],
        queues: [{ type: 'sqs', name: 'parcels', path: 'SHIP', schema: { type: 'object' } }],
      },
    ])
  })

  test('reads the payloads that functions return: unions of paths, helpers, queues', () => {
    expect(functionOf('orders')?.paths[0]?.payloads).toEqual([
      { from: 'order', path: 'FAST' },
      { from: 'order', path: 'SLOW' },
      { from: 'order', queue: { type: 'kinesis', name: 'events', path: 'ORDERED' } },
    ])
  })

  test('shows a queue of a shared module at the Lambda that sends to it, not at the one that was imported first', () => {
    const pathsOf = (name: string) => functionOf(name)?.queues.map((queue) => `${queue.name} ${queue.path}`)
    expect(pathsOf('orders')).toEqual(['events ORDERED', 'parcels SHIP'])
    expect(pathsOf('shipping')).toEqual(['events RETURNED'])
  })

  test('lists the queues and streams', () => {
    expect(shown.resources.map(({ type, name }) => `${type} ${name}`)).toEqual([
      'sqs orders',
      'sqs orders-dead',
      'sqs parcels',
      'sqs dropped',
      'kinesis events',
    ])
  })

  test('finds nothing wrong with a right system', () => {
    expect(check(shown)).toEqual([])
  })

  test('without a file it shows no payloads, and the queue leads from the Lambda', async () => {
    const without = await describe(shop)
    expect(without.functions.flatMap(({ paths }) => paths.flatMap(({ payloads }) => payloads))).toEqual([])
    expect(pictureOf(without).edges).toContainEqual({
      from: 'function:orders',
      to: 'kinesis:events',
      kind: 'queue',
      label: 'ORDERED',
    })
  })

  test.each([
    [
      { call: ({ id }: { id: string }) => id },
      { defaultPath: '(every message)', paths: [{ name: '(every message)' }] },
    ],
    [
      { paths: { A: [(): void => undefined] }, defaultPath: 'a' },
      { defaultPath: 'A', paths: [{ name: 'A' }] },
    ],
  ])('shows where every message begins: case %#', async (options, expected) => {
    const load = async () => ({ handler: middy().use(lpipe(options as never)) })
    const made = system({ queues: { orders: {} }, functions: { take: { load, source: { queue: 'orders' } } } })
    const result = await describe(made)
    expect(result.functions).toMatchObject([expected])
    expect(pictureOf(result).edges).toEqual([
      { from: 'sqs:orders', to: `path:take/${expected.defaultPath}`, kind: 'source' },
    ])
  })

  test('does not know the graph of a module that was imported before', async () => {
    const again = await describe(system({ functions: { archive: { load: () => import('./systems/archive.ts') } } }))
    expect(again.functions[0]).toMatchObject({ known: false, paths: [] })
    expect(check(again)).toMatchObject([{ severity: 'info', code: 'unknown-graph', place: 'functions.archive' }])
  })
})

test('toMermaid() draws Lambdas with their paths, queues and streams between them', () => {
  expect(toMermaid(shown)).toBe(`flowchart LR
  subgraph n0["orders<br>10 s, 256 MB"]
    n1["ORDER<br>order"]
    n2["FAST"]
    n3["SLOW"]
  end
  subgraph n4["shipping<br>3 s, 128 MB"]
    n5["SHIP<br>ship"]
  end
  subgraph n6["archive<br>3 s, 128 MB"]
    n7["ORDERED<br>store"]
    n8["RETURNED<br>log_return"]
  end
  n9[("orders<br>sqs")]
  n10[("orders-dead<br>sqs")]
  n11[("parcels<br>sqs")]
  n12[("dropped<br>sqs")]
  n13[("events<br>kinesis, 2 shards")]
  n9 ==> n0
  n1 -.-> n2
  n1 -.-> n3
  n1 -.->|"ORDERED"| n13
  n2 --> n3
  n2 -->|"SHIP"| n11
  n3 -->|"SHIP"| n11
  n0 -.->|"dropped"| n12
  n11 ==> n5
  n5 -.->|"RETURNED"| n13
  n13 ==> n7
  n13 ==> n8
  n13 -.->|"discarded"| n10
  n8 -.-> n7
  n9 -.->|"after 5 receives"| n10
  n11 -.->|"after 5 receives"| n10`)
})

test('requiredParams are described with the names that members have in a message, and compared with queues', async () => {
  const ship = fn(z.object({ id: z.string(), weight: z.number() }), () => undefined)
  const reading = (options: { requiredParams: ['no', 'id'][]; includeAllParams: boolean }) =>
    describe(
      system({
        queues: { parcels: { visibilityTimeout: 60 } },
        functions: {
          orders: {
            load: async () => {
              const schema = z.object({ no: z.string(), weight: z.string() })
              const parcels = queue({ type: 'sqs', name: 'parcels', path: 'SHIP', schema })
              return {
                handler: middy().use(
                  lpipe({ paths: { ORDER: [action({ includeAllParams: true, queues: [parcels] })] } }),
                ),
              }
            },
          },
          shipping: {
            load: async () => {
              const paths: Record<string, [ReturnType<typeof action>]> = {
                SHIP: [action({ ...options, functions: [ship] })],
              }
              return { handler: middy().use(lpipe({ paths })) }
            },
            source: { queue: 'parcels' },
          },
        },
      }),
    )
  const all = await reading({ requiredParams: [['no', 'id']], includeAllParams: true })
  expect(all.functions[1]?.paths[0]?.actions).toMatchObject([
    {
      functions: [
        { schema: { properties: { no: { type: 'string' }, weight: { type: 'number' } }, required: ['no', 'weight'] } },
      ],
      requires: ['no'],
    },
  ])
  const problems = (description: Description) =>
    check(description).flatMap(({ code, message }) => (code === 'contract' ? [message] : []))
  expect(problems(all)).toEqual([expect.stringContaining('weight: may be string, expected number')])

  const alone = await reading({ requiredParams: [['no', 'id']], includeAllParams: false })
  expect(alone.functions[1]?.paths[0]?.actions[0]?.functions[0]?.schema).toMatchObject({ required: ['no'] })
  expect(problems(alone)).toEqual([])
})
