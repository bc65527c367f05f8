/** A call for each message, with the AWS SDK alone. */
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { SQSEvent } from 'aws-lambda'

const client = new SQSClient({ useQueueUrlAsEndpoint: false })
const QueueUrl = process.env['NEXT_URL']

export const handler = async ({ Records }: SQSEvent) => {
  const results = await Promise.allSettled(
    Records.map(({ body }) =>
      client.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(JSON.parse(body).kwargs) })),
    ),
  )
  return {
    batchItemFailures: results.flatMap(({ status }, index) =>
      status === 'rejected' ? [{ itemIdentifier: Records[index]?.messageId }] : [],
    ),
  }
}
