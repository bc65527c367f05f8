import { CreateTopicCommand, PublishCommand, type SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'

/** Publishes to a topic whose subscription is a queue, without raw message delivery: SNS wraps each message. */
export const publishOrders = async (client: SNSClient, queueArn: string, items: readonly string[]): Promise<void> => {
  const { TopicArn } = await client.send(new CreateTopicCommand({ Name: 'orders' }))
  await client.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queueArn }))
  for (const item of items) {
    const Message = JSON.stringify({ path: 'ORDER', kwargs: { item } })
    await client.send(new PublishCommand({ TopicArn, Message }))
  }
}
