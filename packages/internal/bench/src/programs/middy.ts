import middy from '@middy/core'
import sqsPartialBatchFailure from '@middy/sqs-partial-batch-failure'
import type { SQSEvent } from 'aws-lambda'

const work = async (_: { id: number }): Promise<void> => undefined

export const handler = middy(async ({ Records }: SQSEvent) =>
  Promise.allSettled(Records.map(async ({ body }) => work(JSON.parse(body).kwargs))),
).use(sqsPartialBatchFailure())
