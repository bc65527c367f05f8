import { describe, expect, test } from '@jest/globals'
import { batchDecoder } from '@lpipe/batch-decoder'
import { FailButContinue, FailCatastrophically, InvalidConfigurationError, type LpipeContext } from '@lpipe/core'
import { errorClassifier } from '@lpipe/error-classifier'
import { invoke, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { classify, memoryLogger, raise } from './classify.ts'

/** A handler that answers this, under the classifier. */
const answering = (answer: unknown) =>
  middy(async (): Promise<unknown> => answer).use([errorClassifier({ logger: memoryLogger() }), batchDecoder()])

describe('what travels on', () => {
  test('is a settled result for each record, of which only failed ones are rejected', async () => {
    const failed = new FailCatastrophically('x')
    const { results } = await classify(sqsEvent([{}, '{', {}, {}]), ({ index }) => {
      if (index === 0) return 'fine'
      return raise(index === 2 ? failed : new FailButContinue('x'))
    })
    expect(results).toEqual([
      { status: 'fulfilled', value: 'fine' },
      { status: 'fulfilled', value: undefined },
      { status: 'rejected', reason: failed },
      { status: 'fulfilled', value: undefined },
    ])
  })

  test('of an empty batch is empty', async () => {
    expect((await classify({ Records: [] }, () => 'never')).results).toEqual([])
  })
})

describe("a handler's answer", () => {
  const done = { status: 'fulfilled', value: undefined } as const
  const event = sqsEvent([{}, '{', {}])

  test('may be for all records, or for the well-formed messages only', async () => {
    const reason = new FailCatastrophically('x')
    const all = [done, done, { status: 'rejected', reason }]
    const some = [done, { status: 'rejected', reason }]
    expect(await invoke(answering(all), event)).toEqual(all)
    expect(await invoke(answering(some), event)).toEqual(all)
  })

  test.each([
    ['too short', [done], 'lpipe: expected 2 settled results, got 1. Give it'],
    ['too long', [done, done, done, done], 'lpipe: expected 2 settled results, got 4. Give it'],
    ['empty', [], 'lpipe: expected 2 settled results, got 0. Give it'],
    ['no array', { batchItemFailures: [] }, 'lpipe: expected 2 settled results, got an object. Give it'],
    ['bare values', ['a', 'b'], 'lpipe: expected 2 settled results, got an array. Give it'],
  ])('that is %s fails the whole batch, for nobody can tell what became of it', async (_, answer, message) => {
    await expect(invoke(answering(answer), event)).rejects.toThrow(message)
    await expect(invoke(answering(answer), event)).rejects.toThrow(InvalidConfigurationError)
  })

  test('that is nothing fails the whole batch', async () => {
    await expect(invoke(answering(undefined), event)).rejects.toThrow(
      /^lpipe: expected \d settled results, got nothing\./,
    )
    const bare = middy().use([errorClassifier(), batchDecoder()])
    await expect(invoke(bare, event)).rejects.toThrow(InvalidConfigurationError)
  })

  test('that is an error stays one', async () => {
    const handler = middy(async () => raise(new RangeError('boom'))).use([errorClassifier(), batchDecoder()])
    await expect(invoke(handler, event)).rejects.toThrow(RangeError)
  })
})

test('without a decoder it says what is missing', async () => {
  const handler = middy(async () => []).use(errorClassifier())
  await expect(invoke(handler, sqsEvent([{}]))).rejects.toThrow(
    'lpipe: to read the event, it needs batchDecoder() before it',
  )
})

test('a handler is given the logger, and who classifies', async () => {
  const logger = memoryLogger()
  const handler = middy(async (_: unknown, { lpipe }: LpipeContext) => {
    expect(lpipe.logger).toBe(logger)
    expect(lpipe.classify(new FailButContinue('x'))).toBe('dropped')
    return []
  }).use([errorClassifier({ logger }), batchDecoder()])
  expect(await invoke(handler, { Records: [] })).toEqual([])
})
