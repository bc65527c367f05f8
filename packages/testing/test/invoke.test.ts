import { describe, expect, test } from '@jest/globals'
import { invoke, lambdaContext } from '@lpipe/testing'
import middy from '@middy/core'
import type { Context, SQSEvent } from 'aws-lambda'

describe('invoke', () => {
  test('hands over the event and a context of its own, and fulfils with the answer', async () => {
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

  test('rejects with what the handler throws, at once or later', async () => {
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
})

test('lambdaContext takes over what it is given', () => {
  const context = lambdaContext({ functionName: 'mine' })
  expect(context).toMatchObject({ functionName: 'mine', memoryLimitInMB: '128' })
  expect(lambdaContext().functionName).toBe('test')
})
