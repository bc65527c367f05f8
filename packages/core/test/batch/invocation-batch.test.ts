import { describe, expect, jest, test } from '@jest/globals'
import {
  FailButContinue,
  FailCatastrophically,
  InvalidConfigurationError,
  InvalidPayloadError,
  UndeliverableError,
} from '@lpipe/core'
import {
  type BatchMessage,
  batchOf,
  dispositionOf,
  errorOf,
  type LpipeRequest,
  openBatch,
  peekBatch,
  reject,
  throwInvalidRecord,
} from '@lpipe/core/middleware'
import { batchWith, recordsOf, rememberingLogger, testSource } from '../batch-with.ts'

const request = (): LpipeRequest => ({
  event: { Records: [] },
  context: { awsRequestId: 'r' } as LpipeRequest['context'],
  response: undefined,
  internal: {},
})

describe('the batch of a request', () => {
  test('is found in the request, and in the context for a handler', () => {
    const one = request()
    expect(peekBatch(one)).toBeUndefined()
    const batch = openBatch(one)
    expect(peekBatch(one)).toBe(batch)
    expect(one.context).toHaveProperty('lpipe', batch)
    expect(batch).toMatchObject({ event: one.event, context: one.context, received: [] })
    expect(batch.source).toBeUndefined()
    expect(batch.sendCounters).toEqual({ sent: 0, failed: 0, calls: 0 })
  })

  test('logs JSON lines with the request id, unless a middleware registers a logger', () => {
    const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true)
    openBatch(request()).logger.info('done')
    const lines = write.mock.calls.map(([text]) => JSON.parse(String(text)))
    write.mockRestore()
    expect(lines).toMatchObject([{ level: 'INFO', message: 'done', requestId: 'r' }])
  })

  test('is made once per request', () => {
    const one = request()
    expect(openBatch(one)).toBe(openBatch(one))
    expect(openBatch(request())).not.toBe(openBatch(one))
  })

  test('requires batchDecoder()', () => {
    const one = request()
    const error = new InvalidConfigurationError('lpipe: batchDecoder() has not run. Use it before this middleware')
    expect(() => batchOf(one)).toThrow(error)
    const batch = openBatch(one)
    expect(() => batchOf(one)).toThrow(error)
    batch.receive({ source: testSource(), messages: [] })
    expect(batchOf(one)).toBe(batch)
  })

  test('is left out of a log of the context, which would otherwise be a cycle', () => {
    const one = request()
    openBatch(one)
    expect(JSON.parse(JSON.stringify(one.context))).toEqual({ awsRequestId: 'r' })
  })
})

describe('preparing', () => {
  test('calls the hooks once per message, in order, when the messages are read', () => {
    const batch = batchWith(recordsOf('a', 'b'))
    const calls: string[] = []
    batch.use({ prepare: ({ id }) => void calls.push(`first ${id}`) })
    batch.use({ prepare: ({ id }) => void calls.push(`second ${id}`) })
    expect(calls).toEqual([])
    expect(batch.messages).toHaveLength(2)
    expect(batch.messages).toHaveLength(2)
    expect(calls).toEqual(['first id-0', 'second id-0', 'first id-1', 'second id-1'])
  })

  test('ends a message with what a hook throws, and calls no further hook', () => {
    const batch = batchWith(recordsOf('a', 'b'))
    const calls: unknown[] = []
    const malformed = new InvalidPayloadError('malformed')
    batch.use({
      prepare: ({ index }) => {
        if (index === 0) throw malformed
      },
    })
    batch.use({ prepare: ({ id }) => void calls.push(id) })
    expect(batch.messages.map(({ id }) => id)).toEqual(['id-1'])
    expect(batch.received[0]?.result).toEqual({ status: 'rejected', reason: malformed })
    expect(calls).toEqual(['id-1'])
  })

  test.each<[what: string, prepare: () => unknown]>([
    ['throws an error of an unknown class', () => (undefined as never as { length: number }).length],
    ['is asynchronous', () => Promise.reject(new FailButContinue('later'))],
  ])('fails a message whose hook %s: it is not an error of the message', (_, prepare) => {
    const batch = batchWith(recordsOf('a'))
    batch.use({ classify: (error) => dispositionOf(error) ?? 'dropped', prepare: prepare as () => void })
    expect(batch.messages).toEqual([])
    expect(batch.received[0]?.outcome).toBe('failed')
  })

  test('leaves a message out that has ended', () => {
    const batch = batchWith(recordsOf('a', 'b', 'c'))
    reject(batch, batch.received[1] as BatchMessage, 'bad')
    expect(batch.messages.map(({ index }) => index)).toEqual([0, 2])
  })
})

test.each([undefined, 'drop', true, Promise.resolve('dropped')])(
  'a message that `classify` answers with %p fails: any other outcome would delete it',
  (answer) => {
    const batch = batchWith(recordsOf('a'))
    batch.use({ classify: () => answer as never })
    reject(batch, batch.received[0] as BatchMessage, new Error('x'))
    expect(batch.received[0]?.outcome).toBe('failed')
  },
)

describe('a hook that only one middleware may register', () => {
  const logger = rememberingLogger()
  test.each(['classify', 'logger', 'router', 'chain'])('%s', (name) => {
    const batch = batchWith([])
    const hook = name === 'logger' ? logger : () => 'dropped'
    batch.use({ [name]: hook })
    batch.use({ [name]: hook }) // the same one is harmless
    expect(() => batch.use({ [name]: {} })).toThrow(
      new InvalidConfigurationError(
        `batch.use: \`${name}\` is registered already. Is a middleware of lpipe used twice?`,
      ),
    )
  })
})

test.each(['router', 'chain', 'logger', 'deadLetterLabel', 'continuesAfterFailure', 'source', 'received', 'entered'])(
  '`%s` cannot be overwritten',
  (name) => {
    const batch: object = batchWith([])
    expect(() => Object.assign(batch, { [name]: undefined })).toThrow(TypeError)
  },
)

describe('the end of a batch', () => {
  const response = { batchItemFailures: [] }

  test('fulfils with its response; a later error changes nothing', async () => {
    const batch = batchWith([])
    const ended = batch.whenEnded()
    batch.end({ status: 'fulfilled', value: response })
    batch.end({ status: 'rejected', reason: new Error('late') })
    expect(await ended).toBe(response)
  })

  test('rejects with the error of the invocation', async () => {
    const batch = batchWith([])
    const ended = batch.whenEnded()
    batch.end({ status: 'rejected', reason: new Error('why') })
    await expect(ended).rejects.toThrow('why')
  })
})

describe('wrapMessage', () => {
  const wrapWith = (...wraps: ((run: () => Promise<unknown>) => unknown)[]) => {
    const batch = batchWith(recordsOf('a'))
    for (const wrap of wraps) batch.use({ wrapMessage: (_, run) => wrap(run) as Promise<unknown> })
    return (run: () => Promise<unknown>) => batch.wrap(batch.received[0] as never, run)
  }

  test('nests in the order of registration', async () => {
    const calls: string[] = []
    const around = (name: string) => async (run: () => Promise<unknown>) => {
      calls.push(name)
      return run()
    }
    expect(await wrapWith(around('outer'), around('inner'))(async () => calls.push('run'))).toBe(3)
    expect(calls).toEqual(['outer', 'inner', 'run'])
  })

  test('cannot change what the run fulfils or rejects with', async () => {
    const wrap = wrapWith(async (run) => {
      await run().catch(() => undefined)
      return 'another value'
    })
    expect(await wrap(async () => 'value')).toBe('value')
    await expect(wrap(() => Promise.reject(new Error('why')))).rejects.toThrow('why')
  })

  test('runs a message once, even if the hook runs it twice', async () => {
    let runs = 0
    const wrap = wrapWith(async (run) => [await run(), await run()])
    await wrap(async () => {
      runs += 1
    })
    expect(runs).toBe(1)
  })

  test('that throws before the run, or does not run, fails the message', async () => {
    const throws = wrapWith(() => {
      throw new Error('hook')
    })
    await expect(throws(async () => 1)).rejects.toThrow('a `wrapMessage` hook threw before the message ran')
    for (const hook of [async () => 1, () => undefined as never]) {
      await expect(wrapWith(hook)(async () => 1)).rejects.toThrow('a `wrapMessage` hook did not run the message')
    }
  })

  test('that throws an error of lpipe before the run fails the message with it, and so with its delay', async () => {
    const busy = new FailCatastrophically('busy', { retryAfterSeconds: 60 })
    const throws = (error: unknown) =>
      wrapWith(() => {
        throw error
      })(async () => 1)
    await expect(throws(busy)).rejects.toBe(busy)
    await expect(throws(new FailButContinue('gone'))).rejects.toThrow(FailCatastrophically)
  })

  test('that throws after the run changes no outcome', async () => {
    const wrap = wrapWith(async (run) => {
      await run()
      throw new Error('hook')
    })
    expect(await wrap(async () => 'value')).toBe('value')
  })
})

test('a `finish` hook that throws is logged, and the others are called', () => {
  const batch = batchWith([])
  const logger = rememberingLogger()
  const calls: string[] = []
  batch.use({
    logger,
    finish: () => {
      throw new Error('oops')
    },
  })
  batch.use({ finish: () => void calls.push('the last') })
  batch.finish()
  expect(calls).toEqual(['the last'])
  expect(logger.lines).toEqual([['error', 'a `finish` hook threw Error: oops', undefined]])
})

describe('what can never be sent', () => {
  const undeliverable = new UndeliverableError('too large')
  test.each<[what: string, group: string | undefined, deadLetter: string | undefined, outcome: string]>([
    [
      'from an ordered group with a dead-letter queue: dropped, so that the group continues',
      'a',
      'sqs dead',
      'dropped',
    ],
    ['from an ordered group without one: failed', 'a', undefined, 'failed'],
    ['without a group: failed', undefined, 'sqs dead', 'failed'],
  ])('%s', (_, group, deadLetter, outcome) => {
    const batch = batchWith(recordsOf(group))
    if (deadLetter !== undefined) batch.use({ deadLetter })
    reject(batch, batch.received[0] as BatchMessage, undeliverable)
    expect(batch.received[0]?.outcome).toBe(outcome)
  })
})

test('an error names a record without an id by its position', () => {
  const { received } = batchWith([{ id: 'a' }, {}])
  expect(() => throwInvalidRecord(received[0] as BatchMessage, 'bad')).toThrow('record a: bad')
  expect(() => throwInvalidRecord(received[1] as BatchMessage, 'bad')).toThrow('record 1: bad')
})

test('a message that has not ended has no error', () => {
  const { received } = batchWith([{}])
  expect(errorOf(received[0] as BatchMessage)).toBeUndefined()
})
