import { DeleteMessageCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { type Counts, invoke, noCounts } from './invoke.ts'

/** Does the work of an event source mapping: receives, invokes, deletes what did not fail, until `count` are deleted. */
export const consume = async (client: SQSClient, QueueUrl: string, count: number): Promise<Counts> => {
  const counts = noCounts()
  const end = Date.now() + 15_000
  for (let deleted = 0; deleted < count && Date.now() < end; ) {
    const receive = { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 1, WaitTimeSeconds: 2 }
    const { Messages = [] } = await client.send(new ReceiveMessageCommand(receive))
    if (Messages.length === 0) continue
    const Records = Messages.map(({ MessageId = '', Body = '', ReceiptHandle = '' }) => ({
      messageId: MessageId,
      receiptHandle: ReceiptHandle,
      body: Body,
      attributes: {},
      messageAttributes: {},
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:demo',
      awsRegion: 'us-east-1',
    }))
    const failed = await invoke({ Records }, counts)
    for (const { MessageId = '', ReceiptHandle } of Messages) {
      if (failed.includes(MessageId)) continue
      await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
      deleted++
    }
  }
  return counts
}
