/** Bad input, through the whole preset: never a crash, never a silent success. */
import { SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { awslogsEvent, invoke, kinesisEvent, memoryLogger, memoryQueue, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import {
  action,
  FailButContinue,
  FailCatastrophically,
  fn,
  InvalidConfigurationError,
  InvalidPayloadError,
  type LpipeOptions,
  lpipe,
  type Paths,
  payload,
  queue,
  queueSqs,
} from 'lpipe-preset'
import * as z from 'zod'
import { problemsIn } from './problems.ts'

/** Returns the response or what was thrown, and the logged warnings and errors. */
const run = async (event: unknown, options: LpipeOptions): Promise<{ answer: unknown; log: readonly string[] }> => {
  const logger = memoryLogger()
  const handler = middy().use(lpipe({ logger, ...options }))
  const answer = await invoke(handler, event).catch((error: unknown) => error)
  return { answer, log: problemsIn(logger) }
}

/** One function for every message. */
const store = { call: () => 'stored' }
/** A graph of one path that notes its kwargs. */
const graph = (seen: unknown[] = []) => ({ paths: { A: [(kwargs: object) => seen.push(kwargs)] } })

const done = { batchItemFailures: [] }
const failedAt = (...indexes: number[]) => ({
  batchItemFailures: indexes.map((index) => ({ itemIdentifier: `message-${index}` })),
})

describe('an event', () => {
  test.each([
    [
      'of an unknown source',
      { Records: [{ eventSource: 'aws:dynamodb' }] },
      /expected an event of sqs or kinesis or raw, received records of aws:dynamodb\. None of it was processed/,
    ],
    ['of SNS, which spells the member in another way', { Records: [{ EventSource: 'aws:sns' }] }, /records of aws:sns/],
    [
      'of several sources',
      { Records: [...sqsEvent([{}]).Records, ...kinesisEvent([{}]).Records] },
      /received records of aws:sqs and aws:kinesis/,
    ],
    ['whose Records are null', { Records: null }, /an array of `Records`, received null/],
    ['whose Records are an object', { Records: {} }, /an array of `Records`, received object/],
    ['whose record is null', { Records: [null] }, /received records of no `eventSource`/],
    ['that is null', null, /expected an array, an object or JSON text as the event, received null/],
    ['that is a number', 7, /expected an array, an object or JSON text as the event, received number/],
    ['of CloudWatch Logs that is not gzip', { awslogs: { data: 'AAAA' } }, /`awslogs\.data` must be base64 of a gzip/],
  ])('%s throws: Lambda keeps all of it', async (_, event, message) => {
    const { answer } = await run(event, store)
    expect(answer).toBeInstanceOf(InvalidPayloadError)
    expect(String(answer)).toMatch(message)
  })

  test.each(['sqs', 'kinesis'] as const)('of %s without Records throws', async (source) => {
    const { answer } = await run({}, { ...store, source })
    expect(String(answer)).toBe('InvalidPayloadError: batchDecoder: expected an array of `Records`, received missing')
  })

  test('with empty Records has nothing to do', async () => {
    expect(await run({ Records: [] }, store)).toEqual({ answer: done, log: [] })
    expect(await run([], store)).toEqual({
      answer: { event: 'Finished.', stats: { received: 0, successes: 0 } },
      log: [],
    })
  })
})

describe('a record', () => {
  const good = { foo: 'bar' }

  test.each([
    ['without a body', undefined, 'its body must be valid JSON, received missing'],
    ['with a body of null', null, 'its body must be valid JSON, received null'],
    ['with a body that is not JSON', '{', 'its body must be valid JSON, received string'],
    ['with an empty body', '', 'its body must be valid JSON, received string'],
    ['with a body that is an array', '[1, 2]', 'its body must be an object, received array'],
    ['with a body that is a string', '"x"', 'its body must be an object, received string'],
  ])('%s is dropped and logged, and changes no other', async (_, body, why) => {
    const { Records } = sqsEvent([good, good, good])
    const event = { Records: Records.map((record, index) => (index === 1 ? { ...record, body } : record)) }
    const stored: unknown[] = []
    const { answer, log } = await run(event, { call: (kwargs) => stored.push(kwargs) })
    expect(answer).toEqual(done)
    expect(log).toEqual([`message message-1 dropped: InvalidPayloadError: record message-1: ${why}`])
    expect(stored).toEqual([good, good])
  })

  test.each([
    ['that is not UTF-8', Buffer.of(0x7b, 0xff, 0x7d).toString('base64'), 'its data must be UTF-8'],
    ['that is not base64', '{}', 'its data must be valid base64, received string'],
    ['that is missing', undefined, 'its data must be valid base64, received missing'],
  ])('of Kinesis with data %s is dropped and logged', async (_, data, why) => {
    const event = kinesisEvent([good, good])
    const [first] = event.Records
    Object.assign(first?.kinesis ?? {}, { data })
    const id = first?.kinesis.sequenceNumber
    const { answer, log } = await run(event, store)
    expect(answer).toEqual(done)
    expect(log).toEqual([`message ${id} dropped: InvalidPayloadError: record ${id}: ${why}`])
  })

  test.each([
    ['no path', { kwargs: {} }, 'its `path` must be a non-empty string, received missing'],
    ['a path that is not a string', { path: 7, kwargs: {} }, 'its `path` must be a non-empty string, received number'],
    ['no kwargs', { path: 'A' }, 'its `kwargs` must be an object, received missing. Send `kwargs: {}` for none'],
    ['kwargs that are not an object', { path: 'A', kwargs: [] }, 'its `kwargs` must be an object, received array'],
  ])('with %s is dropped and logged', async (_, body, why) => {
    const { answer, log } = await run(sqsEvent([body]), graph())
    expect(answer).toEqual(done)
    expect(log).toEqual([`message message-0 dropped: InvalidPayloadError: record message-0: ${why}`])
  })

  test('of a log that is plain text is a message like any other', async () => {
    const { answer, log } = await run(awslogsEvent(['START RequestId: 1', { a: 1 }]), {
      call: ({ a, message }: { a?: number; message?: string }) => a ?? message,
    })
    expect(answer).toMatchObject({ output: ['START RequestId: 1', 1] })
    expect(log).toEqual([])
  })

  test('with what a signature refuses is dropped, and its values stay out of the log', async () => {
    const store = fn(z.object({ name: z.string(), pin: z.number() }), function storePin() {})
    const { answer, log } = await run(sqsEvent([{ name: 'Ada', pin: 'secret' }]), { call: store })
    expect(answer).toEqual(done)
    expect(log).toEqual([
      'message message-0 dropped: InvalidPayloadError: storePin: pin: expected number, received string',
    ])
  })
})

describe('names of members that every object inherits', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype']
  /** JSON text, for an object literal would not hold `__proto__`. */
  const kwargsOf = (name: string) => `{"${name}":{"polluted":true}}`
  const polluted = () => ({}) as { polluted?: boolean }

  test.each(names)('%s names no path, and says which there are', async (name) => {
    const { answer, log } = await run(sqsEvent([{ path: name, kwargs: {} }]), graph())
    expect(answer).toEqual(done)
    expect(log).toEqual([
      'message message-0 dropped: InvalidPathError: the message names a path that does not exist. Paths: A',
    ])
  })

  test.each(names)('%s names a path that is defined', async (name) => {
    const seen: unknown[] = []
    const paths = { [name]: [action({ functions: [({ n }: { n?: unknown }) => seen.push(n)] })] } as Paths
    const { answer, log } = await run(sqsEvent([{ path: name, kwargs: { n: 1 } }]), { paths })
    expect({ answer, log, seen }).toEqual({ answer: done, log: [], seen: [1] })
  })

  test.each(names)('%s is a parameter like any other, all the way to a queue', async (name) => {
    const { queue: to, sent } = memoryQueue()
    const seen: object[] = []
    const functions = [(kwargs: object) => seen.push(kwargs)]
    const paths = {
      ALL: [action({ functions, queues: [to] })],
      PICKED: [action({ functions, queues: [to], requiredParams: [name] })],
      RENAMED: [action({ functions, queues: [to], requiredParams: [[name, 'renamed']] })],
      INCLUDED: [action({ functions, queues: [to], requiredParams: [name], includeAllParams: true })],
    }
    const event = sqsEvent(Object.keys(paths).map((path) => `{"path": "${path}", "kwargs": ${kwargsOf(name)}}`))
    const { answer, log } = await run(event, { paths })
    expect({ answer, log }).toEqual({ answer: done, log: [] })
    expect(seen.map((kwargs) => Object.keys(kwargs))).toEqual([[name], [name], ['renamed'], [name]])
    expect(sent.map(({ entry }) => entry.body)).toEqual([name, name, 'renamed', name].map(kwargsOf))
    for (const kwargs of seen) expect(Object.getPrototypeOf(kwargs)).toBe(Object.prototype)
    expect(polluted().polluted).toBeUndefined()
  })
})

describe('a cycle of paths', () => {
  const to = (path: string) => ({ path, kwargs: {} })
  const paths = {
    BY_ACTION: [action({ paths: ['BY_ACTION'], includeAllParams: true })],
    BY_PAYLOAD: [() => payload({ path: 'BY_PAYLOAD' })],
    BY_TWO: [action({ paths: ['BY_TWO_AGAIN', 'FINE'], includeAllParams: true })],
    BY_TWO_AGAIN: [() => [payload({ path: 'BY_TWO' }), payload({ path: 'BY_TWO' })]],
    FINE: [() => 'fine'],
  }

  test.each(['BY_ACTION', 'BY_PAYLOAD', 'BY_TWO'] as const)(
    '%s fails its message, and changes no other',
    async (path) => {
      const { answer, log } = await run(sqsEvent([to(path), to('FINE')]), { paths: paths as Paths })
      expect(answer).toEqual(failedAt(0))
      expect(log).toHaveLength(1)
      expect(log[0]).toMatch(
        /^message message-0 failed: UndeliverableError: pathRouter: the message entered more than `maxSteps` \(1000\) paths, last: \w+\. Check the graph for a cycle, or raise `maxSteps`$/,
      )
    },
  )

  test('ends after `maxSteps`', async () => {
    let rounds = 0
    const loop = () => {
      rounds += 1
      return payload({ path: 'LOOP' })
    }
    const { log } = await run(sqsEvent([to('LOOP')]), { paths: { LOOP: [loop] }, maxSteps: 7 })
    expect(rounds).toBe(7)
    expect(log[0]).toMatch(/entered more than `maxSteps` \(7\) paths, last: LOOP/)
  })
})

describe('a function that throws', () => {
  test.each([
    ['a string', 'a secret', 'Error: a value that is not an Error was thrown: string'],
    ['undefined', undefined, 'Error: a value that is not an Error was thrown: missing'],
    ['null', null, 'Error: a value that is not an Error was thrown: null'],
    ['a frozen object', Object.freeze({ secret: 1 }), 'Error: a value that is not an Error was thrown: object'],
    ['a frozen Error', Object.freeze(new TypeError('no')), 'TypeError: no'],
  ])("%s drops its message, or keeps it with `unhandled: 'retry'`, and changes no other", async (_, thrown, words) => {
    const call = ({ bad }: { bad: boolean }) => {
      if (bad) throw thrown
    }
    const event = sqsEvent([{ bad: false }, { bad: true }, { bad: false }])
    expect(await run(event, { call })).toEqual({ answer: done, log: [`message message-1 dropped: ${words}`] })
    expect(await run(event, { call, unhandled: 'retry' })).toEqual({
      answer: failedAt(1),
      log: [`message message-1 failed: ${words}`],
    })
  })

  test('at once or later makes no difference', async () => {
    const now = await run(sqsEvent([{}]), { call: () => Promise.reject() })
    const later = await run(sqsEvent([{}]), { call: async () => Promise.reject() })
    expect(now).toEqual(later)
  })

  test('fails a RAW event as a whole, if it is to be kept', async () => {
    const call = () => {
      throw undefined
    }
    const { answer } = await run([{}], { call, unhandled: 'retry' })
    expect(answer).toBeInstanceOf(FailCatastrophically)
    expect(answer).toMatchObject({ cause: { errors: [undefined] } })
  })
})

describe('a payload', () => {
  const { queue: to, sent } = memoryQueue()
  const loose = payload as (options: unknown) => unknown

  test.each([
    [
      'both path and queue',
      { path: 'A', queue: to },
      'InvalidPayloadError: payload: has both a path and a queue. Make one payload for each',
    ],
    ['neither', { kwargs: {} }, 'InvalidPayloadError: payload: has neither a path nor a queue. Set one of them'],
    [
      'kwargs that are not an object',
      { path: 'A', kwargs: 7 },
      'InvalidPayloadError: payload: `kwargs` for a path must be an object, received number',
    ],
    ['a path that does not exist', { path: 'NOPE' }, "InvalidPathError: no path is called 'NOPE'. Paths: A, B"],
  ])('with %s drops its message', async (_, options, words) => {
    const seen: unknown[] = []
    const paths = { A: [() => loose(options)], B: [(kwargs: object) => seen.push(kwargs)] }
    const { answer, log } = await run(
      sqsEvent([
        { path: 'A', kwargs: {} },
        { path: 'B', kwargs: { n: 1 } },
      ]),
      { paths },
    )
    expect(answer).toEqual(done)
    expect(log).toEqual([`message message-0 dropped: ${words}`])
    expect(seen).toEqual([{ n: 1 }])
    expect(sent).toEqual([])
  })

  test('with a misspelt option keeps its message: the code is wrong, not the message', async () => {
    const { answer, log } = await run(sqsEvent([{}]), { call: () => loose({ queue: to, kwarg: { n: 1 } }) })
    expect(answer).toEqual(failedAt(0))
    expect(log).toEqual([
      'message message-0 failed: InvalidConfigurationError: payload: unknown option `kwarg`. Known options: path, queue, kwargs',
    ])
  })

  test('among others that are fine lets none of them run', async () => {
    const seen: unknown[] = []
    const paths = { A: [() => [payload({ path: 'B' }), payload({ path: 'NOPE' })]], B: [() => seen.push(1)] }
    const { log } = await run(sqsEvent([{ path: 'A', kwargs: {} }]), { paths })
    expect(log[0]).toMatch(/InvalidPathError: no path is called 'NOPE'/)
    expect(seen).toEqual([])
  })
})

describe('a queue that does not exist', () => {
  let server: FauxqsServer
  let client: SQSClient

  beforeAll(async () => {
    server = await startFauxqs({ port: 0, logger: false, init: { queues: [{ name: 'here' }] } })
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
    client = new SQSClient({ endpoint: server.address, region: 'us-east-1', credentials })
  })
  afterAll(async () => {
    client.destroy()
    await server.stop()
  })

  const here = queue({ type: 'sqs', name: 'here' })
  const nowhere = queue({ type: 'sqs', name: 'nowhere' })

  test('fails the messages that send to it, with an error that names it, and no others', async () => {
    const call = ({ to }: { to: string }) => payload({ queue: to === 'here' ? here : nowhere, kwargs: { to } })
    const event = sqsEvent([{ to: 'here' }, { to: 'nowhere' }, { to: 'here' }])
    const { answer, log } = await run(event, { call, senders: { sqs: queueSqs({ client }) } })
    expect(answer).toEqual(failedAt(1))
    expect(log).toEqual([
      'sqs nowhere did not accept an entry; it is not retried: QueueDoesNotExist: the service refused the call',
      'message message-1 failed: FailCatastrophically: could not send to sqs nowhere: QueueDoesNotExist: the service refused the call',
    ])
    expect(server.inspectQueue('here')?.messages.ready).toHaveLength(2)
  })

  test('by its URL, too', async () => {
    const url = `${server.address}/000000000000/nowhere`
    const call = () => payload({ queue: queue({ type: 'sqs', url }), kwargs: {} })
    const { answer, log } = await run(sqsEvent([{}]), { call, senders: { sqs: queueSqs({ client }) } })
    expect(answer).toEqual(failedAt(0))
    expect(log.at(-1)).toContain(`could not send to sqs ${url}: `)
  })

  test('of a type without a sender fails the message', async () => {
    const call = () => payload({ queue: queue({ type: 'rabbit', name: 'x' }), kwargs: {} })
    const { answer, log } = await run(sqsEvent([{}]), { call })
    expect(answer).toEqual(failedAt(0))
    expect(log[0]).toMatch(
      /InvalidConfigurationError: payloadChain: no sender for queues of type 'rabbit'\. Set `senders: \{ rabbit: \.\.\. \}`/,
    )
  })
})

describe('a misspelt option', () => {
  const loose = (make: unknown) => make as (options: unknown) => unknown

  test.each([
    ['lpipe', lpipe, { cal: () => 1 }],
    ['action', action, { functons: [() => 1] }],
    ["queue of type 'sqs'", queue, { type: 'sqs', name: 'x', delay: 5 }],
    ['payload', payload, { pth: 'A' }],
    ['queueSqs', queueSqs, { clint: 1 }],
  ])('of %s is refused, with the options that are known', (name, make, options) => {
    expect(() => loose(make)(options)).toThrow(InvalidConfigurationError)
    expect(() => loose(make)(options)).toThrow(new RegExp(`^${name}: unknown option \`\\w+\`\\. Known options: \\w+`))
  })
})

test('a message that is dropped on purpose is logged, and what it sent is sent once', async () => {
  const { queue: to, sent } = memoryQueue()
  const call = () => {
    throw new FailButContinue('not for us')
  }
  const paths = { A: [action({ queues: [to], includeAllParams: true }), action({ functions: [call] })] }
  const { answer, log } = await run(sqsEvent([{ path: 'A', kwargs: { n: 1 } }]), { paths })
  expect(answer).toEqual(done)
  expect(log).toEqual(['message message-0 dropped: FailButContinue: not for us'])
  expect(sent.map(({ body }) => body)).toEqual([{ n: 1 }])
})
