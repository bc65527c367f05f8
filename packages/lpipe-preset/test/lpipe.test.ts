import { describe, expect, test } from '@jest/globals'
import { queue as coreQueue } from '@lpipe/core'
import { invoke, kinesisEvent, memoryQueue, silentLogger, sqsEvent } from '@lpipe/testing'
import middy7 from '@middy/core'
import {
  action,
  type Batch,
  FailCatastrophically,
  InvalidConfigurationError,
  type LpipeContext,
  lpipe,
  payload,
  queue,
  queueSqs,
} from 'lpipe-preset'
import middy6 from 'middy6'

const logger = silentLogger()

describe.each([
  ['7', middy7],
  ['6', middy6 as unknown as typeof middy7],
])('under @middy/core %s', (_, middy) => {
  test('hooks run in order, and the last one runs the messages', async () => {
    const order: string[] = []
    const handler = middy({ beforeMiddleware: (name: string) => void order.push(name) }).use(
      lpipe({ call: () => order.push('the function'), logger }),
    )
    await invoke(handler, sqsEvent([{}]))
    expect(order).toEqual([
      'batchResponseBefore',
      'errorClassifierBefore',
      'batchDecoderBefore',
      'messageNormalizerBefore',
      'payloadChainBefore',
      'pathRouterBefore',
      'batchResponseAfter',
      'the function',
    ])
  })

  test('one function for every message', async () => {
    const stored: unknown[] = []
    const handler = middy().use(lpipe({ call: (kwargs) => stored.push(kwargs), logger }))
    expect(await invoke(handler, sqsEvent([{ foo: 'bar' }, { foo: 'baz' }]))).toEqual({ batchItemFailures: [] })
    expect(stored).toEqual([{ foo: 'bar' }, { foo: 'baz' }])
  })

  test('a graph, with paths, payloads and a queue', async () => {
    const { queue, sent } = memoryQueue({ path: 'ARCHIVE' })
    const seen: unknown[] = []
    const handler = middy().use(
      lpipe({
        paths: {
          SUBSCRIBE: [
            action({ functions: [({ name }: { name: string }) => seen.push(['subscribe', name])], paths: ['MERCH'] }),
          ],
          MERCH: [({ name }: { name: string }) => payload({ path: 'SHIP', kwargs: { to: name } })],
          SHIP: [action({ functions: [({ to }: { to: string }) => seen.push(['ship', to])], queues: [queue] })],
        },
        logger,
      }),
    )
    const event = kinesisEvent([{ path: 'SUBSCRIBE', kwargs: { name: 'Ada' } }])
    expect(await invoke(handler, event)).toEqual({ batchItemFailures: [] })
    expect(seen).toEqual([
      ['subscribe', 'Ada'],
      ['ship', 'Ada'],
    ])
    expect(sent.map(({ body }) => body)).toEqual([{ path: 'ARCHIVE', kwargs: { to: 'Ada' } }])
  })

  test("a handler of one's own", async () => {
    const handler = middy(async (_event: unknown, { lpipe }: LpipeContext) =>
      Promise.allSettled(
        lpipe.messages.map(async ({ payload }) => {
          if (payload.kwargs['bad']) throw new FailCatastrophically('x')
        }),
      ),
    ).use(lpipe({ logger }))
    const body = (bad: boolean) => ({ path: 'ANY', kwargs: { bad } })
    expect(await invoke(handler, sqsEvent([body(false), body(true)]))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'message-1' }],
    })
  })

  test('what is refused is thrown, and Lambda keeps the batch', async () => {
    const handler = middy().use(lpipe({ call: () => undefined, logger }))
    await expect(invoke(handler, { Records: null })).rejects.toThrow(/^batchDecoder: /)
  })
})

describe('context.lpipe', () => {
  test('is the batch, for the handler and for other middlewares', async () => {
    const batches: unknown[] = []
    const look = ({ context }: { context: object }) => void batches.push((context as LpipeContext).lpipe)
    const handler = middy7(async (_event: unknown, { lpipe }: LpipeContext) => {
      batches.push(lpipe)
      expect(lpipe).toMatchObject({ source: { name: 'sqs' }, received: [{ id: 'message-0' }, { id: 'message-1' }] })
      expect(lpipe.messages.map(({ id }) => id)).toEqual(['message-1'])
      return Promise.allSettled(lpipe.messages)
    })
      .use({ after: look })
      .use(lpipe({ logger }))
    await invoke(handler, sqsEvent(['{', { path: 'A', kwargs: {} }]))
    expect(batches).toHaveLength(2)
    expect(batches[0]).toBe(batches[1])
  })

  test('is what a function finds in its state, with the event and the paths', async () => {
    const paths = { A: [(_: unknown, { state }: { state: object }) => state] }
    const event = [{ path: 'A', kwargs: {} }]
    const answer = await invoke<{ output: { batch: Batch }[] }>(middy7().use(lpipe({ paths, logger })), event)
    expect(answer.output[0]).toMatchObject({ event, paths, batch: { source: { name: 'raw' } } })
    expect(Object.isFrozen(answer.output[0])).toBe(true)
  })

  test('holds malformed messages too', async () => {
    let batch: Batch | undefined
    const handler = middy7()
      .use(lpipe({ call: () => 1, logger }))
      .after(({ context }) => {
        batch = (context as LpipeContext).lpipe
      })
    await invoke(handler, ['{', {}])
    expect(batch?.received.map(({ outcome }) => outcome)).toEqual(['dropped', 'succeeded'])
  })
})

describe('a process that serves one invocation after another', () => {
  const { queue, sent } = memoryQueue()
  const sentSince = (start: number) => sent.slice(start).map(({ body }) => body)
  const failing = (error: unknown) => () => {
    throw error
  }
  const handler = middy7().use(
    lpipe({
      paths: {
        FORWARD: [action({ queues: [queue], includeAllParams: true })],
        FORWARD_AND_FAIL: [
          action({ queues: [queue], includeAllParams: true }),
          action({ functions: [failing(new FailCatastrophically('x'))] }),
        ],
        LOOP: [action({ paths: ['LOOP'], includeAllParams: true })],
      },
      logger,
    }),
  )
  const to = (path: string, n: number) => ({ path, kwargs: { n } })

  test.each([
    ['an event that is null', null],
    ['records of an unknown source', { Records: [{ eventSource: 'aws:other' }] }],
    ['a message that failed', [to('FORWARD_AND_FAIL', 1)]],
    ['a graph with a cycle', [to('LOOP', 1)]],
  ])('starts clean after %s', async (_, bad) => {
    const start = sent.length
    await expect(invoke(handler, bad)).rejects.toThrow()
    expect(await invoke(handler, sqsEvent([to('FORWARD', 2)]))).toEqual({ batchItemFailures: [] })
    expect(sentSince(start)).toEqual([{ n: 2 }]) // and nothing that was buffered before
  })

  test('starts clean after a send that failed', async () => {
    let broken = true
    const target = memoryQueue({
      refuse: () => (broken ? { code: 'Broken', reason: 'for now', senderFault: true } : undefined),
    })
    const forward = middy7().use(
      lpipe({ call: ({ n }: { n: number }) => payload({ queue: target.queue, kwargs: { n } }), logger }),
    )
    expect(await invoke(forward, sqsEvent([{ n: 1 }]))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'message-0' }],
    })
    broken = false
    expect(await invoke(forward, sqsEvent([{ n: 2 }]))).toEqual({ batchItemFailures: [] })
    expect(target.sent.map(({ body }) => body)).toEqual([{ n: 2 }])
  })
})

describe('a process that serves two invocations at once', () => {
  test('shares nothing between them', async () => {
    const { queue, sent } = memoryQueue()
    const gates = { slow: Promise.withResolvers<void>(), quick: Promise.withResolvers<void>() }
    const batches = new Map<string, Batch>()
    const handler = middy7().use(
      lpipe({
        call: async ({ who, n, fail }: { who: string; n: number; fail?: boolean }, { state }) => {
          batches.set(who, state.batch)
          await gates[who as keyof typeof gates].promise
          if (fail) throw new FailCatastrophically(who)
          return payload({ queue, kwargs: { who, n } })
        },
        logger,
      }),
    )
    const slow = invoke(handler, sqsEvent([1, 2, 3].map((n) => ({ who: 'slow', n, fail: n === 2 }))))
    const quick = invoke(handler, kinesisEvent([1, 2].map((n) => ({ who: 'quick', n }))))
    await new Promise(setImmediate)
    expect([...batches.keys()]).toEqual(['slow', 'quick']) // both have begun

    gates.quick.resolve()
    expect(await quick).toEqual({ batchItemFailures: [] })
    expect(sent.map(({ body }) => body)).toEqual([
      { who: 'quick', n: 1 },
      { who: 'quick', n: 2 },
    ])
    gates.slow.resolve()
    expect(await slow).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-1' }] })
    expect(sent.slice(2).map(({ body }) => body)).toEqual([
      { who: 'slow', n: 1 },
      { who: 'slow', n: 3 },
    ])
    expect(batches.get('slow')).not.toBe(batches.get('quick'))
    expect(batches.get('slow')).toMatchObject({ source: { name: 'sqs' } })
    expect(batches.get('quick')).toMatchObject({ source: { name: 'kinesis' } })
  })
})

describe('lpipe, when it is made', () => {
  const loose = lpipe as (options: unknown) => unknown
  const store = () => undefined

  test.each([
    ['a misspelt option', { call: store, unhandeld: 'drop' }, 'lpipe: unknown option `unhandeld`. Known options: '],
    ["an option of another middleware's", { call: store, basic: true }, 'lpipe: unknown option `basic`'],
    ['no options', undefined, 'lpipe: expected an object of options, received missing'],
    ['a function alone', store, 'lpipe: expected an object of options, received function'],
    [
      'call together with paths',
      { call: store, paths: { A: [store] } },
      'pathRouter: `call` cannot be combined with `paths` or `defaultPath`. Set either `call` or `paths`',
    ],
    [
      'a default path that does not exist',
      { paths: { A: [store] }, defaultPath: 'B' },
      "pathRouter: `defaultPath`: no path is called 'B'. Paths: A",
    ],
    [
      'a default path without paths',
      { defaultPath: 'B' },
      'pathRouter: requires `call`, or `paths` with at least one path',
    ],
    [
      'an action to nowhere',
      { paths: { A: [action({ paths: ['NOPE'] as never[], includeAllParams: true })] } },
      "pathRouter: path A, action 1: no path is called 'NOPE'. Paths: A",
    ],
    ['no paths', { paths: {} }, 'pathRouter: requires `call`, or `paths` with at least one path'],
    ['an empty path', { paths: { A: [] } }, 'pathRouter: path A: must have at least one action or function'],
    [
      'an empty action',
      { paths: { A: [action({})] } },
      'pathRouter: path A, action 1: requires functions, paths or queues',
    ],
    [
      'functions mixed with actions',
      { paths: { A: [store, action({ functions: [store] })] } },
      'pathRouter: path A: mixes actions and functions; wrap the functions: `action({ functions: [...] })`',
    ],
    [
      'names that differ only in case',
      { paths: { a: [store], A: [store] } },
      "pathRouter: the names of the paths 'a' and 'A' differ only in case",
    ],
    [
      'a bad rename',
      { paths: { A: [action({ functions: [store], requiredParams: [['from']] as never })] } },
      "pathRouter: path A, action 1: `requiredParams` takes names and renames such as ['from', 'to']",
    ],
    [
      'an unknown source',
      { call: store, source: 'SQS' },
      "batchDecoder: `source` must be 'sqs', 'kinesis', 'raw' or an EventSource, received 'SQS'",
    ],
    [
      'another value of `unhandled`',
      { call: store, unhandled: 'ignore' },
      "lpipe: `unhandled` must be 'drop' or 'retry', received 'ignore'",
    ],
    [
      'a sender without methods',
      { call: store, senders: { sqs: {} } },
      'payloadChain: `senders.sqs` must be made with defineSender(), received object without its methods',
    ],
    [
      '`metrics`, which are a middleware of their own',
      { call: store, metrics: true },
      'lpipe: `metrics` is not an option; use the middleware before lpipe(): middy().use(metrics()).use(lpipe({ ... }))',
    ],
    [
      'an action that would forward nothing',
      { paths: { A: [action({ paths: ['A'] })] } },
      'pathRouter: path A, action 1: would forward nothing; set `requiredParams` or `includeAllParams: true`',
    ],
    [
      'a queue without a sender',
      { paths: { A: [action({ queues: [queue({ type: 'rabbit', name: 'x' })], includeAllParams: true })] } },
      "lpipe: path A: no sender for queues of type 'rabbit'. Set `senders: { rabbit: ... }`, or the queue's `sender`",
    ],
    [
      'a queue without a sender, among the paths',
      { paths: { A: [action({ paths: [queue({ type: 'rabbit', name: 'x' })], includeAllParams: true })] } },
      "lpipe: path A: no sender for queues of type 'rabbit'",
    ],
    [
      'an option that the sender of a queue does not take',
      {
        paths: {
          A: [
            action({
              queues: [coreQueue({ type: 'sqs', name: 'x', delaySecond: 3 } as never)],
              includeAllParams: true,
            }),
          ],
        },
        senders: { sqs: queueSqs() },
      },
      "queue of type 'sqs': unknown option `delaySecond`",
    ],
    [
      'a value that the service of a queue would refuse',
      {
        paths: {
          A: [action({ queues: [coreQueue({ type: 'sqs', name: 'a b' })], includeAllParams: true })],
        },
        senders: { sqs: queueSqs() },
      },
      'queue sqs a b: `name` must have 1 to 80 characters',
    ],
    [
      'a class as a function',
      { paths: { A: [class Store {}] } },
      'pathRouter: path A, action 1: function 1 must be a function, received a class',
    ],
    [
      'a dead letter that is not a queue',
      { call: store, deadLetter: 'lost' },
      "lpipe: `deadLetter` must be made with queue(), received 'lost'",
    ],
    [
      'a dead letter without a sender',
      { call: store, deadLetter: queue({ type: 'rabbit', name: 'lost' }) },
      "payloadChain: no sender for queues of type 'rabbit'",
    ],
    [
      'an unknown setting of the delivery',
      { call: store, delivery: { retries: 3 } },
      'payloadChain: `delivery`: unknown option `retries`',
    ],
    [
      'a delay that is not a number',
      { call: store, retryDelaySeconds: 'soon' },
      "lpipe: `retryDelaySeconds` must be a number of at least 0 or a function, received 'soon'",
    ],
    [
      'an `sqs` without methods',
      { call: store, sqs: {} },
      'lpipe: `sqs` must be a queue with the methods `remove` and `postpone`',
    ],
    [
      'an entry that does not exist',
      { paths: { A: [store] }, entries: ['B'] },
      "pathRouter: `entries`: no path is called 'B'. Paths: A",
    ],
  ])('refuses %s', (_, options, message) => {
    expect(() => loose(options)).toThrow(InvalidConfigurationError)
    expect(() => loose(options)).toThrow(message)
  })

  test.each([
    ['an undefined call', { call: undefined, paths: { A: [store] } }],
    ['an empty default path', { paths: { A: [store] }, defaultPath: '' }],
    ['names with dots', { paths: { 'a.b.c': [action({ paths: ['A.B.C'] as never[], includeAllParams: true })] } }],
  ])('takes %s', (_, options) => {
    expect(loose(options)).toHaveLength(6)
  })

  test('with neither call nor paths leaves the messages to the handler, and throws without a handler', async () => {
    const bare = middy7().use(lpipe({ logger }))
    await expect(invoke(bare, sqsEvent([{ path: 'A', kwargs: {} }]))).rejects.toThrow(InvalidConfigurationError)
    await expect(invoke(bare, sqsEvent([{ path: 'A', kwargs: {} }]))).rejects.toThrow(
      'lpipe: the handler must return 1 settled result, for example Promise.allSettled(...), and returned missing. Otherwise set `call` or `paths`',
    )
  })
})
