import { Metrics } from '@aws-lambda-powertools/metrics'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { batchDecoder } from '@lpipe/batch-decoder'
import { batchResponse } from '@lpipe/batch-response'
import { FailButContinue, FailCatastrophically, type Logger, type LpipeContext, payload } from '@lpipe/core'
import { errorClassifier } from '@lpipe/error-classifier'
import { messageNormalizer } from '@lpipe/message-normalizer'
import { type MetricsOptions, metrics } from '@lpipe/metrics'
import { pathRouter } from '@lpipe/path-router'
import { payloadChain } from '@lpipe/payload-chain'
import { invoke, kinesisEvent, memoryLogger, memoryQueue, silentLogger, sqsEvent } from '@lpipe/testing'
import middy, { type MiddlewareObj } from '@middy/core'
import { type Emf, wrongWith } from './emf.ts'

const nothing = (): void => undefined
const quiet = silentLogger()

const { queue: next } = memoryQueue({
  name: 'next',
  refuse: ({ id }: { id: number }) => (id === 4 ? { code: 'Broken', reason: 'no', senderFault: true } : undefined),
})
const act = ({ id }: Readonly<Record<string, unknown>>) => {
  if (id === 1) throw new FailButContinue('not wanted')
  if (id === 2) throw new FailCatastrophically('try again')
  return id === 0 ? undefined : payload({ queue: next, kwargs: { id } })
}
const paths = { ACT: [act], REST: [nothing] }
const chain = (logger: Logger = quiet): MiddlewareObj<unknown, unknown>[] => [
  batchResponse(),
  errorClassifier({ logger }),
  batchDecoder(),
  messageNormalizer(),
  payloadChain(),
  pathRouter({ paths }),
]
const before = (options?: MetricsOptions) => middy().use([metrics(options), ...chain()])
const after = (options?: MetricsOptions) => middy().use([...chain(), metrics(options)])

const acts = (...ids: number[]) => ids.map((id) => ({ path: 'ACT', kwargs: { id } }))
const mixed = sqsEvent([
  ...acts(0, 1, 2, 3, 4),
  { path: 'rest', kwargs: {} },
  { path: 'NOWHERE', kwargs: {} },
  'no JSON',
])

let text = ''
/** The lines that were written. All of them are valid, or the test fails. */
const lines = (): Emf[] => {
  const documents = text.split('\n').flatMap((line): Emf[] => (line === '' ? [] : [JSON.parse(line)]))
  for (const document of documents) expect(wrongWith(document)).toEqual([])
  return documents
}
const onlyLine = (): Emf => {
  const [line, ...others] = lines()
  expect(others).toEqual([])
  if (line === undefined) throw new Error('no line was written')
  return line
}

/** The names of the metrics by path, in all lines. */
const pathMetrics = (): string[] => [
  ...new Set(lines().flatMap((line) => Object.keys(line).filter((name) => name.includes('.')))),
]

beforeEach(() => {
  text = ''
  jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk)
    return true
  })
})
afterEach(() => {
  jest.restoreAllMocks()
})

describe.each([
  ['before lpipe', before],
  ['after lpipe', after],
])('%s', (_, make) => {
  test('one line for an invocation: what it received, what became of it, by path too', async () => {
    await invoke(make({ namespace: 'Shop', dimensions: { stage: 'test' } }), mixed)
    const { _aws, duration, ...members } = onlyLine()
    expect(members).toEqual({
      service: 'test',
      stage: 'test',
      received: 8,
      succeeded: 3,
      dropped: 3,
      failed: 2,
      sent: 1,
      sendFailures: 1,
      'received.ACT': 5,
      'succeeded.ACT': 2,
      'dropped.ACT': 1,
      'failed.ACT': 2,
      'received.REST': 1,
      'succeeded.REST': 1,
    })
    expect(duration).toBeGreaterThanOrEqual(0)
    const [{ Namespace, Dimensions, Metrics } = fail()] = _aws.CloudWatchMetrics
    expect([Namespace, Dimensions]).toEqual(['Shop', [['service', 'stage']]])
    expect(Metrics.filter(({ Unit }) => Unit !== 'Count')).toEqual([{ Name: 'duration', Unit: 'Milliseconds' }])
  })

  test('a name that only a message says is not the name of a metric', async () => {
    await invoke(make(), sqsEvent([{ path: 'secret', kwargs: {} }]))
    expect(pathMetrics()).toEqual([])
  })

  test('nor behind a failure of its ordering group', async () => {
    const unknown = { path: 'secret', kwargs: {} }
    await invoke(make(), sqsEvent([...acts(2), unknown], { name: 'q.fifo', groupId: () => 'g' }))
    await invoke(make(), sqsEvent([...acts(4), unknown], { name: 'q.fifo', groupId: () => 'g' })) // a send fails later
    await invoke(make(), kinesisEvent([...acts(4), unknown]))
    await expect(invoke(make(), [unknown, ...acts(2)])).rejects.toThrow('try again')
    expect(pathMetrics()).toEqual(['received.ACT', 'failed.ACT'])
  })

  test('a path is named as CloudWatch takes it; those that it cannot distinguish are added up', async () => {
    const long = 'L'.repeat(300)
    const names = ['Überweisung', 'Öberweisung', 'a\nb', `${long}1`, `${long}2`]
    const handler = middy().use([
      metrics(),
      batchResponse(),
      batchDecoder(),
      messageNormalizer(),
      pathRouter({ paths: Object.fromEntries(names.map((name) => [name, [nothing]])) }),
    ])
    await invoke(handler, sqsEvent(names.map((path) => ({ path, kwargs: {} }))))
    expect(onlyLine()).toMatchObject({
      'received._berweisung': 2,
      'succeeded._berweisung': 2,
      'received.a_b': 1,
      [`received.${long}`.slice(0, 255)]: 2,
    })
  })

  test('an event that fails as a whole has its line, once', async () => {
    await expect(invoke(make(), acts(2, 0))).rejects.toThrow('try again')
    expect(onlyLine()).toMatchObject({ received: 2, succeeded: 1, failed: 1 })
  })

  test('an event that cannot be decoded has its line', async () => {
    await expect(invoke(make(), { Records: 'none', eventSource: 'aws:sqs' })).rejects.toThrow()
    expect(onlyLine()).toMatchObject({ received: 0, failed: 0 })
  })

  test('invocations at once do not mix', async () => {
    const handler = make()
    await Promise.all([1, 2, 3].map((count) => invoke(handler, sqsEvent(acts(...Array(count).fill(0))))))
    expect(
      lines()
        .map(({ received }) => received)
        .sort(),
    ).toEqual([1, 2, 3])
  })
})

test('messages without an outcome count as failed if the handler throws', async () => {
  const handler = middy(() => Promise.reject(new Error('the handler itself'))).use([
    metrics(),
    batchResponse(),
    errorClassifier({ logger: quiet }),
    batchDecoder(),
    messageNormalizer(),
  ])
  await expect(invoke(handler, sqsEvent(acts(0, 0)))).rejects.toThrow('the handler itself')
  expect(onlyLine()).toMatchObject({ received: 2, succeeded: 0, failed: 2 })
})

test('messages of a handler of your own are counted, but not by path: messages may name any', async () => {
  const handler = middy(async (_: unknown, { lpipe }: LpipeContext) =>
    Promise.allSettled(lpipe.messages.map(async ({ payload: { kwargs } }) => act(kwargs))),
  ).use([metrics(), batchResponse(), errorClassifier({ logger: quiet }), batchDecoder(), messageNormalizer()])
  await invoke(handler, sqsEvent(acts(0, 1, 2)))
  const line = onlyLine()
  expect(line).toMatchObject({ received: 3, succeeded: 1, dropped: 1, failed: 1 })
  expect(line).not.toHaveProperty(['received.ACT'])
})

test('more metrics than one line may hold make a second one, and none is lost', async () => {
  const many = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`P${index}`, [nothing]]))
  const handler = middy().use([metrics(), ...chain().slice(0, -1), pathRouter({ paths: many })])
  await invoke(handler, sqsEvent(Object.keys(many).map((path) => ({ path, kwargs: {} }))))
  const found = lines()
  expect(found.length).toBe(2)
  const counted = Object.assign({}, ...found)
  expect(Object.keys(counted).filter((name) => name.startsWith('succeeded.P'))).toHaveLength(60)
})

test('a path with a long name is counted all the same', async () => {
  const handler = middy().use([
    metrics(),
    ...chain().slice(0, -1),
    pathRouter({ paths: { ['P'.repeat(300)]: [nothing] } }),
  ])
  await invoke(handler, sqsEvent([{ path: 'P'.repeat(300), kwargs: {} }]))
  expect(onlyLine()).toMatchObject({ received: 1, [`received.${'P'.repeat(300)}`.slice(0, 255)]: 1 })
})

describe('namespace and service', () => {
  const names = ['POWERTOOLS_METRICS_NAMESPACE', 'POWERTOOLS_SERVICE_NAME'] as const
  afterEach(() => {
    for (const name of names) delete process.env[name]
  })

  test('are lpipe and the name of the function', async () => {
    await invoke(before(), sqsEvent([]), { functionName: 'intake' })
    const { _aws, service } = onlyLine()
    expect([_aws.CloudWatchMetrics[0]?.Namespace, service]).toEqual(['lpipe', 'intake'])
  })

  test('or what the environment says', async () => {
    process.env['POWERTOOLS_METRICS_NAMESPACE'] = 'Shop'
    process.env['POWERTOOLS_SERVICE_NAME'] = 'orders'
    await invoke(before(), sqsEvent([]))
    const { _aws, service } = onlyLine()
    expect([_aws.CloudWatchMetrics[0]?.Namespace, service]).toEqual(['Shop', 'orders'])
  })
})

test.each([
  ['metrics() before lpipe', (chain: MiddlewareObj<unknown, unknown>[]) => [metrics(), ...chain]],
  ['metrics() after lpipe', (chain: MiddlewareObj<unknown, unknown>[]) => [...chain, metrics()]],
])('a line that cannot be written is logged, and changes no outcome: %s', async (_, order) => {
  jest.spyOn(Metrics.prototype, 'publishStoredMetrics').mockImplementation(() => {
    throw new Error('no line')
  })
  const logger = memoryLogger()
  expect(await invoke(middy().use(order(chain(logger))), sqsEvent(acts(0, 2)))).toEqual({
    batchItemFailures: [{ itemIdentifier: 'message-1' }],
  })
  expect(logger.lines).toContainEqual({
    level: 'warn',
    message: 'metrics: could not write the metrics',
    fields: { error: expect.any(Error) },
  })
})

test.each(['addMetric', 'publishStoredMetrics'] as const)(
  'a library whose %s rejects ends no process',
  async (name) => {
    const unhandled: unknown[] = []
    const listen = (reason: unknown) => void unhandled.push(reason)
    process.on('unhandledRejection', listen)
    const broken = jest
      .spyOn(Metrics.prototype, name)
      .mockImplementation((() => Promise.reject(new Error('no'))) as never)
    try {
      expect(await invoke(before(), sqsEvent(acts(0, 2)))).toEqual({
        batchItemFailures: [{ itemIdentifier: 'message-1' }],
      })
      // Node.js reports an unhandled rejection after the microtasks.
      await new Promise((resolve) => setImmediate(resolve))
      expect(broken).toHaveBeenCalled()
      expect(unhandled).toEqual([])
    } finally {
      broken.mockRestore()
      process.off('unhandledRejection', listen)
    }
  },
)

test('a handler that is made with metrics() counts each invocation in its own line, 64 at once', async () => {
  const handler = before()
  await Promise.all(Array.from({ length: 64 }, () => invoke(handler, sqsEvent(acts(0, 1)))))
  expect(lines().map(({ received, dropped }) => [received, dropped])).toEqual(Array(64).fill([2, 1]))
})

describe('an invalid option is found when the middleware is made', () => {
  const many = Object.fromEntries(Array.from({ length: 29 }, (_, index) => [`d${index}`, 'x']))
  const error = (why: string) =>
    expect.objectContaining({ name: 'InvalidConfigurationError', message: expect.stringContaining(why) })

  test.each<[unknown, string]>([
    ['Shop', 'metrics: expected an object of options, received string'],
    [{ nameSpace: 'x' }, 'metrics: unknown option `nameSpace`. Known options: namespace, dimensions'],
    [{ dimensions: ['a'] }, 'metrics: `dimensions` must be an object of strings, received array'],
    [{ dimensions: new Map([['a', 'b']]) }, 'metrics: `dimensions` must be an object of strings, received object'],
    [{ dimensions: many }, 'metrics: `dimensions` must have at most 28 members, received 29'],
  ])('%j', (options, why) => {
    expect(() => metrics(options as MetricsOptions)).toThrow(error(why))
  })

  test.each<[unknown, string]>([
    ['', 'not be empty'],
    [' ', 'not be empty'],
    [7, 'be a string, received number'],
    ['AWS/Shop', "not begin with 'AWS/', which CloudWatch reserves for AWS services"],
    [':Shop', 'not begin with `:`'],
    ['Läden', 'have only the characters'],
    ['Shop,Test', 'have only the characters'],
    ['Shop\n', 'have only the characters'],
    ['S'.repeat(256), 'have at most 255 characters, received 256'],
  ])('the namespace %j', (namespace, why) => {
    expect(() => metrics({ namespace } as MetricsOptions)).toThrow(error(why))
  })

  test.each(['Shop', 'Shop/orders.v2_test #1:a-b', 'AWSome', 'S'.repeat(255)])('not the namespace %j', (namespace) => {
    expect(() => metrics({ namespace })).not.toThrow()
  })

  test.each<[string, unknown, string]>([
    ['stage', 7, "the dimension 'stage' must be a string, received number"],
    ['stage', ' ', "the dimension 'stage' must not be empty"],
    ['stage', 'größe', 'must have only printable ASCII characters'],
    ['stage', 'a\nb', 'must have only printable ASCII characters'],
    ['stage', 'x'.repeat(1025), 'must have at most 1024 characters, received 1025'],
    ['', 'x', 'must have a name of printable ASCII characters'],
    [' ', 'x', 'must have a name of printable ASCII characters'],
    ['stufe ü', 'x', 'must have a name of printable ASCII characters'],
    [':stage', 'x', 'must have a name that does not begin with `:`'],
    ['s'.repeat(251), 'x', 'must have a name of at most 250 characters, received 251'],
    ['_aws', 'x', "the dimension '_aws' has a reserved name. Rename it"],
    ['__proto__', 'x', "the dimension '__proto__' has a reserved name. Rename it"],
    ['sent', 'x', "the dimension 'sent' has the name of a metric. Rename it"],
    ['duration', 'x', "the dimension 'duration' has the name of a metric. Rename it"],
    ['failed.ACT', 'x', "the dimension 'failed.ACT' has the name of a metric. Rename it"],
  ])('the dimension %j: %j', (name, value, why) => {
    expect(() => metrics({ dimensions: { [name]: value } } as MetricsOptions)).toThrow(error(why))
  })

  test('a namespace and a service in the environment', () => {
    process.env['POWERTOOLS_METRICS_NAMESPACE'] = 'AWS/Shop'
    expect(() => metrics()).toThrow(error('not begin with'))
    process.env['POWERTOOLS_METRICS_NAMESPACE'] = 'Shop'
    process.env['POWERTOOLS_SERVICE_NAME'] = 'Aufträge'
    expect(() => metrics()).toThrow(error('the dimension `service` must have only printable ASCII characters'))
    delete process.env['POWERTOOLS_METRICS_NAMESPACE']
    delete process.env['POWERTOOLS_SERVICE_NAME']
  })

  test('28 dimensions are written', async () => {
    const { d28: _, ...dimensions } = many
    await invoke(before({ dimensions }), sqsEvent([]))
    expect(onlyLine()._aws.CloudWatchMetrics[0]?.Dimensions[0]).toHaveLength(29)
  })

  test('`service` may be replaced', async () => {
    const { d28: _, ...dimensions } = many
    await invoke(before({ dimensions: { ...dimensions, service: 'orders' } }), sqsEvent([]))
    expect(onlyLine()['service']).toBe('orders')
  })
})

describe('the rules that the lines follow', () => {
  const good = {
    _aws: { Timestamp: 1, CloudWatchMetrics: [{ Namespace: 'N', Dimensions: [['d']], Metrics: [{ Name: 'm' }] }] },
    d: 'x',
    m: 1,
  }
  const [directive] = good._aws.CloudWatchMetrics
  const withDirective = (change: object) => ({
    ...good,
    _aws: { Timestamp: 1, CloudWatchMetrics: [{ ...directive, ...change }] },
  })

  test('let a good document through', () => {
    expect(wrongWith(good)).toEqual([])
  })

  test.each<[string, unknown]>([
    ['no metadata', { m: 1 }],
    ['a time that is text', { ...good, _aws: { ...good._aws, Timestamp: 'now' } }],
    ['no namespace', withDirective({ Namespace: '' })],
    ['no set of dimensions', withDirective({ Dimensions: [] })],
    ['an unknown unit', withDirective({ Metrics: [{ Name: 'm', Unit: 'Pieces' }] })],
    ['too many metrics', withDirective({ Metrics: Array(101).fill({ Name: 'm' }) })],
    ['too many dimensions', withDirective({ Dimensions: [Array(31).fill('d')] })],
    ['a dimension that is not there', { ...good, d: undefined }],
    ['a metric that is text', { ...good, m: '1' }],
  ])('refuse %s', (_, document) => {
    expect(wrongWith(document)).not.toEqual([])
  })
})

const fail = (): never => {
  throw new Error('there is no directive')
}
