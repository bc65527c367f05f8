import { describe, expect, jest, test } from '@jest/globals'
import { batchDecoder } from '@lpipe/batch-decoder'
import { batchResponse } from '@lpipe/batch-response'
import { errorClassifier } from '@lpipe/error-classifier'
import { messageNormalizer } from '@lpipe/message-normalizer'
import { pathRouter } from '@lpipe/path-router'
import { payloadChain } from '@lpipe/payload-chain'
import { invoke, memoryLogger, memoryQueue, silentLogger, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import {
  action,
  type Call,
  FailButContinue,
  FailCatastrophically,
  InvalidConfigurationError,
  type LpipeContext,
  lpipe,
  type Message,
  payload,
} from 'lpipe-preset'
import { problemsIn } from './problems.ts'

const logger = silentLogger()
const event = sqsEvent([{ n: 0 }, '{', { n: 2 }])

/** A handler of the user's own: settled results of what it does for each message. */
const settling = (handle: (message: Message) => unknown) =>
  middy(async (_event: unknown, { lpipe }: LpipeContext) =>
    Promise.allSettled(lpipe.messages.map(async (message) => handle(message))),
  )

const fulfilled = (value: unknown) => ({ status: 'fulfilled', value })

describe('response and decoder', () => {
  test('give a handler decoded bodies; without a classifier every error keeps its message on the queue', async () => {
    const bodies: unknown[] = []
    const handler = settling(({ index, body }) => {
      bodies.push(body)
      if (index === 0) throw new FailButContinue('there is no classifier')
    }).use([batchResponse(), batchDecoder()])
    expect(await invoke(handler, event)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'message-0' }, { itemIdentifier: 'message-1' }],
    })
    expect(bodies).toEqual([{ n: 0 }, { n: 2 }])
  })

  test('with the normalizer give it payloads', async () => {
    const payloads: unknown[] = []
    const handler = settling(({ payload }) => payloads.push([payload?.path, payload?.kwargs])).use([
      batchResponse(),
      errorClassifier({ logger }),
      batchDecoder(),
      messageNormalizer(),
    ])
    await invoke(handler, [{ path: 'A', kwargs: { n: 1 } }, { path: 7 }])
    expect(payloads).toEqual([['A', { n: 1 }]])
  })
})

describe('the chain', () => {
  test('without a router sends what a handler returns for a queue', async () => {
    const { queue, sent } = memoryQueue()
    const handler = settling(({ body, index }) => {
      if (index === 2) return [payload({ queue, kwargs: body }), payload({ queue, kwargs: 'twice' })]
      return payload({ queue, kwargs: body })
    }).use([batchResponse(), errorClassifier({ logger }), batchDecoder(), payloadChain()])
    expect(await invoke(handler, event)).toEqual({ batchItemFailures: [] })
    expect(sent.map(({ body }) => body)).toEqual([{ n: 0 }, { n: 2 }, 'twice'])
  })

  test('a handler whose message fails sends nothing for it', async () => {
    const { queue, sent } = memoryQueue()
    const handler = settling(({ body, index }) => {
      if (index === 0) throw new FailCatastrophically('x')
      return payload({ queue, kwargs: body })
    }).use([batchResponse(), errorClassifier({ logger }), batchDecoder(), payloadChain()])
    expect(await invoke(handler, event)).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }] })
    expect(sent.map(({ body }) => body)).toEqual([{ n: 2 }])
  })

  test('a send that is refused fails the message it came from', async () => {
    const refuse = ({ n }: { n: number }) =>
      n === 2 ? { code: 'TooLarge', reason: 'no', senderFault: true } : undefined
    const { queue, sent } = memoryQueue({ refuse })
    const log = memoryLogger()
    const handler = settling(({ body }) => payload({ queue, kwargs: body })).use([
      batchResponse(),
      errorClassifier({ logger: log }),
      batchDecoder(),
      payloadChain(),
    ])
    expect(await invoke(handler, event)).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-2' }] })
    expect(sent.map(({ body }) => body)).toEqual([{ n: 0 }])
    expect(problemsIn(log).at(-1)).toMatch(
      /^message message-2 failed: UndeliverableError: .*memory memory.*TooLarge: no/,
    )
  })

  test('with a router runs what a handler returns for a path', async () => {
    const handler = settling(({ body }) => payload({ path: 'DOUBLE', kwargs: body ?? {} })).use([
      batchResponse(),
      errorClassifier({ logger }),
      batchDecoder(),
      messageNormalizer({ basic: true }),
      payloadChain(),
      pathRouter({ paths: { DOUBLE: [({ n }: { n: number }) => n * 2] }, defaultPath: 'DOUBLE' }),
    ])
    expect(await invoke(handler, [{ n: 1 }, '{', { n: 2 }])).toMatchObject({ output: [2, 4] })
  })

  test('with a router runs all that a path leads to', async () => {
    const { queue, sent } = memoryQueue()
    const ran: string[] = []
    const steps = (name: string) => [() => ran.push(`${name} 1`), async () => ran.push(`${name} 2`)]
    const handler = settling(() => [payload({ path: 'A', kwargs: { n: 1 } }), payload({ path: 'B' })]).use(
      lpipe({
        paths: {
          A: [action({ functions: steps('A'), paths: ['B'], queues: [queue] })],
          B: [action({ functions: steps('B') }), action({ functions: steps('B again') })],
        },
        logger,
      }),
    )
    expect(await invoke(handler, sqsEvent([{ path: 'A', kwargs: {} }]))).toEqual({ batchItemFailures: [] })
    const b = ['B 1', 'B 2', 'B again 1', 'B again 2']
    expect(ran).toEqual(['A 1', 'A 2', ...b, ...b])
    expect(sent.map(({ body }) => body)).toEqual([{ n: 1 }])
  })

  test('with a router records the path by its own name, however the payload wrote it', async () => {
    let received: readonly Message[] = []
    const handler = middy(async (_event: unknown, { lpipe }: LpipeContext) => {
      received = lpipe.received
      return [fulfilled(payload({ path: 'Path.double' }))]
    }).use(lpipe({ paths: { DOUBLE: [() => 1] }, logger }))
    await invoke(handler, sqsEvent([{ path: 'DOUBLE', kwargs: {} }]))
    expect(received.map(({ path, outcome }) => [path, outcome])).toEqual([['DOUBLE', 'succeeded']])
  })

  test('without a router fails a message that returns a payload for a path', async () => {
    const log = memoryLogger()
    const handler = settling(() => payload({ path: 'DOUBLE' })).use([
      batchResponse(),
      errorClassifier({ logger: log }),
      batchDecoder(),
      payloadChain(),
    ])
    expect(await invoke(handler, sqsEvent([{}]))).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }] })
    expect(problemsIn(log)).toEqual([
      'message message-0 failed: InvalidConfigurationError: payloadChain: payloads for paths require pathRouter() after it',
    ])
  })
})

describe('the router without the chain', () => {
  const routing = (paths: Parameters<typeof pathRouter>[0]['paths'], log = silentLogger()) =>
    middy().use([
      batchResponse(),
      errorClassifier({ logger: log }),
      batchDecoder(),
      messageNormalizer(),
      pathRouter({ paths: paths as never }),
    ])
  const to = (path: string) => ({ path, kwargs: { n: 1 } })

  test('runs functions and paths', async () => {
    const handler = routing({
      A: [action({ functions: [() => 1], paths: ['B'] })],
      B: [({ n }: { n: number }) => ({ n })],
    })
    expect(await invoke(handler, [to('A')])).toMatchObject({ output: [{ n: 1 }] })
  })

  test('says what is missing when a function returns a payload, and keeps the message', async () => {
    const log = memoryLogger()
    const handler = routing({ A: [() => payload({ path: 'B' })], B: [() => 1] }, log)
    expect(await invoke(handler, sqsEvent([to('A'), to('B')]))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'message-0' }],
    })
    expect(problemsIn(log)).toEqual([
      'message message-0 failed: InvalidConfigurationError: pathRouter: payloads and queues require payloadChain() before it',
    ])
  })

  test('says what is missing when an action has a queue, before anything runs', async () => {
    const ran: unknown[] = []
    const handler = routing({ A: [action({ functions: [() => ran.push(1)], queues: [memoryQueue().queue] })] })
    await expect(invoke(handler, sqsEvent([to('A')]))).rejects.toThrow(
      new InvalidConfigurationError('pathRouter: payloads and queues require payloadChain() before it'),
    )
    expect(ran).toEqual([])
  })
})

describe('a handler of your own under the preset', () => {
  test('returns payloads for queues and paths, and the router runs nothing else', async () => {
    const { queue, sent } = memoryQueue({ path: 'NEXT' })
    const ran: unknown[] = []
    const handler = settling(({ index, payload: { kwargs } = { kwargs: {} } }) =>
      index === 0 ? payload({ queue, kwargs }) : payload({ path: 'COUNT', kwargs }),
    ).use(lpipe({ paths: { COUNT: [({ n }: { n: number }) => ran.push(n)] }, logger }))
    const to = (n: number) => ({ path: 'COUNT', kwargs: { n } })
    expect(await invoke(handler, sqsEvent([to(0), to(1)]))).toEqual({ batchItemFailures: [] })
    expect(sent.map(({ body }) => body)).toEqual([{ path: 'NEXT', kwargs: { n: 0 } }])
    expect(ran).toEqual([1]) // by the payload, not by the message
  })

  test('wins over `call` and `paths`: the error says so', async () => {
    const ran: unknown[] = []
    const error = (returned: string) =>
      new InvalidConfigurationError(
        `lpipe: the handler's response takes precedence over \`call\` and \`paths\`, so that no path ran, and it is ${returned} ` +
          `instead of 1 settled result. Remove the handler: middy().use(lpipe({ paths }))`,
      )
    const handler = (returned: unknown) =>
      middy(async () => returned).use(lpipe({ paths: { A: [() => ran.push(1)] }, logger }))
    const records = sqsEvent([{ path: 'A', kwargs: {} }])
    await expect(invoke(handler('done'), records)).rejects.toThrow(error('string'))
    await expect(invoke(handler({ batchItemFailures: [] }), records)).rejects.toThrow(error('object'))
    await expect(invoke(handler([]), records)).rejects.toThrow(error('0 settled results'))
    await expect(invoke(handler(null), records)).rejects.toThrow(error('null'))
    expect(ran).toEqual([])
  })

  test('that returns nothing has the graph run', async () => {
    const ran: unknown[] = []
    const handler = middy(async () => undefined).use(lpipe({ paths: { A: [() => ran.push(1)] }, logger }))
    expect(await invoke(handler, sqsEvent([{ path: 'A', kwargs: {} }]))).toEqual({ batchItemFailures: [] })
    expect(ran).toEqual([1])
  })

  const fifo = (count: number) =>
    sqsEvent(
      Array.from({ length: count }, (_, n) => ({ n })),
      { name: 'orders.fifo', groupId: ({ n }: { n: number }) => String(n % 2) },
    )
  const ids = (...indexes: number[]) => ({
    batchItemFailures: indexes.map((index) => ({ itemIdentifier: `message-${index}` })),
  })

  test('keeps the order of groups without chain and router: what follows a failed message is reported too', async () => {
    const handler = settling(({ index }) => {
      if (index === 1) throw new FailCatastrophically('later')
    }).use([batchResponse(), errorClassifier({ logger }), batchDecoder()])
    expect(await invoke(handler, fifo(6))).toEqual(ids(1, 3, 5))
  })

  test('keeps the order of groups in the payloads that it returns', async () => {
    const { queue, sent } = memoryQueue()
    const ran: number[] = []
    const work = ({ n }: { n: number }) => {
      ran.push(n)
      if (n === 1) throw new FailCatastrophically('later')
    }
    const handler = settling(({ body }) => [
      payload({ path: 'WORK', kwargs: body ?? {} }),
      payload({ queue, kwargs: body }),
    ]).use(lpipe({ paths: { WORK: [work] }, defaultPath: 'WORK', logger }))
    expect(await invoke(handler, fifo(6))).toEqual(ids(1, 3, 5))
    expect(ran).toEqual([0, 1, 2, 4])
    expect(sent.map(({ body }) => body)).toEqual([{ n: 0 }, { n: 2 }, { n: 4 }])
  })

  test('has a deadline for the functions of its payloads: what is done stays done, and is sent', async () => {
    const { queue, sent } = memoryQueue()
    const aborted: unknown[] = []
    const work = ({ n }: { n: number }, { signal }: Call): unknown => {
      if (n !== 1) return payload({ queue, kwargs: { n } })
      return new Promise(() => signal.addEventListener('abort', () => aborted.push(n)))
    }
    const handler = settling(({ body }) => payload({ path: 'WORK', kwargs: body ?? {} })).use(
      lpipe({ paths: { WORK: [work] }, defaultPath: 'WORK', logger }),
    )
    const timers = jest.spyOn(globalThis, 'setTimeout')
    const response = await invoke(handler, sqsEvent([{ n: 0 }, { n: 1 }, { n: 2 }]), {
      getRemainingTimeInMillis: () => 1000,
    })
    const waits = timers.mock.calls.map(([, millis]) => Number(millis))
    timers.mockRestore()
    expect(waits.length).toBeGreaterThan(0)
    expect(Math.max(...waits)).toBeLessThanOrEqual(1000)
    expect(response).toEqual(ids(1, 2))
    expect(sent.map(({ body }) => body)).toEqual([{ n: 0 }])
    expect(aborted).toEqual([1])
  })

  test('works with other middlewares around and between', async () => {
    const order: string[] = []
    const other = (name: string) => ({
      before: () => void order.push(`${name} before`),
      after: () => void order.push(`${name} after`),
    })
    const handler = middy()
      .use(other('outer'))
      .use(lpipe({ call: () => order.push('the function'), logger }))
      .use(other('inner'))
    expect(await invoke(handler, sqsEvent([{}]))).toEqual({ batchItemFailures: [] })
    expect(order).toEqual(['outer before', 'inner before', 'inner after', 'the function', 'outer after'])
  })
})
