import { describe, expect, jest, test } from '@jest/globals'
import { batchDecoder } from '@lpipe/batch-decoder'
import { FailButContinue, FailCatastrophically, type Message } from '@lpipe/core'
import { batchOf } from '@lpipe/core/middleware'
import { errorClassifier } from '@lpipe/error-classifier'
import { awslogsEvent, eventBridgeEvent, invoke, kinesisEvent, silentLogger, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { classify, raise, response } from './classify.ts'

const event = sqsEvent([{}, {}, {}])
const dropped = new FailButContinue('no such customer')
const failed = new FailCatastrophically('database gone')
const unknown = new TypeError('x is undefined')
const throwing = ({ index }: Message) => raise([dropped, failed, unknown][index])

describe('the log', () => {
  test('names each error, what happened to its message, and where', async () => {
    const received = sqsEvent([{}, {}, {}], { receiveCount: 4 })
    const { lines } = await classify(received, throwing, {}, { functionName: 'orders' })
    const place = {
      path: undefined,
      function: undefined,
      eventSource: 'arn:aws:sqs:us-east-1:000000000000:queue',
      lambda: 'orders',
      receiveCount: 4,
      eventId: undefined,
    }
    expect(lines).toEqual([
      {
        level: 'warn',
        message: 'message message-0 dropped: FailButContinue: no such customer',
        fields: { ...place, outcome: 'dropped', messageId: 'message-0', kept: 'nowhere', error: dropped },
      },
      {
        level: 'error',
        message: 'message message-1 failed: FailCatastrophically: database gone',
        fields: { ...place, outcome: 'failed', messageId: 'message-1', kept: place.eventSource, error: failed },
      },
      {
        level: 'error',
        message: 'message message-2 dropped: TypeError: x is undefined',
        fields: { ...place, outcome: 'dropped', messageId: 'message-2', kept: 'nowhere', error: unknown },
      },
    ])
  })

  test('names a RAW event by the id that it has itself', async () => {
    const [{ id }, { lines }] = [eventBridgeEvent({}), await classify(eventBridgeEvent({}), () => raise(failed))]
    expect(lines[0]?.fields).toMatchObject({
      messageId: 0,
      eventId: id,
      receiveCount: undefined,
      kept: 'by the caller, if it repeats the event',
    })
    const logs = await classify(awslogsEvent([{}, {}]), () => raise(dropped))
    expect(logs.lines.map(({ fields }) => [fields['messageId'], fields['eventId'], fields['kept']])).toEqual([
      [0, undefined, 'nowhere'],
      [1, undefined, 'nowhere'],
    ])
  })

  test('names the stream that keeps a failed message', async () => {
    const stream = kinesisEvent([{}])
    const { lines } = await classify(stream, () => raise(failed))
    expect(lines[0]?.fields).toMatchObject({ kept: stream.Records[0]?.eventSourceARN, receiveCount: undefined })
  })

  test('does not say that a source which cannot repeat a record keeps it, though it has an ARN', async () => {
    const source = {
      name: 'topic',
      reports: 'none',
      recordsOf: (event: unknown) => [event],
      idOf: () => 'id-0',
      bodyOf: () => ({}),
      arnOf: () => 'arn:aws:sns:us-east-1:000000000000:orders',
    } as const
    const lines: unknown[] = []
    const logger = { ...silentLogger(), error: (_: string, fields?: object) => void lines.push(fields) }
    const handler = middy(async () => Promise.allSettled([Promise.reject(failed)]))
    await invoke(handler.use([response(), errorClassifier({ logger }), batchDecoder({ source })]), {})
    expect(lines).toMatchObject([{ eventSource: source.arnOf(), kept: 'by the caller, if it repeats the event' }])
  })

  test('names the dead-letter queue that keeps a dropped message', async () => {
    const kept: unknown[] = []
    const error = (_: string, fields: object = {}) => void kept.push(fields)
    const handler = middy(async () => Promise.allSettled([Promise.reject(unknown)]))
      .use([response(), errorClassifier({ logger: { ...silentLogger(), error } }), batchDecoder()])
      .before((request) => batchOf(request).use({ deadLetter: 'sqs lost-and-found' }))
    await invoke(handler, sqsEvent([{}]))
    expect(kept).toMatchObject([{ outcome: 'dropped', kept: 'sqs lost-and-found' }])
  })

  test('says `on its queue` for a failed record without an ARN', async () => {
    const { lines } = await classify({ Records: [{ eventSource: 'aws:sqs', body: '{}' }] }, () => raise(failed))
    expect(lines[0]?.fields).toMatchObject({ messageId: 0, kept: 'on its queue', receiveCount: undefined })
  })

  test('does not quote a thrown value that is not an Error, because it may be a value of the message', async () => {
    const text = 'a value that is not an Error was thrown: string'
    const { lines } = await classify([{}], () => raise('4111 1111'))
    expect(lines).toMatchObject([
      { level: 'error', message: `message 0 dropped: Error: ${text}`, fields: { error: `Error: ${text}` } },
    ])
    expect(JSON.stringify(lines)).not.toContain('4111')
  })

  test('has no line for a message that succeeded', async () => {
    expect((await classify(event, () => 'fine')).lines).toEqual([])
  })

  test('is JSON lines on standard output by default', async () => {
    const lines: Record<string, unknown>[] = []
    const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      lines.push(JSON.parse(String(text)))
      return true
    })
    try {
      const handler = middy(async () => Promise.allSettled([Promise.reject(dropped)]))
      await invoke(handler.use([response(), errorClassifier(), batchDecoder()]), {})
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

test('one line at the end says what the invocation did', async () => {
  const { all } = await classify(event, throwing)
  const counts = { received: 3, succeeded: 0, dropped: 2, failed: 1, sent: 0, calls: 0 }
  expect(all.filter(({ level }) => level === 'info')).toEqual([
    { level: 'info', message: 'batch finished', fields: { ...counts, milliseconds: expect.any(Number) } },
  ])
})

describe('near the deadline', () => {
  const many = sqsEvent(Array.from({ length: 50 }, () => ({})))

  /** A clock that stands still, except when a callback takes time. */
  const clock = () => {
    let now = performance.now()
    const spy = jest.spyOn(performance, 'now').mockImplementation(() => now)
    const take = (millis: number): void => {
      now += millis
    }
    return { take, [Symbol.dispose]: () => spy.mockRestore() }
  }
  // The reserve is 200 ms, and the response leaves when 50 ms remain.
  const context = { getRemainingTimeInMillis: () => 1000 }

  test('a logger that is slow does not delay the response: the errors that are left are counted', async () => {
    using time = clock()
    const texts: string[] = []
    const line = (text: string): void => {
      texts.push(text)
      time.take(100)
    }
    const logger = { debug: line, info: line, warn: line, error: line }
    await classify(many, () => raise(failed), { logger }, context)
    expect(texts).toHaveLength(12)
    expect(texts.slice(-3)).toEqual([
      'message message-9 failed: FailCatastrophically: database gone',
      'no time was left to report 40 more errors',
      'batch finished',
    ])
  })

  test('a `capture` that is slow does not delay the response: the errors that are left are counted', async () => {
    using time = clock()
    let captured = 0
    const capture = (): void => {
      captured += 1
      time.take(50)
    }
    const { lines } = await classify(many, () => raise(failed), { capture }, context)
    expect(captured).toBe(19)
    expect(lines.at(-1)?.message).toBe('`capture` was not called with 31 more errors')
  })
})
