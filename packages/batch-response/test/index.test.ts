import { describe, expect, test } from '@jest/globals'
import { batchDecoder } from '@lpipe/batch-decoder'
import { batchResponse } from '@lpipe/batch-response'
import { FailButContinue, InvalidConfigurationError, type LpipeContext } from '@lpipe/core'
import { reject } from '@lpipe/core/middleware'
import { invoke, kinesisEvent, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { raise } from './respond.ts'

const events = [
  ['SQS', sqsEvent([{}, {}])],
  ['Kinesis', kinesisEvent([{}, {}])],
  ['RAW', [{}, {}]],
] as const

/** A handler that returns this, under response and decoder alone. */
const returning = (answer: unknown) =>
  middy(async (): Promise<unknown> => answer).use([batchResponse(), batchDecoder()])

const done = { status: 'fulfilled', value: undefined }
const failed = { status: 'rejected', reason: new FailButContinue('x') }

describe('without a classifier', () => {
  test('whatever was thrown keeps its message on the queue', async () => {
    expect(await invoke(returning([failed, done]), sqsEvent([{}, {}]))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'message-0' }],
    })
    expect(await invoke(returning([done]), sqsEvent(['{', {}]))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'message-0' }], // and what could not be decoded
    })
  })

  test('what succeeded is done', async () => {
    expect(await invoke(returning([done, done]), sqsEvent([{}, {}]))).toEqual({ batchItemFailures: [] })
  })
})

describe.each(events)('%s: a broken invocation throws, so that the batch stays on its queue', (_, event) => {
  test.each([
    ['nothing', undefined],
    ['an empty array', []],
    ['a response of its own', { batchItemFailures: [] }],
    ['null', null],
    ['values', ['a', 'b']],
    ['too few results', [done]],
    ['too many', [done, done, done]],
    ['a strange status', [done, { status: 'ok' }]],
  ])('a handler that returns %s', async (_name, answer) => {
    await expect(invoke(returning(answer), event)).rejects.toThrow(InvalidConfigurationError)
  })

  test('no handler at all', async () => {
    const handler = middy().use([batchResponse(), batchDecoder()])
    await expect(invoke(handler, event)).rejects.toThrow(
      /^lpipe: the handler must return \d settled results?, for example Promise\.allSettled\(\.\.\.\), and returned missing\. Otherwise set/,
    )
  })

  test('a handler that throws', async () => {
    const handler = middy(async () => raise(new RangeError('boom'))).use([batchResponse(), batchDecoder()])
    await expect(invoke(handler, event)).rejects.toThrow(RangeError)
  })

  test.each(['before', 'after'] as const)("another middleware's %s that throws", async (hook) => {
    const other = { [hook]: () => raise(new RangeError('boom')) }
    const handler = middy(async (): Promise<unknown> => [done, done]).use([batchResponse(), batchDecoder(), other])
    await expect(invoke(handler, event)).rejects.toThrow(RangeError)
  })

  test('another middleware that replaces the results', async () => {
    const other = {
      after: (request: { response: unknown }): void => {
        request.response = []
      },
    }
    const handler = middy(async (): Promise<unknown> => [done, done]).use([batchResponse(), batchDecoder(), other])
    await expect(invoke(handler, event)).rejects.toThrow(InvalidConfigurationError)
  })

  test('a decoder that is missing', async () => {
    const handler = middy(async (): Promise<unknown> => [done, done]).use(batchResponse())
    await expect(invoke(handler, event)).rejects.toThrow(
      new InvalidConfigurationError('lpipe: batchDecoder() has not run. Use it before this middleware'),
    )
  })
})

test('an event that cannot be read throws', async () => {
  for (const event of [null, { Records: null }, { Records: [{ eventSource: 'aws:other' }] }]) {
    await expect(invoke(returning([]), event)).rejects.toThrow(/^batchDecoder: /)
  }
})

test('messages that ended in the handler need no results from it', async () => {
  const handler = middy(async (_: unknown, { lpipe }: LpipeContext) => {
    for (const message of lpipe.messages) reject(lpipe, message, 'mine')
  }).use([batchResponse(), batchDecoder()])
  expect(await invoke(handler, sqsEvent([{}]))).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }] })
})

describe("a handler's results", () => {
  const event = sqsEvent([{}, '{', {}])
  const failure = { batchItemFailures: [{ itemIdentifier: 'message-1' }, { itemIdentifier: 'message-2' }] }

  test('may be for all messages, or for those that were decoded', async () => {
    expect(await invoke(returning([done, done, failed]), event)).toEqual(failure)
    expect(await invoke(returning([done, failed]), event)).toEqual(failure)
  })

  test.each([
    ['too few', [done], '1 settled result'],
    ['too many', [done, done, done, done], '4 settled results'],
    ['none', [], '0 settled results'],
    ['an object', { batchItemFailures: [] }, 'object'],
    ['values', ['a', 'b'], 'array'],
    ['missing', undefined, 'missing'],
  ])('that are %s fail the whole batch, because it is unknown what happened', async (_, answer, returned) => {
    await expect(invoke(returning(answer), event)).rejects.toThrow(
      new InvalidConfigurationError(
        'lpipe: the handler must return 2 settled results, for example Promise.allSettled(...), ' +
          `and returned ${returned}. Otherwise set \`call\` or \`paths\``,
      ),
    )
  })
})

describe('batchResponse, when it is made', () => {
  const loose = batchResponse as (options: unknown) => unknown
  const requiresSqs =
    "batchResponse: `partialFailures: 'delete'` and `retryDelaySeconds` require the `sqs` option, for example `sqs: queueSqs()`"
  const delay = 'batchResponse: `retryDelaySeconds` must be a number of at least 0 or a function, received '
  const queue =
    'batchResponse: `sqs` must be a queue with the methods `remove` and `postpone`, for example queueSqs(), received '

  test.each([
    [{ partialFailures: 'remove' }, "batchResponse: `partialFailures` must be 'report' or 'delete', received 'remove'"],
    [{ partialFailures: 'delete' }, requiresSqs],
    [{ retryDelaySeconds: 5 }, requiresSqs],
    [{ retryDelaySeconds: 'soon', sqs: {} }, `${delay}'soon'`],
    [{ retryDelaySeconds: -1 }, `${delay}-1`],
    [{ retryDelaySeconds: Number.NaN }, `${delay}NaN`],
    [{ sqs: {} }, `${queue}object`],
    [{ sqs: null }, `${queue}null`],
    [{ partialFailure: 'delete' }, 'batchResponse: unknown option `partialFailure`. Known options: partialFailures'],
  ])('refuses %j', (options, message) => {
    expect(() => loose(options)).toThrow(InvalidConfigurationError)
    expect(() => loose(options)).toThrow(message)
  })

  test('names its hooks, for stack traces', () => {
    const { before, after, onError } = batchResponse()
    expect([before?.name, after?.name, onError?.name]).toEqual([
      'batchResponseBefore',
      'batchResponseAfter',
      'batchResponseOnError',
    ])
  })
})
