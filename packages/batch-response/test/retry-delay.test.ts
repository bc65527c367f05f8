import { describe, expect, jest, test } from '@jest/globals'
import type { BatchResponseOptions } from '@lpipe/batch-response'
import { FailCatastrophically } from '@lpipe/core'
import { sqsEvent } from '@lpipe/testing'
import { dropped, failed, failedAt, memorySource, respondWith } from './memory-source.ts'

describe('retryDelaySeconds', () => {
  const delayed = async (retryDelaySeconds: BatchResponseOptions['retryDelaySeconds'], error: unknown = failed) => {
    const sqs = memorySource()
    const { response } = respondWith(sqsEvent([{}, {}, {}], { receiveCount: 3 }), [undefined, error, dropped], {
      ...(retryDelaySeconds === undefined ? {} : { retryDelaySeconds }),
      sqs,
    })
    expect(await response).toEqual(failedAt(1))
    return sqs.postponed
  }

  test('sets when failed messages come back, and only those', async () => {
    expect(await delayed(30)).toEqual([['message-1', 30]])
    expect(await delayed(0)).toEqual([['message-1', 0]])
  })

  test('may be a function of how often a message was received, and of its error', async () => {
    expect(await delayed((attempt, error) => attempt * (error === failed ? 10 : 1))).toEqual([['message-1', 30]])
    expect(await delayed(() => undefined)).toEqual([])
  })

  test('the queue is not called if no message has a delay', async () => {
    const postpone = jest.fn<() => Promise<never[]>>().mockResolvedValue([])
    const sqs = { ...memorySource(), postpone }
    const { response } = respondWith(sqsEvent([{}]), [failed], { retryDelaySeconds: () => undefined, sqs })
    expect(await response).toEqual(failedAt(0))
    expect(postpone).not.toHaveBeenCalled()
  })

  test('a message without a number of receives was received once', async () => {
    const sqs = memorySource()
    const event = sqsEvent([{}])
    for (const record of event.Records) Object.assign(record.attributes, { ApproximateReceiveCount: undefined })
    await respondWith(event, [failed], { retryDelaySeconds: (attempt) => attempt * 10, sqs }).response
    expect(sqs.postponed).toEqual([['message-0', 10]])
  })

  test('is at most 12 hours from the receive, less 310 seconds for the way', async () => {
    const clock = jest.spyOn(performance, 'now').mockReturnValue(0)
    try {
      expect(await delayed(100_000)).toEqual([['message-1', 43_200 - 310]])
    } finally {
      clock.mockRestore()
    }
  })

  test('the number of the error itself takes precedence', async () => {
    const error = new FailCatastrophically('x', { retryAfterSeconds: 7 })
    expect(await delayed(30, error)).toEqual([['message-1', 7]])
    expect(await delayed(undefined, error)).toEqual([['message-1', 7]])
  })

  test('is rounded up to whole seconds; a negative number counts as none', async () => {
    expect(await delayed(1.2)).toEqual([['message-1', 2]])
    expect(await delayed(() => -1)).toEqual([])
    expect(await delayed(() => NaN)).toEqual([])
    expect(await delayed(() => 'soon' as never)).toEqual([])
  })

  // SQS counts twelve hours from the receive, and a batching window of 300 seconds may have passed since then.
  test.each([
    ['an error', undefined, 86_400],
    ['an error', undefined, 43_200],
    ['an error', undefined, 43_000],
    ['the option', 86_400, undefined],
  ])('is less than what SQS takes, although %s asks for more', async (_, option, retryAfterSeconds) => {
    const error = new FailCatastrophically('x', retryAfterSeconds === undefined ? {} : { retryAfterSeconds })
    const [[, seconds] = []] = (await delayed(option, error)) as [id: string, seconds: number][]
    expect(seconds).toBeLessThanOrEqual(43_200 - 300)
    expect(seconds).toBeGreaterThan(43_200 - 360)
  })

  test('that SQS takes is not changed', async () => {
    expect(await delayed(undefined, new FailCatastrophically('x', { retryAfterSeconds: 42_000 }))).toEqual([
      ['message-1', 42_000],
    ])
  })

  test('without it, and without a number of the error, nothing is called', async () => {
    expect(await delayed(undefined)).toEqual([])
  })

  test('the messages of a FIFO group come back together, when the first failed one says', async () => {
    const sqs = memorySource()
    const event = sqsEvent([{ of: 'a' }, { of: 'b' }, { of: 'a' }], {
      name: 'orders.fifo',
      groupId: ({ of }: { of: string }) => of,
    })
    const after = (retryAfterSeconds: number) => new FailCatastrophically('x', { retryAfterSeconds })
    await respondWith(event, [after(10), after(20), after(30)], { sqs }).response
    expect(sqs.postponed).toEqual([
      ['message-0', 10],
      ['message-1', 20],
      ['message-2', 10],
    ])
  })

  test.each([
    ['fails for a message', memorySource(0)],
    ['throws', { remove: async () => [], postpone: () => Promise.reject(new Error('no network')) }],
  ])('a queue that %s changes no response', async (_, sqs) => {
    const { response, log } = respondWith(sqsEvent([{}]), [failed], { retryDelaySeconds: 5, sqs })
    expect(await response).toEqual(failedAt(0))
    expect(log().at(-1)).toMatch(/^could not set the retry delay of 1 message; the queue's visibility timeout holds$/)
  })

  test('of a function that throws changes no response', async () => {
    const retryDelaySeconds = () => {
      throw new Error('x')
    }
    const { response } = respondWith(sqsEvent([{}]), [failed], { retryDelaySeconds, sqs: memorySource() })
    expect(await response).toEqual(failedAt(0))
  })

  const notComputed = "could not compute the retry delay; the queue's visibility timeout holds"

  test('of a function that throws for one message leaves the others theirs', async () => {
    const sqs = memorySource()
    const retryDelaySeconds = (_: number, error: unknown) => {
      if (error === failed) throw new Error('no header')
      return 20
    }
    const other = new FailCatastrophically('other')
    const { response, log } = respondWith(sqsEvent([{}, {}, {}]), [failed, other, failed], { retryDelaySeconds, sqs })
    await response
    expect(sqs.postponed).toEqual([['message-1', 20]])
    expect(log().filter((line) => line === notComputed)).toHaveLength(1)
  })

  test.each<[what: string, option: BatchResponseOptions['retryDelaySeconds'], error: unknown]>([
    ['a function that returns a string', () => '5' as never, failed],
    ['a function that returns a negative number', () => -1, failed],
    ['a function that returns NaN', () => NaN, failed],
    ['an asynchronous function', (async () => 5) as never, failed],
    ['an error with a string', undefined, Object.assign(new FailCatastrophically('x'), { retryAfterSeconds: '10' })],
  ])('of %s is logged, and none is set', async (_, option, error) => {
    const sqs = memorySource()
    const options = { ...(option === undefined ? {} : { retryDelaySeconds: option }), sqs }
    const { response, log } = respondWith(sqsEvent([{}]), [error], options)
    expect(await response).toEqual(failedAt(0))
    expect(sqs.postponed).toEqual([])
    expect(log()).toContain(notComputed)
  })

  test('an error that asks for it without the option `sqs` is logged', async () => {
    const error = new FailCatastrophically('x', { retryAfterSeconds: 7 })
    const { response, log } = respondWith(sqsEvent([{}]), [error], {})
    expect(await response).toEqual(failedAt(0))
    expect(log().at(-1)).toBe(
      "an error's `retryAfterSeconds` was ignored: retry delays require the `sqs` option, for example `sqs: queueSqs()`",
    )
  })

  test.each([null, undefined])('an error whose `retryAfterSeconds` is %p asks for none', async (retryAfterSeconds) => {
    const error = Object.assign(new FailCatastrophically('x'), { retryAfterSeconds })
    const { response, log } = respondWith(sqsEvent([{}]), [error], {})
    expect(await response).toEqual(failedAt(0))
    expect(log().join()).not.toContain('retryAfterSeconds')
  })
})
