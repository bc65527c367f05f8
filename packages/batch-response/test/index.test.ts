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

/** A handler that answers this, under response and decoder alone. */
const answering = (answer: unknown) =>
  middy(async (): Promise<unknown> => answer).use([batchResponse(), batchDecoder()])

const done = { status: 'fulfilled', value: undefined }
const failed = { status: 'rejected', reason: new FailButContinue('x') }

describe('without a classifier', () => {
  test('whatever was thrown keeps its message on the queue', async () => {
    expect(await invoke(answering([failed, done]), sqsEvent([{}, {}]))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'message-0' }],
    })
    expect(await invoke(answering([done]), sqsEvent(['{', {}]))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'message-0' }], // and what could not be decoded
    })
  })

  test('what succeeded is done', async () => {
    expect(await invoke(answering([done, done]), sqsEvent([{}, {}]))).toEqual({ batchItemFailures: [] })
  })
})

describe.each(events)('%s: nobody is told that a batch is done when something of ours broke', (_, event) => {
  test.each([
    ['nothing', undefined],
    ['an empty array', []],
    ['an answer of its own', { batchItemFailures: [] }],
    ['null', null],
    ['values', ['a', 'b']],
    ['too few results', [done]],
    ['too many', [done, done, done]],
    ['a strange status', [done, { status: 'ok' }]],
  ])('a handler that answers %s', async (_name, answer) => {
    await expect(invoke(answering(answer), event)).rejects.toThrow(InvalidConfigurationError)
  })

  test('no handler at all', async () => {
    const handler = middy().use([batchResponse(), batchDecoder()])
    await expect(invoke(handler, event)).rejects.toThrow(
      /^lpipe: the handler must return \d settled results, for example Promise\.allSettled\(\.\.\.\), and returned missing\. Otherwise set/,
    )
  })

  test('a handler that throws', async () => {
    const handler = middy(async () => raise(new RangeError('boom'))).use([batchResponse(), batchDecoder()])
    await expect(invoke(handler, event)).rejects.toThrow(RangeError)
  })

  test.each(['before', 'after'] as const)("a stranger's %s that throws", async (hook) => {
    const stranger = { [hook]: () => raise(new RangeError('boom')) }
    const handler = middy(async (): Promise<unknown> => [done, done]).use([batchResponse(), batchDecoder(), stranger])
    await expect(invoke(handler, event)).rejects.toThrow(RangeError)
  })

  test('a stranger that replaces the results', async () => {
    const stranger = {
      after: (request: { response: unknown }): void => {
        request.response = []
      },
    }
    const handler = middy(async (): Promise<unknown> => [done, done]).use([batchResponse(), batchDecoder(), stranger])
    await expect(invoke(handler, event)).rejects.toThrow(InvalidConfigurationError)
  })

  test('a decoder that is missing', async () => {
    const handler = middy(async (): Promise<unknown> => [done, done]).use(batchResponse())
    await expect(invoke(handler, event)).rejects.toThrow(
      new InvalidConfigurationError('lpipe: batchDecoder() has not run. Use it before this middleware'),
    )
  })
})

test('an event that could not be decoded is thrown on', async () => {
  for (const event of [null, { Records: null }, { Records: [{ eventSource: 'aws:other' }] }]) {
    await expect(invoke(answering([]), event)).rejects.toThrow(/^batchDecoder: /)
  }
})

test('what ended before the handler needs no answer from it', async () => {
  const handler = middy(async (_: unknown, { lpipe }: LpipeContext) => {
    for (const message of lpipe.messages) reject(lpipe, message, 'mine')
  }).use([batchResponse(), batchDecoder()])
  expect(await invoke(handler, sqsEvent([{}]))).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }] })
})

describe("a handler's results", () => {
  const event = sqsEvent([{}, '{', {}])
  const failure = { batchItemFailures: [{ itemIdentifier: 'message-1' }, { itemIdentifier: 'message-2' }] }

  test('may be for all messages, or for those that were decoded', async () => {
    expect(await invoke(answering([done, done, failed]), event)).toEqual(failure)
    expect(await invoke(answering([done, failed]), event)).toEqual(failure)
  })

  test.each([
    ['too few', [done], '1 settled results'],
    ['too many', [done, done, done, done], '4 settled results'],
    ['none', [], '0 settled results'],
    ['an object', { batchItemFailures: [] }, 'object'],
    ['values', ['a', 'b'], 'array'],
    ['missing', undefined, 'missing'],
  ])('that are %s fail the whole batch, because it is unknown what happened', async (_, answer, returned) => {
    await expect(invoke(answering(answer), event)).rejects.toThrow(
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
