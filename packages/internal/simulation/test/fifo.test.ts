import { afterEach, describe, expect, test } from '@jest/globals'
import type { SourceQueue } from '@lpipe/core/middleware'
import { type LocalPipeline, type LocalPipelineOptions, localPipeline } from '@lpipe/local'
import { memoryQueue, silentLogger } from '@lpipe/testing'
import middy from '@middy/core'
import {
  action,
  FailCatastrophically,
  type LpipeOptions,
  lpipe,
  payload,
  type Queue,
  queue,
  queueKinesis,
  queueSqs,
} from 'lpipe-preset'
import { kinesisClient, sqsClient } from './clients.ts'
import { type ProxyOptions, startProxy } from './proxy.ts'

/** Order, redelivery and delays over the real protocols: fauxqs and kinesalite behind the AWS clients. */

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

/** Starts a pipeline whose functions may need it: they are made when it is there. */
const start = async (
  options: Omit<LocalPipelineOptions, 'logger' | 'environment'>,
): Promise<{ pipeline: LocalPipeline; errors: string[] }> => {
  const errors: string[] = []
  const logger = { ...silentLogger(), error: (text: string) => void errors.push(text) }
  const pipeline = await localPipeline({ ...options, environment: false, logger })
  closing.push(pipeline.stop)
  return { pipeline, errors }
}

/** What is known only when the pipeline runs. */
const later = <T>() => {
  let value: T | undefined
  return {
    set: (given: T): void => {
      value = given
    },
    get: (): T => {
      if (value === undefined) throw new Error('not yet')
      return value
    },
  }
}

const handlerOf = (options: LpipeOptions) => middy().use(lpipe({ logger: silentLogger(), ...options }))

interface Order {
  readonly customer: string
  readonly number: number
}

const ordersOf = (customers: readonly string[], count: number): Order[] =>
  Array.from({ length: count }, (_, number) => customers.map((customer) => ({ customer, number }))).flat()

const byCustomer = ({ customer }: Order): string => customer

test('a redelivered source message that sends again is deduplicated by SQS', async () => {
  const to = later<Queue>()
  const entries: number[] = []
  let calls = 0
  const other = memoryQueue({
    refuse: () => (++calls <= 2 ? { code: 'Down', reason: 'for the test', senderFault: true } : undefined),
  })
  // Two sends to a FIFO queue, with equal bodies, and one that is refused at the first two deliveries.
  const call = (kwargs: Order) => [
    payload({ queue: to.get(), kwargs }),
    payload({ queue: to.get(), kwargs }),
    payload({ queue: other.queue, kwargs }),
  ]
  const { pipeline } = await start({
    queues: { 'source.fifo': {}, 'target.fifo': {} },
    functions: {
      forward: { handler: handlerOf({ call }) as never, source: { queue: 'source.fifo', retryAfterSeconds: 0 } },
    },
  })
  const { sqs } = pipeline.clients
  sqs.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        if (commandName === 'SendMessageBatchCommand') {
          entries.push((args.input as unknown as { readonly Entries: unknown[] }).Entries.length)
        }
        return next(args)
      },
    { step: 'initialize' },
  )
  to.set(queue({ type: 'sqs', name: 'target.fifo', sender: () => queueSqs({ client: sqs }) }))
  await pipeline.send('source.fifo', [{ customer: 'ada', number: 1 }], { groupId: byCustomer })
  await pipeline.drained({ timeoutSeconds: 60 })

  expect(calls).toBe(3)
  expect(entries.slice(1)).toEqual([2, 2, 2]) // after ours, which was first: sent at each of three deliveries
  const arrived = await pipeline.contents('target.fifo')
  expect(arrived.map(({ body, groupId }) => ({ body, groupId }))).toEqual([
    { body: { customer: 'ada', number: 1 }, groupId: 'ada' }, // the group of its source message
    { body: { customer: 'ada', number: 1 }, groupId: 'ada' },
  ])
})

describe('order within a group survives retries of entries', () => {
  const customers = ['ada', 'bob', 'cyd']
  const orders = ordersOf(customers, 20)

  const forwarded = async (mischief: ProxyOptions, target: { readonly strictOrder?: boolean }) => {
    const to = later<Queue>()
    const { pipeline } = await start({
      queues: { 'source.fifo': { visibilityTimeout: 30 }, 'target.fifo': {} },
      functions: {
        forward: {
          handler: handlerOf({
            call: (kwargs: Order) => payload({ queue: to.get(), kwargs }),
            delivery: { retryMillis: 5 },
          }) as never,
          source: { queue: 'source.fifo', retryAfterSeconds: 0 },
          timeout: 20,
        },
      },
    })
    const proxy = await startProxy(pipeline.environment['AWS_ENDPOINT_URL_SQS'] ?? '', mischief)
    const client = sqsClient(proxy.url)
    closing.push(proxy.close, () => client.destroy())
    to.set(queue({ type: 'sqs', name: 'target.fifo', ...target, sender: () => queueSqs({ client }) }))
    await pipeline.send('source.fifo', orders, { groupId: byCustomer })
    await pipeline.drained({ timeoutSeconds: 60 })
    const arrived = (await pipeline.contents('target.fifo')).map(({ body }) => body as Order)
    return { proxy, ofCustomer: (one: string) => arrived.filter(({ customer }) => customer === one) }
  }

  test.each(['throttle', 'cut before', 'cut after'] as const)('when calls are hit: %s', async (what) => {
    const mischief = ({ number }: { readonly number: number }) => (number % 2 === 1 ? what : undefined)
    const { proxy, ofCustomer } = await forwarded({ mischief }, {})
    expect(proxy.made.get(what)).toBeGreaterThan(1)
    for (const customer of customers) expect(ofCustomer(customer)).toEqual(ordersOf([customer], 20))
  })

  test('when single entries of a call are refused: with strictOrder', async () => {
    const mischief = ({ number }: { readonly number: number }) => (number % 2 === 1 ? 'entries' : undefined)
    const { proxy, ofCustomer } = await forwarded({ mischief }, { strictOrder: true })
    expect(proxy.made.get('entries')).toBeGreaterThan(1)
    for (const { bodies } of proxy.calls) {
      const groups = bodies.map((body) => (JSON.parse(body) as Order).customer)
      expect(new Set(groups).size).toBe(groups.length) // one of a group in a call
    }
    for (const customer of customers) expect(ofCustomer(customer)).toEqual(ordersOf([customer], 20))
  })

  test('what can still happen without strictOrder: the refused one arrives late, and all arrive once', async () => {
    const mischief = ({ number }: { readonly number: number }) => (number === 1 ? 'entries' : undefined)
    const { ofCustomer } = await forwarded({ mischief, hits: (_, index) => index === 0 }, {})
    for (const customer of customers) {
      expect(ofCustomer(customer).toSorted((a, b) => a.number - b.number)).toEqual(ordersOf([customer], 20))
    }
  })
})

test('a message larger than the limit fails with a clear error, and ends in the dead-letter queue', async () => {
  const to = later<Queue>()
  const logged: string[] = []
  const call = ({ bytes }: { bytes: number }) => payload({ queue: to.get(), kwargs: 'x'.repeat(bytes) })
  const logger = { ...silentLogger(), error: (text: string) => void logged.push(text) }
  const { pipeline } = await start({
    queues: { source: { deadLetter: { queue: 'dead', maxReceiveCount: 2 } }, dead: {}, 'target.fifo': {} },
    functions: {
      forward: { handler: handlerOf({ call, logger }) as never, source: { queue: 'source', retryAfterSeconds: 0 } },
    },
  })
  to.set(queue({ type: 'sqs', name: 'target.fifo', sender: () => queueSqs({ client: pipeline.clients.sqs }) }))
  await pipeline.send('source', [{ bytes: 2_000_000 }, { bytes: 1000 }])
  await pipeline.drained({ timeoutSeconds: 60 })

  expect(logged).toHaveLength(2)
  expect(logged[0]).toMatch(
    /failed: UndeliverableError: cannot send to sqs target.fifo: the message has 20\d{5} bytes, and the limit is 1048576/,
  )
  expect((await pipeline.contents('dead')).map(({ body }) => body)).toEqual([{ bytes: 2_000_000 }])
  expect(await pipeline.contents('target.fifo')).toHaveLength(1)
})

test("partialFailures: 'delete' deletes what is done, at most 10 a call, and then throws", async () => {
  const deletes: number[] = []
  const attempts = new Map<number, number>()
  const source = later<ReturnType<typeof queueSqs>>()
  const call = ({ number }: { number: number }) => {
    attempts.set(number, (attempts.get(number) ?? 0) + 1)
    if (number % 10 === 3 && attempts.get(number) === 1) throw new FailCatastrophically('not now')
  }
  const sqs: SourceQueue = {
    remove: (...args) => source.get().remove(...args),
    postpone: (...args) => source.get().postpone(...args),
  }
  const handler = handlerOf({ call, partialFailures: 'delete', sqs, retryDelaySeconds: 0 })
  const { pipeline, errors } = await start({
    queues: { source: {} },
    functions: {
      work: {
        handler: handler as never,
        source: {
          queue: 'source',
          batchSize: 50,
          maximumBatchingWindowInSeconds: 1,
          reportBatchItemFailures: false,
        },
      },
    },
  })
  const own = sqsClient(pipeline.environment['AWS_ENDPOINT_URL_SQS'] ?? '')
  closing.push(() => own.destroy())
  own.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        if (commandName === 'DeleteMessageBatchCommand') {
          deletes.push((args.input as unknown as { readonly Entries: unknown[] }).Entries.length)
        }
        return next(args)
      },
    { step: 'initialize' },
  )
  source.set(queueSqs({ client: own }))
  const bodies = Array.from({ length: 50 }, (_, number) => ({ number }))
  await pipeline.send('source', bodies)
  await pipeline.drained({ timeoutSeconds: 60 })

  expect(deletes.reduce((sum, count) => sum + count, 0)).toBe(45)
  expect(Math.max(...deletes)).toBeLessThanOrEqual(10)
  const thrown = errors.map((text) => /(\d+) messages? failed, and the others were deleted.*not now/.exec(text)?.[1])
  expect(thrown.reduce((sum, count) => sum + Number(count), 0)).toBe(5)
  for (const { number } of bodies) expect(attempts.get(number)).toBe(number % 10 === 3 ? 2 : 1) // nothing done twice
})

describe('a failed message is delivered again when it is to be', () => {
  /** Sends one batch, and returns after how many milliseconds each message came again. */
  const returns = async (
    name: string,
    orders: readonly Order[],
    options: Partial<LpipeOptions>,
    failure: (order: Order) => Error | undefined,
  ) => {
    const first = new Map<string, number>()
    const again = new Map<string, number>()
    const source = later<ReturnType<typeof queueSqs>>()
    const call = (order: Order) => {
      const key = `${order.customer}${order.number}`
      if (first.has(key)) {
        again.set(key, performance.now() - (first.get('start') ?? 0))
        return
      }
      first.set('start', first.get('start') ?? performance.now())
      first.set(key, performance.now())
      const error = failure(order)
      if (error !== undefined) throw error
    }
    const sqs: SourceQueue = {
      remove: (...args) => source.get().remove(...args),
      postpone: (...args) => source.get().postpone(...args),
    }
    const { pipeline } = await start({
      queues: { [name]: { visibilityTimeout: 30 } },
      functions: { work: { handler: handlerOf({ call, sqs, ...options } as never) as never, source: { queue: name } } },
    })
    source.set(queueSqs({ client: pipeline.clients.sqs }))
    await pipeline.send(name, orders, name.endsWith('.fifo') ? { groupId: byCustomer } : {})
    await pipeline.drained({ timeoutSeconds: 60 })
    return again
  }

  const orders = ordersOf(['ada', 'bob'], 2)
  const busy = () => new FailCatastrophically('busy')

  test('retryDelaySeconds', async () => {
    const again = await returns('source', orders, { retryDelaySeconds: 1 }, ({ customer }) =>
      customer === 'ada' ? busy() : undefined,
    )
    expect([...again.keys()].toSorted()).toEqual(['ada0', 'ada1'])
    for (const millis of again.values()) expect(millis).toBeGreaterThan(950)
    for (const millis of again.values()) expect(millis).toBeLessThan(10_000) // and not the queue's thirty seconds
  })

  test("an error's own retryAfterSeconds comes first", async () => {
    const own = ({ customer }: Order) =>
      customer === 'ada' ? new FailCatastrophically('busy', { retryAfterSeconds: 4 }) : busy()
    const again = await returns('source', orders, { retryDelaySeconds: (attempt) => attempt - 1 }, own)
    expect([...again.keys()].toSorted()).toEqual(['ada0', 'ada1', 'bob0', 'bob1'])
    for (const [key, millis] of again) {
      if (key.startsWith('ada')) expect(millis).toBeGreaterThan(3950)
      else expect(millis).toBeLessThan(3900)
    }
  })

  test('a FIFO group has one delay: that of its first failure', async () => {
    const first = ({ number, customer }: Order) =>
      customer === 'ada' && number === 0 ? new FailCatastrophically('busy', { retryAfterSeconds: 1 }) : undefined
    // Without it the second of the group would keep the others' thirty seconds, and the group with it.
    const again = await returns('source.fifo', ordersOf(['ada', 'bob'], 3), { retryDelaySeconds: 30 }, first)
    expect([...again.keys()]).toEqual(['ada0'])
    for (const millis of again.values()) expect(millis).toBeGreaterThan(950)
    for (const millis of again.values()) expect(millis).toBeLessThan(10_000)
  })
})

describe('two Lambdas that feed each other end after maxHops, with an error that shows the loop', () => {
  const maxHops = 7

  test('over SQS', async () => {
    const logged: string[] = []
    const logger = { ...silentLogger(), error: (text: string) => void logged.push(text) }
    const [toPing, toPong] = [later<Queue>(), later<Queue>()]
    const ping = () => payload({ queue: toPong.get(), kwargs: {} })
    const pong = () => payload({ queue: toPing.get(), kwargs: {} })
    const ends = { deadLetter: { queue: 'dead', maxReceiveCount: 1 } }
    const { pipeline } = await start({
      queues: { ping: ends, pong: ends, dead: {} },
      functions: {
        ping: {
          handler: handlerOf({ call: ping, maxHops, logger }) as never,
          source: { queue: 'ping', retryAfterSeconds: 0 },
        },
        pong: {
          handler: handlerOf({ call: pong, maxHops, logger }) as never,
          source: { queue: 'pong', retryAfterSeconds: 0 },
        },
      },
    })
    const sender = () => queueSqs({ client: pipeline.clients.sqs })
    toPing.set(queue({ type: 'sqs', name: 'ping', sender }))
    toPong.set(queue({ type: 'sqs', name: 'pong', sender }))
    await pipeline.send('ping', [{}])
    await pipeline.drained({ timeoutSeconds: 60 })

    expect(logged).toHaveLength(1)
    expect(logged[0]).toMatch(
      /the message passed through more than `maxHops` \(7\) queues, last: sqs pong > sqs ping > .*> sqs pong > sqs ping\./,
    )
    expect(logged[0]).toContain('Check the graph for a cycle, or raise `maxHops`')
    expect(await pipeline.contents('dead')).toHaveLength(1)
  })

  test('over Kinesis, with paths', async () => {
    const logged: string[] = []
    const logger = { ...silentLogger(), error: (text: string) => void logged.push(text) }
    const toStream = later<Queue>()
    const toQueue = later<Queue>()
    const { pipeline } = await start({
      queues: { queue: { deadLetter: { queue: 'dead', maxReceiveCount: 1 } }, dead: {} },
      streams: { stream: {} },
      functions: {
        fromStream: {
          handler: handlerOf({
            paths: { GO: [action({ functions: [() => payload({ queue: toQueue.get(), kwargs: { turn: 1 } })] })] },
            maxHops,
            logger,
          }) as never,
          source: { stream: 'stream', maximumRetryAttempts: 0 },
        },
        fromQueue: {
          handler: handlerOf({
            paths: { COME: [action({ functions: [() => payload({ queue: toStream.get(), kwargs: { turn: 2 } })] })] },
            maxHops,
            logger,
          }) as never,
          source: { queue: 'queue', retryAfterSeconds: 0 },
        },
      },
    })
    const client = kinesisClient(pipeline.environment['AWS_ENDPOINT_URL_KINESIS'] ?? '')
    closing.push(() => client.destroy())
    toStream.set(queue({ type: 'kinesis', name: 'stream', path: 'GO', sender: () => queueKinesis({ client }) }))
    toQueue.set(
      queue({ type: 'sqs', name: 'queue', path: 'COME', sender: () => queueSqs({ client: pipeline.clients.sqs }) }),
    )
    await pipeline.send('stream', [{ path: 'GO', kwargs: {} }])
    await pipeline.drained({ timeoutSeconds: 60 })

    expect(logged).toHaveLength(1)
    expect(logged[0]).toMatch(
      /the message passed through more than `maxHops` \(7\) queues, last: .*> kinesis stream > sqs queue > kinesis stream\./,
    )
  })
})
