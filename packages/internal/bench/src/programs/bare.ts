import type { SQSEvent } from 'aws-lambda'

const work = async (_: { id: number }): Promise<void> => undefined

export const handler = async ({ Records }: SQSEvent) => {
  const results = await Promise.allSettled(Records.map(async ({ body }) => work(JSON.parse(body).kwargs)))
  return {
    batchItemFailures: results.flatMap(({ status }, index) =>
      status === 'rejected' ? [{ itemIdentifier: Records[index]?.messageId }] : [],
    ),
  }
}
