import { expect, test } from '@jest/globals'
import { batchDecoder } from '@lpipe/batch-decoder'
import { batchResponse } from '@lpipe/batch-response'
import { FailCatastrophically } from '@lpipe/core'
import { errorClassifier } from '@lpipe/error-classifier'
import { invoke, memoryLogger, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { raise } from './respond.ts'

const done = { status: 'fulfilled', value: undefined }
const failed = { status: 'rejected', reason: new FailCatastrophically('later') }

test('an error before lpipe has seen the event is thrown as it is', async () => {
  const error = new RangeError('of another middleware')
  const outer = { before: () => raise(error) }
  const handler = middy(async (): Promise<unknown> => [done]).use([outer, batchResponse(), batchDecoder()])
  await expect(invoke(handler, sqsEvent([{}]))).rejects.toBe(error)
})

test('the error of middlewares in a wrong order is thrown as it is', async () => {
  const handler = middy(async (): Promise<unknown> => [done]).use([errorClassifier(), batchResponse(), batchDecoder()])
  await expect(invoke(handler, sqsEvent([{}]))).rejects.toThrow('errorClassifier() requires batchResponse() before it')
})

test('a call to the queue of the messages that fails is logged, with its error', async () => {
  const logger = memoryLogger()
  const sqs = { remove: () => Promise.reject(new RangeError('no network')), postpone: async () => [] }
  const handler = middy(async (): Promise<unknown> => [done, failed]).use([
    batchResponse({ partialFailures: 'delete', sqs }),
    errorClassifier({ logger }),
    batchDecoder(),
  ])
  await expect(invoke(handler, sqsEvent([{}, {}]))).rejects.toThrow(FailCatastrophically)
  expect(logger.lines.map(({ level, message }) => [level, message])).toEqual(
    expect.arrayContaining([
      ['error', 'a call to the queue that the messages came from failed: RangeError: no network'],
      ['error', 'could not delete 1 processed message, redelivered later: message-0'],
    ]),
  )
})
