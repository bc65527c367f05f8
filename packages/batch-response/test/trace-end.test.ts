import { expect, test } from '@jest/globals'
import { batchDecoder } from '@lpipe/batch-decoder'
import { batchResponse } from '@lpipe/batch-response'
import { type BatchTrace, channels } from '@lpipe/core/middleware'
import { invoke, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'

test('a traced batch ends once, also if another middleware fails after the response', async () => {
  const ended: unknown[] = []
  const subscribers = {
    asyncEnd: ({ result }: BatchTrace) => void ended.push(result),
    error: ({ error }: BatchTrace) => void ended.push(error),
  }
  const unhandled: unknown[] = []
  const listen = (reason: unknown) => void unhandled.push(reason)
  process.on('unhandledRejection', listen)
  channels.batch.subscribe(subscribers as never)
  const outer = {
    after: () => {
      throw new RangeError('of another middleware')
    },
  }
  const handler = middy(async (): Promise<unknown> => [{ status: 'fulfilled', value: 1 }]).use([
    outer,
    batchResponse(),
    batchDecoder(),
  ])
  try {
    await expect(invoke(handler, sqsEvent([{}]))).rejects.toThrow(RangeError)
    await new Promise((resolve) => setImmediate(resolve))
    expect(ended).toEqual([{ batchItemFailures: [] }])
    expect(unhandled).toEqual([])
  } finally {
    channels.batch.unsubscribe(subscribers as never)
    process.off('unhandledRejection', listen)
  }
})
