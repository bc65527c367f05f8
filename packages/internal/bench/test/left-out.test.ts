/** Rows of the table of the order in docs/iam-and-order.md: middlewares that lpipe replaces. Here, because their packages are. */
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch'
import { expect, test } from '@jest/globals'
import { silentLogger } from '@lpipe/testing'
import middy, { type MiddlewareObj } from '@middy/core'
import sqsPartialBatchFailure from '@middy/sqs-partial-batch-failure'
import type { SQSEvent } from 'aws-lambda'
import { FailCatastrophically, lpipe } from 'lpipe-preset'
import { context, sqs } from '../src/work.ts'

const ran: unknown[] = []
const logger = silentLogger()

/** The second of three messages fails. */
const fails = () => {
  ran.push(ran.length)
  if (ran.length === 2) throw new FailCatastrophically('later')
}

const invoke = async (handler: (event: never, context: never) => unknown): Promise<unknown> => {
  ran.length = 0
  return handler(sqs(3) as never, context() as never)
}

test.each(['before', 'after'] as const)(
  '@middy/sqs-partial-batch-failure, %s: the invocation throws',
  async (place) => {
    const other = sqsPartialBatchFailure({ logger: () => undefined }) as MiddlewareObj
    const handler = middy()
    if (place === 'before') handler.use(other)
    handler.use(lpipe({ call: fails, logger }))
    if (place === 'after') handler.use(other)
    await expect(invoke(handler)).rejects.toThrow(TypeError)
  },
)

test('the batch processing of Powertools as the handler: it runs instead, and the invocation throws', async () => {
  const processor = new BatchProcessor(EventType.SQS)
  const handler = middy(async (event: SQSEvent) => processPartialResponse(event, async () => fails(), processor))
  const withLpipe = handler.use(lpipe({ call: () => void ran.push('lpipe'), logger }))
  await expect(invoke(withLpipe)).rejects.toThrow("the handler's response takes precedence over `call` and `paths`")
  expect(ran).toEqual([0, 1, 2])
})
