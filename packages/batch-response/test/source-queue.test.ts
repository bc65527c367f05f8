import { describe, expect, test } from '@jest/globals'
import { batchDecoder } from '@lpipe/batch-decoder'
import { type BatchResponseOptions, batchResponse } from '@lpipe/batch-response'
import {
  FailButContinue,
  FailCatastrophically,
  InvalidConfigurationError,
  type LpipeContext,
  type Message,
  type MessageSource,
  messageSource,
  type SourceCalls,
} from '@lpipe/core'
import { errorClassifier } from '@lpipe/error-classifier'
import { invoke, kinesisEvent, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { thrownBy } from './respond.ts'

interface MemorySource extends MessageSource, SourceCalls {
  readonly removed: unknown[]
  readonly postponed: unknown[]
}

/** A source that remembers what it was asked, and cannot do it for these indexes. */
const memorySource = (...unable: number[]): MemorySource => {
  const removed: unknown[] = []
  const postponed: unknown[] = []
  const cannot = (messages: Iterable<Message>) => [...messages].filter(({ index }) => unable.includes(index))
  return sourceWith(removed, postponed, {
    remove: async (messages) => {
      removed.push(...messages.map(({ id }) => id))
      return cannot(messages)
    },
    postpone: async (seconds) => {
      postponed.push(...[...seconds].map(([{ id }, delay]) => [id, delay]))
      return cannot(seconds.keys())
    },
  })
}

const sourceWith = (removed: unknown[], postponed: unknown[], calls: SourceCalls): MemorySource => ({
  removed,
  postponed,
  ...calls,
  ...messageSource(calls),
})

/** Ends each message with this error, or well; and answers Lambda. */
const respond = (event: unknown, errors: readonly unknown[], options: BatchResponseOptions) => {
  const log: string[] = []
  const add = (line: string) => void log.push(line)
  const nothing = () => undefined
  const logger = { debug: nothing, info: nothing, warn: add, error: add }
  const handler = middy(async (_: unknown, { lpipe }: LpipeContext) =>
    Promise.allSettled(
      lpipe.messages.map(async ({ index }) => {
        if (errors[index] !== undefined) throw errors[index]
      }),
    ),
  ).use([batchResponse(options), errorClassifier({ logger }), batchDecoder()])
  return { answer: invoke(handler, event), log }
}

const dropped = new FailButContinue('gone')
const failed = new FailCatastrophically('later')
const failedAt = (...indexes: number[]) => ({
  batchItemFailures: indexes.map((index) => ({ itemIdentifier: `message-${index}` })),
})

describe("partialFailures: 'delete'", () => {
  const partialFailures = 'delete'

  test('deletes what is done or dropped, then throws, so that Lambda keeps what failed', async () => {
    const sqs = memorySource()
    const { answer } = respond(sqsEvent([{}, {}, '{', {}]), [undefined, failed, undefined, dropped], {
      partialFailures,
      sqs,
    })
    const error = await thrownBy(answer)
    expect(error).toBeInstanceOf(FailCatastrophically)
    expect(error.message).toBe('messages failed: 1, and the rest was deleted. The first: FailCatastrophically: later')
    expect(error.cause?.errors).toEqual([failed])
    expect(sqs.removed).toEqual(['message-0', 'message-2', 'message-3'])
  })

  test('deletes nothing if nothing failed: Lambda does', async () => {
    const sqs = memorySource()
    const { answer } = respond(sqsEvent([{}, {}]), [undefined, dropped], { partialFailures, sqs })
    expect(await answer).toEqual(failedAt())
    expect(sqs.removed).toEqual([])
  })

  test('says what it could not delete, which will be done twice', async () => {
    const { answer, log } = respond(sqsEvent([{}, {}, {}]), [undefined, undefined, failed], {
      partialFailures,
      sqs: memorySource(1),
    })
    await thrownBy(answer)
    expect(log).toContain('not deleted, and will be delivered again though done: message-1')
  })

  test('throws all the same if the queue cannot be spoken to', async () => {
    const sqs = sourceWith([], [], { remove: () => Promise.reject(new Error('no network')), postpone: async () => [] })
    const { answer } = respond(sqsEvent([{}, {}]), [undefined, failed], { partialFailures, sqs })
    await expect(answer).rejects.toThrow()
  })

  test('is not for Kinesis and RAW, which are answered as ever', async () => {
    const sqs = memorySource()
    const event = kinesisEvent([{}, {}])
    const itemIdentifier = event.Records[1]?.kinesis.sequenceNumber
    const kinesis = respond(event, [undefined, failed], { partialFailures, sqs })
    expect(await kinesis.answer).toEqual({ batchItemFailures: [{ itemIdentifier }] })
    await expect(respond([{}, {}], [undefined, failed], { partialFailures, sqs }).answer).rejects.toThrow(
      /so the event fails as a whole/,
    )
    expect(sqs.removed).toEqual([])
  })
})

describe('retryDelaySeconds', () => {
  const delayed = async (retryDelaySeconds: BatchResponseOptions['retryDelaySeconds'], error: unknown = failed) => {
    const sqs = memorySource()
    const { answer } = respond(sqsEvent([{}, {}, {}], { receiveCount: 3 }), [undefined, error, dropped], {
      ...(retryDelaySeconds === undefined ? {} : { retryDelaySeconds }),
      sqs,
    })
    expect(await answer).toEqual(failedAt(1))
    return sqs.postponed
  }

  test('says when failed messages come back, and only they', async () => {
    expect(await delayed(30)).toEqual([['message-1', 30]])
    expect(await delayed(0)).toEqual([['message-1', 0]])
  })

  test('may be a function of how often a message was received, and of its error', async () => {
    expect(await delayed((attempt, error) => attempt * (error === failed ? 10 : 1))).toEqual([['message-1', 30]])
    expect(await delayed(() => undefined)).toEqual([])
  })

  test('yields to the error itself', async () => {
    const error = new FailCatastrophically('x', { retryAfterSeconds: 7 })
    expect(await delayed(30, error)).toEqual([['message-1', 7]])
    expect(await delayed(undefined, error)).toEqual([['message-1', 7]])
  })

  test('is whole seconds, at most twelve hours, and never less than none', async () => {
    expect(await delayed(1.2)).toEqual([['message-1', 2]])
    expect(await delayed(1_000_000)).toEqual([['message-1', 43_200]])
    expect(await delayed(-1)).toEqual([])
    expect(await delayed(NaN)).toEqual([])
  })

  test('without it and without an error that says so nothing is asked', async () => {
    expect(await delayed(undefined)).toEqual([])
  })

  test('a FIFO group comes back together, as its first failure says', async () => {
    const sqs = memorySource()
    const event = sqsEvent([{ of: 'a' }, { of: 'b' }, { of: 'a' }], {
      name: 'orders.fifo',
      groupId: ({ of }: { of: string }) => of,
    })
    const after = (retryAfterSeconds: number) => new FailCatastrophically('x', { retryAfterSeconds })
    await respond(event, [after(10), after(20), after(30)], { sqs }).answer
    expect(sqs.postponed).toEqual([
      ['message-0', 10],
      ['message-1', 20],
      ['message-2', 10],
    ])
  })

  test.each([
    ['could not do it', memorySource(0)],
    ['throws', sourceWith([], [], { remove: async () => [], postpone: () => Promise.reject(new Error('no network')) })],
  ])('is best effort: a queue that %s changes no answer', async (_, sqs) => {
    const { answer, log } = respond(sqsEvent([{}]), [failed], { retryDelaySeconds: 5, sqs })
    expect(await answer).toEqual(failedAt(0))
    expect(log.at(-1)).toMatch(/failed messages keep the visibility timeout of their queue$/)
  })

  test('of a function that throws changes no answer', async () => {
    const retryDelaySeconds = () => {
      throw new Error('x')
    }
    const { answer } = respond(sqsEvent([{}]), [failed], { retryDelaySeconds, sqs: memorySource() })
    expect(await answer).toEqual(failedAt(0))
  })

  test('an error that asks for it where nobody speaks to SQS is told of', async () => {
    const error = new FailCatastrophically('x', { retryAfterSeconds: 7 })
    const { answer, log } = respond(sqsEvent([{}]), [error], {})
    expect(await answer).toEqual(failedAt(0))
    expect(log.at(-1)).toBe("an error's retryAfterSeconds needs the option sqs: queueSqs()")
  })
})

describe('batchResponse, when it is made', () => {
  const loose = batchResponse as (options: unknown) => unknown

  test.each([
    [{ partialFailures: 'remove' }, "batchResponse: its partialFailures must be 'report' or 'delete', got 'remove'"],
    [
      { partialFailures: 'delete' },
      'batchResponse: its partialFailures or retryDelaySeconds needs the option sqs: queueSqs()',
    ],
    [
      { retryDelaySeconds: 5 },
      'batchResponse: its partialFailures or retryDelaySeconds needs the option sqs: queueSqs()',
    ],
  ])('refuses %j', (options, message) => {
    expect(() => loose(options)).toThrow(InvalidConfigurationError)
    expect(() => loose(options)).toThrow(message)
  })
})
