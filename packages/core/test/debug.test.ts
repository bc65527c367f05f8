import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { FailButContinue, type Kwargs, payload, queue } from '@lpipe/core'
import { debug } from '@lpipe/core/debug'
import {
  type BatchMessage,
  channels,
  createPayload,
  functionChannel,
  type InvocationBatch,
  processMessages,
  traceBatch,
} from '@lpipe/core/middleware'
import type { SendFailure } from '@lpipe/core/outbox'
import { defineSender, openOutbox } from '@lpipe/core/outbox'
import { batchWith, rememberingLogger, testSource } from './batch-with.ts'

const secret = 'secret-4711'
const stop = debug()
afterAll(stop)

let stderr: jest.SpiedFunction<typeof process.stderr.write>
beforeEach(() => {
  stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true)
})
afterEach(() => stderr.mockRestore())

/** What was written, a line for each step, without the milliseconds. */
const lines = (): string[] =>
  stderr.mock.calls.map(([line]: unknown[]) => {
    expect(line).toMatch(/^lpipe [^\n]*\n$/)
    return String(line)
      .trimEnd()
      .replace(/\d+ ms$/, 'n ms')
  })

const parcels = queue({ type: 'memory', name: 'parcels', path: 'SHIP' })

const senderThat = (answer: () => SendFailure | undefined) =>
  defineSender({
    maxEntries: 10,
    maxBytes: 1000,
    prepare: ({ body }) => ({ wire: body, size: body.length }),
    send: async (_, wires) => wires.map(answer),
  })

interface Run {
  /** Runs as a function of the path `ORDER`. */
  readonly work: (kwargs: Kwargs) => unknown
  readonly answer?: () => SendFailure | undefined
  readonly error?: unknown
}

/** Runs a batch as the middlewares do: each message calls one function on the path `ORDER`, and sends its kwargs. */
const run = async (records: readonly object[], { work, answer = () => undefined, error }: Run): Promise<void> => {
  const batch: InvocationBatch = batchWith(records, testSource(), { awsRequestId: '0123456789abcdef' })
  const outbox = openOutbox(batch, { maxHops: 10, delivery: { maxAttempts: 1 } })
  const sender = senderThat(answer)
  batch.use({
    logger: rememberingLogger(),
    classify: (thrown) => (thrown instanceof FailButContinue ? 'dropped' : 'failed'),
    prepare: (message) => {
      message.payload = createPayload('ORDER', undefined, message.record as Kwargs)
    },
    router: { pathNames: new Set(['ORDER']) } as never,
    chain: { commit: outbox.commit } as never,
  })
  traceBatch(batch)
  const processOne = async (message: BatchMessage): Promise<unknown> => {
    const { kwargs } = message.payload as { kwargs: Kwargs }
    const entered = createPayload('ORDER', undefined, kwargs)
    message.path = 'ORDER'
    message.function = 'charge'
    message.inFunction = true
    const trace = { batch, message, name: 'charge', payload: entered }
    const output = await functionChannel.tracePromise(async () => work(kwargs), trace)
    message.function = undefined
    outbox.add(message, parcels, sender, kwargs)
    return output
  }
  await processMessages(batch, { run: processOne, concurrency: 1 })
  await outbox.flush()
  batch.end(error === undefined ? { status: 'fulfilled', value: {} } : { status: 'rejected', reason: error })
  await new Promise(setImmediate)
}

describe('a line for each step', () => {
  test('of a message that succeeds', async () => {
    await run([{ id: 'one', text: secret }], { work: () => ({ text: secret }) })
    expect(lines()).toEqual([
      'lpipe 01234567 batch: received 1 message from test',
      'lpipe 01234567 one: decoded (path ORDER)',
      'lpipe 01234567 one: entered path ORDER',
      'lpipe 01234567 one: called function charge (path ORDER)',
      'lpipe 01234567 one: function charge returned object, n ms',
      'lpipe 01234567 one: buffered an entry for memory parcels (path SHIP)',
      'lpipe 01234567 batch: called memory parcels (path SHIP) with 1 entry of one',
      'lpipe 01234567 batch: memory parcels (path SHIP) accepted 1 of 1, n ms',
      'lpipe 01234567 one: outcome: succeeded (path ORDER)',
      'lpipe 01234567 batch: the response is returned, n ms',
    ])
  })

  test('of a message whose function throws', async () => {
    const work = () => {
      throw new FailButContinue(`no ${secret}`)
    }
    await run([{ id: 'one' }], { work })
    expect(lines().slice(4)).toEqual([
      'lpipe 01234567 one: function charge threw FailButContinue, n ms',
      'lpipe 01234567 one: outcome: dropped with FailButContinue in function charge (path ORDER)',
      'lpipe 01234567 batch: the response is returned, n ms',
    ])
  })

  test('of messages whose entries are refused', async () => {
    const failure = { code: 'TooLate', reason: 'it is too late', senderFault: true }
    await run([{ id: 'one' }, { id: 'two' }], { work: () => [], answer: () => failure })
    expect(lines().slice(-5)).toEqual([
      'lpipe 01234567 batch: called memory parcels (path SHIP) with 2 entries of one, two',
      'lpipe 01234567 batch: memory parcels (path SHIP) accepted 0 of 2; refused: TooLate, n ms',
      'lpipe 01234567 one: outcome: failed with FailCatastrophically (path ORDER)',
      'lpipe 01234567 two: outcome: failed with FailCatastrophically (path ORDER)',
      'lpipe 01234567 batch: the response is returned, n ms',
    ])
  })

  test('of an invocation that throws', async () => {
    await run([], { work: () => undefined, error: new TypeError(secret) })
    expect(lines()).toEqual([
      'lpipe 01234567 batch: received 0 messages from test',
      'lpipe 01234567 batch: the invocation threw TypeError, n ms',
    ])
  })
})

test.each([
  [undefined, 'undefined'],
  [null, 'null'],
  [secret, 'string'],
  [[1, 2], 'array'],
  [payload({ path: secret, kwargs: { secret } }), '1 payload'],
  [[payload({ path: 'A' }), payload({ queue: parcels })], '2 payloads'],
])('a returned value is described, not quoted: %#', async (value, text) => {
  await run([{ id: 'one' }], { work: () => value })
  expect(lines()).toContain(`lpipe 01234567 one: function charge returned ${text}, n ms`)
})

test('no line holds a value of a message, or the text of an error', async () => {
  const work = (kwargs: Kwargs) => {
    if (kwargs['bad']) throw new Error(`${kwargs['bad']}`)
    return kwargs
  }
  await run(
    [
      { id: 'one', bad: secret },
      { id: 'two', text: secret, [secret]: [secret] },
    ],
    { work },
  )
  expect(lines().length).toBeGreaterThan(10)
  expect(lines().join()).not.toContain(secret)
})

test('an id with a line break makes no line of its own', async () => {
  await run([{ id: 'one\nlpipe two: outcome: succeeded' }], { work: () => undefined })
  expect(lines().length).toBe(10)
})

test('a batch that cannot be read ends nothing', async () => {
  const batch = { get received(): never[] { throw new Error('unreadable') } } // biome-ignore format: one line
  await expect(channels.batch.tracePromise(async () => 1, { batch } as never)).resolves.toBe(1)
  expect(lines()).toEqual([])
})

describe('off', () => {
  test('nothing is written, and the channels have no subscriber', async () => {
    stop()
    const { batch, message, function: ofFunctions, send, entry } = channels
    expect([batch, message, ofFunctions, send, entry].map(({ hasSubscribers }) => hasSubscribers)).not.toContain(true)
    await run([{ id: 'one' }], { work: () => undefined })
    expect(lines()).toEqual([])
  })

  test('called twice, each line is written once', async () => {
    debug()
    debug()
    await run([], { work: () => undefined })
    expect(lines().length).toBe(2)
  })
})

test('node --import @lpipe/core/debug switches it on', () => {
  const program =
    "import { channels } from '@lpipe/core/middleware'; process.stdout.write(String(channels.function.hasSubscribers))"
  const cwd = fileURLToPath(new URL('..', import.meta.url))
  const outputOf = (...flags: string[]): string =>
    spawnSync(process.execPath, ['--conditions=@lpipe/source', ...flags, '--input-type=module', '--eval', program], {
      cwd,
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
    }).stdout
  expect(outputOf()).not.toBe('true')
  expect(outputOf('--import', '@lpipe/core/debug')).toBe('true')
})
