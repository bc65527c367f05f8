import { describe, expect, test } from '@jest/globals'
import { BatchMessage, InvocationBatch, reject, settle } from '@lpipe/core/middleware'
import { invoke, invokeWithOutcomes, lambdaContext } from '@lpipe/testing'
import middy from '@middy/core'
import type { Context, SQSEvent, SQSHandler } from 'aws-lambda'

describe('invoke', () => {
  test('hands over the event and a context of its own, and returns the response', async () => {
    const seen: Context[] = []
    const handler = middy(async (event: { n: number }, context: Context) => {
      seen.push(context)
      return event.n + 1
    })
    expect(await invoke<number>(handler, { n: 1 })).toBe(2)
    await invoke(handler, { n: 1 })
    expect(seen[0]).not.toBe(seen[1])
    expect(seen[0]?.getRemainingTimeInMillis()).toBe(30_000)
  })

  test('throws what the handler throws, at once or later', async () => {
    await expect(invoke(() => Promise.reject(new RangeError('later')), {})).rejects.toThrow(RangeError)
    const atOnce = () => {
      throw new RangeError('at once')
    }
    await expect(invoke(atOnce, {})).rejects.toThrow(RangeError)
  })

  test('takes any handler, and members of the context', async () => {
    const handler = (event: SQSEvent, { awsRequestId }: Context) => `${event.Records.length} ${awsRequestId}`
    expect(await invoke(handler, { Records: [] }, { awsRequestId: 'mine' })).toBe('0 mine')
  })

  test('takes a handler that is annotated with a type of `aws-lambda`, which has a callback', async () => {
    const handler: SQSHandler = async () => ({ batchItemFailures: [] })
    expect(await invoke(handler, { Records: [] })).toEqual({ batchItemFailures: [] })
    expect(await invokeWithOutcomes(handler, { Records: [] })).toMatchObject({ response: { batchItemFailures: [] } })
  })
})

describe('invokeWithOutcomes', () => {
  /** A handler that leaves a batch in its context, as lpipe does. */
  const handler = (_: unknown, context: Context) => {
    const batch = new InvocationBatch({}, context)
    const source = { name: 'test', reports: 'each', idOf: () => undefined } as never
    const messages = [0, 1, 2].map((index) => new BatchMessage(source, batch, {}, index, index))
    batch.receive({ source, messages })
    const [first, second] = messages as [BatchMessage, BatchMessage]
    batch.use({ classify: () => 'dropped' })
    Object.assign(first, { path: 'SHIP', function: undefined })
    settle(batch, first, { status: 'fulfilled', value: 7 })
    reject(batch, second, 'why')
    Object.assign(context, { lpipe: batch })
    return Promise.resolve('response')
  }

  test('returns the outcome of each message; a pending one stays on its queue', async () => {
    expect(await invokeWithOutcomes(handler, {})).toEqual({
      response: 'response',
      error: undefined,
      outcomes: [
        { outcome: 'succeeded', output: 7, error: undefined, path: 'SHIP', function: undefined },
        { outcome: 'dropped', output: undefined, error: 'why', path: undefined, function: undefined },
        { outcome: 'failed', output: undefined, error: undefined, path: undefined, function: undefined },
      ],
    })
  })

  test.each<[what: string, failing: () => unknown]>([
    ['rejects with', () => Promise.reject(new RangeError('why'))],
    [
      'throws',
      () => {
        throw new RangeError('why')
      },
    ],
  ])('returns what the handler %s', async (_, failing) => {
    expect(await invokeWithOutcomes(failing, {})).toEqual({
      response: undefined,
      error: new RangeError('why'),
      outcomes: [],
    })
  })
})

test('lambdaContext takes members to replace', () => {
  const context = lambdaContext({ functionName: 'mine' })
  expect(context).toMatchObject({ functionName: 'mine', memoryLimitInMB: '128' })
  expect(lambdaContext().functionName).toBe('test')
})
