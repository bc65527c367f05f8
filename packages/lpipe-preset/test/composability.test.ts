import { describe, expect, test } from '@jest/globals'
import { batchDecoder } from '@lpipe/batch-decoder'
import { batchResponse } from '@lpipe/batch-response'
import { errorClassifier } from '@lpipe/error-classifier'
import { messageNormalizer } from '@lpipe/message-normalizer'
import { pathRouter } from '@lpipe/path-router'
import { payloadChain } from '@lpipe/payload-chain'
import { invoke, memoryQueue, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import {
  action,
  FailButContinue,
  FailCatastrophically,
  InvalidConfigurationError,
  type LpipeContext,
  lpipe,
  type Message,
  payload,
} from 'lpipe-preset'
import { remembering, silent } from './loggers.ts'

const logger = silent
const event = sqsEvent([{ n: 0 }, '{', { n: 2 }])

/** A handler of the user's own: settled results of what it does for each message. */
const settling = (handle: (message: Message) => unknown) =>
  middy(async (_event: unknown, { lpipe }: LpipeContext) =>
    Promise.allSettled(lpipe.messages.map(async (message) => handle(message))),
  )

const fulfilled = (value: unknown) => ({ status: 'fulfilled', value })

describe('the decoder alone', () => {
  test('gives a handler decoded bodies, and leaves the answer to it', async () => {
    const handler = middy(async (_event: unknown, { lpipe }: LpipeContext) => ({
      bodies: lpipe.messages.map(({ body }) => body),
      bad: lpipe.received.filter(({ result }) => result !== undefined).map(({ id }) => id),
    })).use(batchDecoder())
    expect(await invoke(handler, event)).toEqual({ bodies: [{ n: 0 }, { n: 2 }], bad: ['message-1'] })
  })

  test('with the normalizer gives it payloads', async () => {
    const handler = middy(async (_event: unknown, { lpipe }: LpipeContext) =>
      lpipe.messages.map(({ payload }) => [payload.path, payload.kwargs]),
    ).use([batchDecoder(), messageNormalizer()])
    expect(await invoke(handler, [{ path: 'A', kwargs: { n: 1 } }, { path: 7 }])).toEqual([['A', { n: 1 }]])
  })

  test('with the answer to Lambda: whatever is thrown stays on its queue', async () => {
    const handler = settling(({ index }) => {
      if (index === 0) throw new FailButContinue('nobody classifies it')
    }).use([batchResponse(), batchDecoder()])
    expect(await invoke(handler, event)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'message-0' }, { itemIdentifier: 'message-1' }],
    })
  })
})

describe('the classifier', () => {
  test('without the answer to Lambda hands on settled results', async () => {
    const error = new FailCatastrophically('x')
    const handler = settling(({ index }) => {
      if (index === 2) throw error
      return 'fine'
    }).use([errorClassifier({ logger }), batchDecoder()])
    expect(await invoke(handler, event)).toEqual([
      fulfilled('fine'),
      fulfilled(undefined),
      { status: 'rejected', reason: error },
    ])
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
    const log = remembering()
    const handler = settling(({ body }) => payload({ queue, kwargs: body })).use([
      batchResponse(),
      errorClassifier({ logger: log }),
      batchDecoder(),
      payloadChain(),
    ])
    expect(await invoke(handler, event)).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-2' }] })
    expect(sent.map(({ body }) => body)).toEqual([{ n: 0 }])
    expect(log.lines[1]).toMatch(/^message message-2 failed: FailCatastrophically: .*memory memory.*TooLarge: no/)
  })

  test('with a router runs what a handler returns for a path', async () => {
    const handler = settling(({ body }) => payload({ path: 'DOUBLE', kwargs: body ?? {} })).use([
      errorClassifier({ logger }),
      batchDecoder(),
      messageNormalizer({ basic: true }),
      payloadChain(),
      pathRouter({ paths: { DOUBLE: [({ n }: { n: number }) => n * 2] }, defaultPath: 'DOUBLE' }),
    ])
    expect(await invoke(handler, event)).toEqual([fulfilled(0), fulfilled(undefined), fulfilled(4)])
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

  test('with a router tells the path by its own name, however the payload wrote it', async () => {
    let received: readonly Message[] = []
    const handler = middy(async (_event: unknown, { lpipe }: LpipeContext) => {
      received = lpipe.received
      return [fulfilled(payload({ path: 'Path.double' }))]
    }).use(lpipe({ paths: { DOUBLE: [() => 1] }, logger }))
    await invoke(handler, sqsEvent([{ path: 'DOUBLE', kwargs: {} }]))
    expect(received.map(({ path, outcome }) => [path, outcome])).toEqual([['DOUBLE', 'succeeded']])
  })

  test('without a router says that nobody runs a path', async () => {
    const log = remembering()
    const handler = settling(() => payload({ path: 'DOUBLE' })).use([
      batchResponse(),
      errorClassifier({ logger: log }),
      batchDecoder(),
      payloadChain(),
    ])
    expect(await invoke(handler, sqsEvent([{}]))).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }] })
    expect(log.lines).toEqual([
      'message message-0 failed: InvalidConfigurationError: payloadChain: to run paths, it needs pathRouter() after it',
    ])
  })
})

describe('the router without the chain', () => {
  const routing = (paths: Parameters<typeof pathRouter>[0]['paths'], log = silent) =>
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
    const log = remembering()
    const handler = routing({ A: [() => payload({ path: 'B' })], B: [() => 1] }, log)
    expect(await invoke(handler, sqsEvent([to('A'), to('B')]))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'message-0' }],
    })
    expect(log.lines).toEqual([
      'message message-0 failed: InvalidConfigurationError: pathRouter: payloads and queues need payloadChain() before it',
    ])
  })

  test('says what is missing when an action has a queue, before anything runs', async () => {
    const ran: unknown[] = []
    const handler = routing({ A: [action({ functions: [() => ran.push(1)], queues: [memoryQueue().queue] })] })
    await expect(invoke(handler, sqsEvent([to('A')]))).rejects.toThrow(
      new InvalidConfigurationError('pathRouter: payloads and queues need payloadChain() before it'),
    )
    expect(ran).toEqual([])
  })

  test('alone under the decoder and normalizer answers with settled results', async () => {
    const handler = middy().use([
      batchDecoder(),
      messageNormalizer({ basic: true }),
      pathRouter({ call: ({ n }: { n: number }) => n }),
    ])
    expect(await invoke(handler, event)).toMatchObject([
      fulfilled(0),
      { status: 'rejected', reason: { name: 'InvalidPayloadError' } },
      fulfilled(2),
    ])
  })

  test('without a normalizer says what is missing', async () => {
    const handler = middy().use([batchDecoder(), pathRouter({ call: () => 1 })])
    expect(await invoke(handler, [{}])).toMatchObject([
      {
        status: 'rejected',
        reason: { message: 'pathRouter: it needs messageNormalizer() before it' },
      },
    ])
  })
})

describe('each middleware without a decoder says what is missing', () => {
  test.each([
    ['batchResponse', batchResponse()],
    ['errorClassifier', errorClassifier()],
    ['messageNormalizer', messageNormalizer()],
    ['payloadChain', payloadChain()],
    ['pathRouter', pathRouter({ call: () => 1 })],
  ])('%s', async (_, middleware) => {
    const handler = middy(async () => []).use(middleware)
    await expect(invoke(handler, event)).rejects.toThrow(
      new InvalidConfigurationError('lpipe: to read the event, it needs batchDecoder() before it'),
    )
  })
})

describe("a handler of one's own under the preset", () => {
  test('answers payloads for queues and paths, and the router stays out of the way', async () => {
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

  test('that answers something else fails the batch, though there are paths', async () => {
    const handler = middy(async () => 'done').use(lpipe({ call: () => 1, logger }))
    await expect(invoke(handler, sqsEvent([{}]))).rejects.toThrow(InvalidConfigurationError)
  })

  test('works with middlewares of others around and between', async () => {
    const order: string[] = []
    const stranger = (name: string) => ({
      before: () => void order.push(`${name} before`),
      after: () => void order.push(`${name} after`),
    })
    const handler = middy()
      .use(stranger('outer'))
      .use(lpipe({ call: () => order.push('the function'), logger }))
      .use(stranger('inner'))
    expect(await invoke(handler, sqsEvent([{}]))).toEqual({ batchItemFailures: [] })
    expect(order).toEqual(['outer before', 'inner before', 'inner after', 'the function', 'outer after'])
  })
})
