import { expect, test } from '@jest/globals'
import { localPipeline } from '@lpipe/local'
import { silentLogger } from '@lpipe/testing'
import middy from '@middy/core'
import {
  FailButContinue,
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
import { type Mischief, type MischiefProxy, type SendCall, startProxy } from './proxy.ts'

/**
 * 10,000 messages through two Lambdas, over the real protocols and the real clients, with a proxy in front that throttles,
 * fails entries, cuts connections and answers late. A stream feeds the first Lambda, which forwards to a FIFO queue in
 * order of customers; that feeds the second, which forwards to another FIFO queue and to a stream.
 */

const count = Number(process.env['LPIPE_PROTOCOL_MESSAGES'] ?? 10_000)
const customers = 50

interface Order {
  readonly customer: string
  readonly number: number
}

const orders: readonly Order[] = Array.from({ length: count }, (_, number) => ({
  customer: `customer-${number % customers}`,
  number,
}))

/** A few are dropped by the second Lambda, and a few never succeed. */
const isDropped = ({ number }: Order): boolean => number % 997 === 5
const isPoison = ({ number }: Order): boolean => number % 2503 === 7

const mischiefs: readonly Mischief[] = ['throttle', 'entries', 'cut before', 'cut after', 'slow']

/** One call in seven is hit, by each mischief in turn. */
const mischief = ({ number }: SendCall): Mischief | undefined =>
  number % 7 === 3 ? mischiefs[Math.floor(number / 7) % mischiefs.length] : undefined

const numbersIn = (bodies: readonly unknown[]): number[] => bodies.map((body) => (body as Order).number)

test(`${count} messages through two Lambdas and a proxy that does mischief: all accounted for`, async () => {
  const to = new Map<string, Queue>()
  const target = (name: string): Queue => to.get(name) as Queue
  /** in the order in which the second Lambda first saw them */
  const begun = new Set<number>()
  const logged = new Set<number>()
  let calls = 0

  /** Fails now and then, as things do. */
  const flaky = (): void => {
    calls += 1
    if (calls % 401 === 0) throw new FailCatastrophically('not now')
  }
  const accept = (order: Order) => {
    flaky()
    return payload({ queue: target('work.fifo'), kwargs: order })
  }
  const work = (order: Order) => {
    begun.add(order.number)
    flaky()
    if (isPoison(order)) throw new FailCatastrophically('never')
    if (isDropped(order)) throw new FailButContinue('of no use')
    return [payload({ queue: target('done.fifo'), kwargs: order }), payload({ queue: target('log'), kwargs: order })]
  }
  const options = {
    logger: silentLogger(),
    concurrency: 10,
    delivery: { retryMillis: 5 },
  } satisfies Partial<LpipeOptions>
  // Made at the first event, because lpipe() makes the sender of its dead-letter queue at once.
  let working: ((event: never, context: never) => unknown) | undefined
  const lateWork = (event: never, context: never): unknown => {
    working ??= middy().use(lpipe({ call: work, ...options, deadLetter: target('dropped') })) as never
    return (working as NonNullable<typeof working>)(event, context)
  }
  const handlers = {
    collect: middy().use(lpipe({ call: ({ number }: Order) => void logged.add(number), ...options })),
    accept: middy().use(lpipe({ call: accept, ...options })),
    work: lateWork,
  }

  const pipeline = await localPipeline({
    environment: false,
    logger: silentLogger(),
    queues: {
      'work.fifo': { visibilityTimeout: 60, deadLetter: { queue: 'dead.fifo', maxReceiveCount: 8 } },
      'dead.fifo': {},
      'done.fifo': {},
      dropped: {},
    },
    streams: { orders: { shards: 2 }, log: { shards: 2 } },
    functions: {
      accept: {
        handler: handlers.accept as never,
        source: { stream: 'orders', batchSize: 500, retryAfterSeconds: 0.01 },
        timeout: 30,
      },
      work: {
        handler: handlers.work as never,
        source: { queue: 'work.fifo', maximumConcurrency: 4, retryAfterSeconds: 0 },
        timeout: 30,
      },
      collect: { handler: handlers.collect as never, source: { stream: 'log', batchSize: 1000 } },
    },
  })
  const proxies: MischiefProxy[] = []
  const proxied = async (variable: string): Promise<string> => {
    const proxy = await startProxy(pipeline.environment[variable] ?? '', { mischief })
    proxies.push(proxy)
    return proxy.url
  }
  const sqs = sqsClient(await proxied('AWS_ENDPOINT_URL_SQS'))
  const kinesis = kinesisClient(await proxied('AWS_ENDPOINT_URL_KINESIS'))
  try {
    const sender = queueSqs({ client: sqs })
    const groupId = ({ kwargs }: { readonly kwargs: Order }) => kwargs.customer
    for (const name of ['work.fifo', 'done.fifo']) {
      const strictOrder = name === 'work.fifo' // for the order that is looked at below
      to.set(name, queue({ type: 'sqs', name, groupId, strictOrder, sender: () => sender }))
    }
    to.set('dropped', queue({ type: 'sqs', name: 'dropped', sender: () => sender }))
    to.set('log', queue({ type: 'kinesis', name: 'log', sender: () => queueKinesis({ client: kinesis }) }))

    await pipeline.send('orders', orders, { partitionKey: ({ customer }) => customer })
    await pipeline.drained({ timeoutSeconds: 280 })

    const contents = async (name: string) => (await pipeline.contents(name)).map(({ body }) => body)
    const done = numbersIn(await contents('done.fifo'))
    const dead = numbersIn(await contents('dead.fifo'))
    const letters = (await contents('dropped')) as { readonly record: { readonly body: string } }[]
    const kept = numbersIn(letters.map(({ record }) => JSON.parse(record.body)))

    // Every message is in one place, and what went through FIFO queues is there once.
    expect(new Set(done).size).toBe(done.length)
    expect(new Set(kept)).toEqual(new Set(orders.filter(isDropped).map(({ number }) => number)))
    const poison = orders.filter(isPoison).map(({ number }) => number)
    for (const number of poison) expect(dead).toContain(number)
    const all = [...done, ...new Set(kept), ...dead].toSorted((a, b) => a - b)
    expect(all).toEqual(orders.map(({ number }) => number))

    // What the second Lambda sent to the stream arrived at least once.
    expect(done.filter((number) => !logged.has(number))).toEqual([])

    // Each customer's orders came to the second Lambda in their order, whatever happened to the calls that carried them.
    for (const inOrder of Map.groupBy([...begun], (number) => number % customers).values()) {
      expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b))
    }

    // And all that the proxy can do was done, many times.
    for (const proxy of proxies) {
      for (const what of mischiefs) expect(proxy.made.get(what)).toBeGreaterThan(5)
    }
    const { accept: first, work: second } = pipeline.statistics()
    process.stdout.write(
      `${count} messages: ${done.length} done, ${kept.length} dropped, ${dead.length} dead; ` +
        `invocations ${first?.invocations} and ${second?.invocations}; calls that sent ${proxies.map((one) => one.calls.length).join(' and ')}, ` +
        `hit ${proxies.map((one) => [...one.made.values()].reduce((sum, made) => sum + made, 0)).join(' and ')}\n`,
    )
  } finally {
    await pipeline.stop()
    sqs.destroy()
    kinesis.destroy()
    for (const proxy of proxies) await proxy.close()
  }
}, 300_000)
