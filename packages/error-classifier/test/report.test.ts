import { describe, expect, jest, test } from '@jest/globals'
import { batchDecoder } from '@lpipe/batch-decoder'
import { FailButContinue, FailCatastrophically, InvalidConfigurationError, type Message, NotTried } from '@lpipe/core'
import { errorClassifier } from '@lpipe/error-classifier'
import { invoke, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { classify, memoryLogger, raise } from './classify.ts'

const event = sqsEvent([{}, {}, {}])
const dropped = new FailButContinue('no such customer')
const failed = new FailCatastrophically('database gone')
const unknown = new TypeError('x is undefined')
const throwing = ({ index }: Message) => raise([dropped, failed, unknown][index])

describe('the log', () => {
  test('tells of each error, what became of its message, and where', async () => {
    const { lines } = await classify(event, throwing)
    expect(lines).toEqual([
      {
        level: 'warn',
        text: 'message message-0 dropped: FailButContinue: no such customer',
        fields: {
          outcome: 'dropped',
          path: undefined,
          function: undefined,
          messageId: 'message-0',
          eventSource: 'arn:aws:sqs:us-east-1:000000000000:queue',
          error: dropped,
        },
      },
      expect.objectContaining({
        level: 'error',
        text: 'message message-1 failed: FailCatastrophically: database gone',
      }),
      expect.objectContaining({ level: 'error', text: 'message message-2 dropped: TypeError: x is undefined' }),
    ])
  })

  test('does not quote what is no Error, but hands it on', async () => {
    const { lines } = await classify([{}], () => raise('4111 1111'))
    expect(lines).toMatchObject([
      { level: 'error', text: 'message 0 dropped: text was thrown, which is no Error', fields: { error: '4111 1111' } },
    ])
  })

  test('is silent about what succeeded', async () => {
    expect((await classify(event, () => 'fine')).lines).toEqual([])
  })

  test('is JSON lines on standard output unless told otherwise', async () => {
    const lines: Record<string, unknown>[] = []
    const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      lines.push(JSON.parse(String(text)))
      return true
    })
    try {
      const handler = middy(async () => Promise.allSettled([Promise.reject(dropped)]))
      await invoke(handler.use([errorClassifier(), batchDecoder()]), {})
    } finally {
      write.mockRestore()
    }
    expect(lines).toMatchObject([
      { level: 'WARN', message: 'message 0 dropped: FailButContinue: no such customer', outcome: 'dropped' },
      { level: 'INFO', message: 'batch finished', received: 1, dropped: 1 },
    ])
  })

  test.each([
    ['throws', () => raise(new Error('disk full'))],
    ['rejects', () => Promise.reject(new Error('disk full'))],
  ])('that %s changes no outcome', async (_, log) => {
    const logger = { debug: log, info: log, warn: log, error: log }
    const { outcomes } = await classify(event, throwing, { logger })
    expect(outcomes).toEqual(['dropped', 'failed', 'dropped'])
  })

  test('calls the logger as its method', async () => {
    class MyLogger {
      readonly lines: string[] = []
      debug(text: string): void {
        this.lines.push(text)
      }
      info = this.debug
      warn = this.debug
      error(text: string): void {
        this.lines.push(text)
      }
    }
    const logger = new MyLogger()
    await classify(event, throwing, { logger })
    expect(logger.lines).toHaveLength(4)
  })
})

describe('capture', () => {
  test('is told of each error, with its message, in order', async () => {
    const captured: unknown[] = []
    await classify(event, throwing, { capture: (error, { id, outcome }) => captured.push([error, id, outcome]) })
    expect(captured).toEqual([
      [dropped, 'message-0', 'dropped'],
      [failed, 'message-1', 'failed'],
      [unknown, 'message-2', 'dropped'],
    ])
  })

  test('is told once of a thrown undefined', async () => {
    const captured: unknown[] = []
    await classify([{}], () => raise(undefined), { capture: (error) => captured.push(error) })
    expect(captured).toEqual([undefined])
  })

  test('is waited for: Lambda freezes the process when the answer is out', async () => {
    const { promise: opened, resolve: open } = Promise.withResolvers<void>()
    let done = 0
    let answered = false
    const invocation = classify(event, throwing, {
      capture: async () => {
        await opened
        done += 1
      },
    }).then(() => {
      answered = true
    })
    await new Promise(setImmediate)
    expect({ answered, done }).toEqual({ answered: false, done: 0 })
    open()
    await invocation
    expect(done).toBe(3)
  })

  test.each([
    ['throws', () => raise(new Error('offline'))],
    ['rejects', () => Promise.reject(new Error('offline'))],
  ])('that %s is logged, and changes no outcome', async (_, capture) => {
    const { outcomes, lines } = await classify(event, throwing, { capture })
    expect(outcomes).toEqual(['dropped', 'failed', 'dropped'])
    const complaints = lines.filter(({ text }) => text === 'capture failed')
    expect(complaints).toHaveLength(3)
    expect(complaints[0]).toMatchObject({ level: 'error', fields: { error: { message: 'offline' } } })
  })

  test('that throws does not keep the next error from being captured', async () => {
    let calls = 0
    const capture = () => {
      calls += 1
      raise('offline')
    }
    await classify(event, throwing, { capture })
    expect(calls).toBe(3)
  })
})

describe('errorClassifier, when it is made', () => {
  const loose = errorClassifier as (options: unknown) => unknown

  test.each([
    [
      'a misspelt option',
      { unhandeld: 'drop' },
      "errorClassifier: unknown option 'unhandeld'. It takes: unhandled, logger, capture",
    ],
    [
      'another unhandled',
      { unhandled: 'keep' },
      "errorClassifier: its unhandled must be 'drop' or 'retry', got 'keep'",
    ],
    ['a logger without methods', { logger: {} }, 'errorClassifier: its logger needs debug, info, warn, error'],
    [
      'a logger without a warn',
      { logger: { ...memoryLogger(), warn: undefined } },
      'errorClassifier: its logger needs debug, info, warn, error',
    ],
    ['no logger', { logger: null }, 'errorClassifier: its logger needs debug, info, warn, error'],
    ['a capture that is none', { capture: 'sentry' }, "errorClassifier: its capture must be a function, got 'sentry'"],
  ])('refuses %s', (_, options, message) => {
    expect(() => loose(options)).toThrow(new InvalidConfigurationError(message))
    expect(() => loose(options)).toThrow(InvalidConfigurationError)
  })

  test('names its hooks, so that a stack tells who runs', () => {
    const { before, after } = errorClassifier()
    expect([before?.name, after?.name]).toEqual(['errorClassifierBefore', 'errorClassifierAfter'])
  })
})

test('one line at the end says what the invocation did', async () => {
  const lines: unknown[] = []
  const logger = { ...memoryLogger(), info: (...line: unknown[]) => lines.push(line) }
  await classify(event, throwing, { logger })
  const count = { received: 3, succeeded: 0, dropped: 2, failed: 1, sent: 0, calls: 0 }
  expect(lines).toEqual([['batch finished', { ...count, milliseconds: expect.any(Number) }]])
})

test('what was not tried is the matter of another message: not captured, and logged at debug alone', async () => {
  const captured: unknown[] = []
  const debug: string[] = []
  const logger = { ...memoryLogger(), debug: (text: string) => debug.push(text) }
  const { outcomes } = await classify(event, () => raise(new NotTried('later')), {
    logger,
    capture: (error) => captured.push(error),
  })
  expect(outcomes).toEqual(['failed', 'failed', 'failed'])
  expect(captured).toEqual([])
  expect(logger.lines).toEqual([])
  expect(debug).toHaveLength(3)
})
