import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis'
import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type LocalPipeline, localPipeline } from '@lpipe/local'
import { memoryLogger, silentLogger } from '@lpipe/testing'
import middy from '@middy/core'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import type { KinesisStreamEvent, SQSEvent } from 'aws-lambda'
import fc from 'fast-check'
import { lpipe, payload, queue } from 'lpipe-preset'
import { soon, textOf, textsOf, until } from './helpers.ts'

let local: LocalPipeline | undefined
beforeEach(() => {
  local = undefined
})
afterEach(() => local?.stop())

/** As a Lambda makes its client: from the environment alone. */
const sendOn = (QueueUrl: string, ...bodies: string[]) =>
  new SQSClient({}).send(
    new SendMessageBatchCommand({
      QueueUrl,
      Entries: bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody })),
    }),
  )

const putOn = (StreamName: string, ...texts: string[]) =>
  new KinesisClient({ requestHandler: new NodeHttpHandler() }).send(
    new PutRecordsCommand({
      StreamName,
      Records: texts.map((text) => ({ Data: Buffer.from(text), PartitionKey: text })),
    }),
  )

describe('a pipeline of three functions', () => {
  const threeFunctions = async (slow: (text: string) => Promise<unknown>): Promise<[LocalPipeline, string[]]> => {
    const arrived: string[] = []
    const made = await localPipeline({
      queues: { first: {}, second: {} },
      streams: { last: { shards: 2 } },
      functions: {
        one: {
          handler: async ({ Records }: SQSEvent) => {
            for (const { body } of Records) await slow(body)
            await sendOn(made.urls['second'] ?? '', ...Records.map(({ body }) => body))
          },
          source: { queue: 'first', maximumConcurrency: 2 },
        },
        two: {
          handler: async ({ Records }: SQSEvent) => {
            for (const { body } of Records) await slow(body)
            await putOn('last', ...Records.map(({ body }) => body))
          },
          source: { queue: 'second' },
        },
        three: {
          handler: async ({ Records }: KinesisStreamEvent) => {
            for (const text of Records.map(textOf)) await slow(text)
            arrived.push(...Records.map(textOf))
          },
          source: { stream: 'last' },
        },
      },
    })
    return [made, arrived]
  }

  test('is drained when everything has come out at its end, and not before', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 25 }), fc.integer({ min: 0, max: 3 }), async (count, millis) => {
        const [made, arrived] = await threeFunctions(() => setTimeout(millis))
        try {
          const texts = Array.from({ length: count }, (_, index) => `message ${index}`)
          const ids = await made.send('first', texts)
          expect(new Set(ids).size).toBe(count)
          await made.drained(soon)
          expect(arrived.toSorted()).toEqual(texts.toSorted())
        } finally {
          await made.stop()
        }
      }),
      { numRuns: 8 },
    )
  })

  test("counts each function's own calls, as they arrive", async () => {
    const [made] = await threeFunctions(async () => undefined)
    local = made
    await local.send('first', ['a', 'b', 'c'])
    await local.drained(soon)
    expect(local.statistics()).toEqual({
      one: { ...counts(3), calls: { SendMessageBatch: { calls: 1, entries: 3 } } },
      two: { ...counts(3), calls: { PutRecords: { calls: 1, entries: 3 } } },
      three: expect.objectContaining({ received: 3, done: 3, calls: {} }),
    })
  })

  const counts = (done: number) => ({ invocations: 1, errors: 0, received: done, done, returned: 0, discarded: 0 })
})

describe('drained', () => {
  const stuck = (): Promise<LocalPipeline> =>
    localPipeline({
      queues: { orders: {} },
      functions: { take: { handler: () => Promise.reject(new Error('no')), source: { queue: 'orders' } } },
      logger: silentLogger(),
    })

  test('is at once when nothing was sent', async () => {
    local = await stuck()
    await local.drained(soon)
  })

  test('names the work that is left when it takes too long', async () => {
    local = await stuck()
    await local.send('orders', ['a', 'b'])
    await expect(local.drained({ timeoutSeconds: 0.1 })).rejects.toThrow(
      'drained: after 0.1 s, queue orders holds 2 messages',
    )
  })

  test('does not outlive the pipeline', async () => {
    local = await stuck()
    await local.send('orders', ['a'])
    const drained = expect(local.drained()).rejects.toThrow('drained: the pipeline was stopped')
    await local.stop()
    await drained
  })

  test('waits for an invocation that has deleted its message itself', async () => {
    let ended = false
    const made = await localPipeline({
      queues: { orders: {} },
      functions: {
        take: {
          handler: async () => {
            await made.clients.sqs.send(new SendMessageCommand({ QueueUrl: made.urls['orders'], MessageBody: 'again' }))
            await setTimeout(50)
            ended = true
          },
          source: { queue: 'orders' },
        },
      },
    })
    local = made
    await local.send('orders', ['a'])
    await until(() => (made.statistics()['take']?.invocations ?? 0) > 0)
    const contents = await local.contents('orders')
    expect(contents.length).toBeGreaterThan(0)
    await expect(local.drained({ timeoutSeconds: 0.3 })).rejects.toThrow(/orders holds|in progress/) // it feeds itself
    await until(() => ended)
  })

  test('ignores a queue that invokes no function', async () => {
    local = await localPipeline({
      queues: { orders: {}, results: {} },
      functions: { take: { handler: () => null, source: { queue: 'orders' } } },
    })
    await local.send('results', [{ done: true }])
    await local.drained(soon)
    expect(await local.contents('results')).toMatchObject([{ body: { done: true }, state: 'visible', receiveCount: 0 }])
  })

  test('counts a message once that SQS moves from a queue to its dead-letter queue', async () => {
    const dead: string[] = []
    local = await localPipeline({
      queues: {
        // Looked at in this order: a message could slip through from the last to the first.
        dead: {},
        orders: { deadLetter: { queue: 'dead', maxReceiveCount: 1 } },
      },
      functions: {
        bury: {
          handler: ({ Records }: SQSEvent) => void dead.push(...Records.map(({ body }) => body)),
          source: { queue: 'dead' },
        },
        take: { handler: () => Promise.reject(new Error('no')), source: { queue: 'orders', retryAfterSeconds: 0 } },
      },
      logger: silentLogger(),
    })
    const texts = Array.from({ length: 30 }, String)
    await local.send('orders', texts)
    await local.drained(soon)
    expect(dead.toSorted()).toEqual(texts.toSorted())
  })
})

test('a failed invocation is logged', async () => {
  const logger = memoryLogger()
  local = await localPipeline({
    queues: { orders: { deadLetter: { queue: 'dead', maxReceiveCount: 1 } }, dead: {} },
    functions: {
      take: { handler: () => Promise.reject('a text'), source: { queue: 'orders', retryAfterSeconds: 0 } },
    },
    logger,
  })
  await local.send('orders', ['a'])
  await local.drained(soon)
  expect(textsOf(logger)).toEqual(['function take failed: a text'])
})

test('a function may have several sources', async () => {
  const seen: string[] = []
  local = await localPipeline({
    queues: { left: {}, right: {} },
    functions: {
      take: {
        handler: ({ Records }: SQSEvent) => void seen.push(...Records.map(({ eventSourceARN }) => eventSourceARN)),
        source: [{ queue: 'left' }, { queue: 'right' }],
      },
    },
  })
  await local.send('left', ['a'])
  await local.send('right', ['b'])
  await local.drained(soon)
  expect(seen.toSorted()).toEqual([
    'arn:aws:sqs:us-east-1:000000000000:left',
    'arn:aws:sqs:us-east-1:000000000000:right',
  ])
})

describe('send', () => {
  test('groups and deduplicates as its options say', async () => {
    const seen: (string | undefined)[] = []
    local = await localPipeline({
      queues: { 'orders.fifo': {} },
      functions: {
        take: {
          handler: ({ Records }: SQSEvent) =>
            void seen.push(...Records.map(({ attributes }) => attributes.MessageGroupId)),
          source: { queue: 'orders.fifo' },
        },
      },
    })
    const options = { groupId: ({ from }: { from: string }) => from, deduplicationId: () => 'the-same' }
    await local.send('orders.fifo', [{ from: 'ada' }], options)
    await local.send('orders.fifo', [{ from: 'bob' }], options)
    await local.drained(soon)
    expect(seen).toEqual(['ada'])
  })

  test('takes a text for all messages', async () => {
    const groups: unknown[] = []
    const keys: unknown[] = []
    local = await localPipeline({
      queues: {
        'orders.fifo': {},
        'copies.fifo': { subscriptions: [{ topic: 'news.fifo', rawMessageDelivery: true }] },
      },
      topics: { 'news.fifo': {} },
      streams: { events: {} },
      functions: {
        take: {
          handler: ({ Records }: SQSEvent) => void groups.push(...Records.map((one) => one.attributes.MessageGroupId)),
          source: { queue: 'orders.fifo' },
        },
        count: {
          handler: ({ Records }: KinesisStreamEvent) =>
            void keys.push(...Records.map((one) => one.kinesis.partitionKey)),
          source: { stream: 'events' },
        },
      },
    })
    const options = { groupId: 'ada', deduplicationId: 'the-same' }
    for (const to of ['orders.fifo', 'news.fifo']) await local.send(to, [1, 2], options)
    await local.send('events', [1, 2], { partitionKey: 'ada' })
    await local.drained(soon)
    expect([groups, keys]).toEqual([['ada'], ['ada', 'ada']])
    expect(await local.contents('copies.fifo')).toHaveLength(1)
  })

  test.each([
    ['`partitionKey` must be a string or a function, received 1', { partitionKey: 1 }],
    ['unknown option `group`. Known options: groupId, deduplicationId, partitionKey', { group: 'ada' }],
  ])('refuses an option that it does not take: %s', async (text, options) => {
    local = await localPipeline({ queues: { orders: {} } })
    const { send } = local
    expect(() => send('orders', [1], options as never)).toThrow(`send: ${text}`)
  })

  test('throws when SQS refuses a message', async () => {
    local = await localPipeline({ queues: { orders: {} } })
    await expect(local.send('orders', ['fine', 'not \u0000 fine'])).rejects.toThrow(/refused a message|invalid/i)
  })

  test('throws for a name that is neither queue nor stream', async () => {
    local = await localPipeline({ queues: { orders: {} }, streams: { events: {} } })
    const { send, contents } = local
    expect(() => send('order', [])).toThrow('there is no queue, stream or topic `order` (declared: orders, events)')
    await expect(contents('events')).rejects.toThrow('there is no queue `events` (declared: orders)')
  })
})

describe('the environment', () => {
  const names = ['AWS_ENDPOINT_URL_SQS', 'AWS_ENDPOINT_URL_KINESIS', 'AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_PROFILE']
  const present = () => names.map((name) => process.env[name])

  test('leads the SDK to the servers until the pipeline stops, whatever was set before', async () => {
    process.env['AWS_REGION'] = 'mars-1'
    process.env['AWS_PROFILE'] = 'production'
    const before = present()
    local = await localPipeline({ queues: { orders: {} }, region: 'eu-north-1' })
    expect(process.env).toMatchObject(local.environment)
    expect(process.env['AWS_REGION']).toBe('eu-north-1')
    expect(process.env['AWS_PROFILE']).toBeUndefined()
    await sendOn(local.urls['orders'] ?? '', 'by the environment')
    expect(await local.contents('orders')).toMatchObject([{ body: 'by the environment' }])
    await local.stop()
    expect(present()).toEqual(before)
    delete process.env['AWS_REGION']
    delete process.env['AWS_PROFILE']
  })

  test('belongs to one pipeline at a time', async () => {
    local = await localPipeline({})
    await expect(localPipeline({})).rejects.toThrow(/another pipeline of this process/)
    const other = await localPipeline({ environment: false, queues: { orders: {} } })
    expect(other.environment['AWS_ENDPOINT_URL_SQS']).not.toBe(process.env['AWS_ENDPOINT_URL_SQS'])
    await other.send('orders', ['by its own clients'])
    expect(await other.contents('orders')).toHaveLength(1)
    await other.stop()
  })

  test('is free again when a pipeline could not start', async () => {
    // SQS refuses it, after the environment was set.
    const refused = localPipeline({ queues: { orders: { attributes: { MaximumMessageSize: '1' } } } })
    await expect(refused).rejects.toThrow('MaximumMessageSize')
    local = await localPipeline({})
  })
})

test('a proxy may stand in front of the server: it sees the calls of the functions', async () => {
  local = await localPipeline({
    queues: { orders: {}, parcels: {} },
    functions: {
      take: {
        handler: middy().use(lpipe({ call: () => payload({ queue: queue({ type: 'sqs', name: 'parcels' }) }) })),
        source: { queue: 'orders' },
      },
    },
    logger: silentLogger(),
  })
  const seen: string[] = []
  const server = local.environment['AWS_ENDPOINT_URL_SQS'] ?? ''
  const proxy = createServer((incoming, outgoing) => {
    seen.push(String(incoming.headers['x-amz-target']))
    const { method, url = '/', headers } = incoming
    incoming.pipe(
      request(new URL(url, server), { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
        answer.pipe(outgoing)
      }),
    )
  }).listen(0, '127.0.0.1')
  try {
    await once(proxy, 'listening')
    process.env['AWS_ENDPOINT_URL_SQS'] = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
    await local.send('orders', [{}, {}])
    await local.drained(soon)
    expect(seen).toEqual(['AmazonSQS.GetQueueUrl', 'AmazonSQS.SendMessageBatch'])
    expect(await local.contents('parcels')).toHaveLength(2)
    expect(local.statistics()['take']?.calls).toEqual({
      GetQueueUrl: { calls: 1, entries: 1 },
      SendMessageBatch: { calls: 1, entries: 2 },
    })
  } finally {
    await local.stop()
    proxy.closeAllConnections()
    proxy.close()
  }
})
