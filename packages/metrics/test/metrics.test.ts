import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { batchDecoder } from '@lpipe/batch-decoder'
import { batchResponse } from '@lpipe/batch-response'
import { FailButContinue, FailCatastrophically, type LpipeContext, payload } from '@lpipe/core'
import { errorClassifier } from '@lpipe/error-classifier'
import { messageNormalizer } from '@lpipe/message-normalizer'
import { type MetricsOptions, metrics } from '@lpipe/metrics'
import { pathRouter } from '@lpipe/path-router'
import { payloadChain } from '@lpipe/payload-chain'
import { invoke, memoryQueue, sqsEvent } from '@lpipe/testing'
import middy, { type MiddlewareObj } from '@middy/core'
import { type Emf, wrongWith } from './emf.ts'

const nothing = (): void => undefined
const quiet = { debug: nothing, info: nothing, warn: nothing, error: nothing }

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
const chain = (logger = quiet): MiddlewareObj<unknown, unknown>[] => [
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

  test('a message names no metric', async () => {
    await invoke(make(), sqsEvent([{ path: 'secret', kwargs: {} }]))
    expect(Object.keys(onlyLine()).filter((name) => name.includes('.'))).toEqual([])
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

test('a batch that comes back as a whole has failed', async () => {
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

test('a handler of one’s own is counted, but not by path: anybody may name one', async () => {
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

test('a line that cannot be written changes no outcome', async () => {
  jest.spyOn(process.stdout, 'write').mockImplementation(() => {
    throw new Error('the pipe is broken')
  })
  expect(await invoke(before(), sqsEvent(acts(0, 2)))).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-1' }] })
})

describe('options that are wrong are found when it is made', () => {
  const many = Object.fromEntries(Array.from({ length: 29 }, (_, index) => [`d${index}`, 'x']))
  test.each<[unknown, string]>([
    [{ nameSpace: 'x' }, "unknown option 'nameSpace'. It takes: namespace, dimensions"],
    [{ namespace: '' }, 'its namespace must be text and not empty'],
    [{ dimensions: ['a'] }, 'its dimensions must be an object of texts, got an array'],
    [{ dimensions: { stage: 7 } }, "its dimension 'stage' must be text and not empty"],
    [{ dimensions: { stage: ' ' } }, "its dimension 'stage' must be text and not empty"],
    [{ dimensions: { sent: 'x' } }, "its dimension 'sent' is the name of a metric. Rename it"],
    [{ dimensions: many }, 'it takes at most 28 dimensions'],
  ])('%j', (options, why) => {
    expect(() => metrics(options as MetricsOptions)).toThrow(
      expect.objectContaining({ name: 'InvalidConfigurationError', message: expect.stringContaining(why) }),
    )
  })

  test('28 dimensions are written', async () => {
    const { d28: _, ...dimensions } = many
    await invoke(before({ dimensions }), sqsEvent([]))
    expect(onlyLine()._aws.CloudWatchMetrics[0]?.Dimensions[0]).toHaveLength(29)
  })
})

describe('the rules that the lines are held to', () => {
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
    ['a unit that is none', withDirective({ Metrics: [{ Name: 'm', Unit: 'Pieces' }] })],
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
