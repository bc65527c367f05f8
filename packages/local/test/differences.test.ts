import { DescribeStreamSummaryCommand, PutRecordCommand } from '@aws-sdk/client-kinesis'
import { PublishBatchCommand, PublishCommand } from '@aws-sdk/client-sns'
import {
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  type ReceiveMessageResult,
  SendMessageCommand,
} from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type LocalPipeline, localPipeline } from '@lpipe/local'

// The README lists these under "Not the same as AWS". If one fails after an update of a server, remove it there.

let local: LocalPipeline
beforeAll(async () => {
  const attributes = { DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' }
  local = await localPipeline({
    queues: { orders: {}, 'orders.fifo': { attributes } },
    streams: { events: {} },
    topics: { news: {}, 'news.fifo': {} },
  })
})
afterAll(() => local.stop())

const receive = (queue: string): Promise<ReceiveMessageResult> =>
  local.clients.sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: local.urls[queue],
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['All'],
    }),
  )

test('fauxqs refuses characters beyond U+FFFF', async () => {
  await expect(local.send('orders', ['🎉'])).rejects.toThrow('InvalidMessageContents')
})

test('fauxqs drops the group id and the trace header of a message in a standard queue', async () => {
  const trace = { AWSTraceHeader: { DataType: 'String', StringValue: 'Root=1-5759e988-bd862e3fe1be46a994272793' } }
  await local.clients.sqs.send(
    new SendMessageCommand({
      QueueUrl: local.urls['orders'],
      MessageBody: 'x',
      MessageGroupId: 'ada',
      MessageSystemAttributes: trace,
    }),
  )
  const { Messages: [message] = [] } = await receive('orders')
  expect(message?.Body).toBe('x')
  expect(message?.Attributes).not.toHaveProperty('MessageGroupId')
  expect(message?.Attributes).not.toHaveProperty('AWSTraceHeader')
})

test('fauxqs deduplicates within the queue, and returns one message of a group at a time', async () => {
  const deduplicationId = (text: string) => text
  const groupId = () => 'ada'
  await local.send('orders.fifo', ['0', '1'], { groupId, deduplicationId })
  await local.send('orders.fifo', ['0'], { groupId: () => 'bob', deduplicationId })
  expect(await local.contents('orders.fifo')).toHaveLength(2)
  expect((await receive('orders.fifo')).Messages).toHaveLength(1)
})

test('fauxqs accepts a receipt handle that it never gave, a number of any size, and another account', async () => {
  const { sqs } = local.clients
  const QueueUrl = local.urls['orders']
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'unknown' }))
  const MessageAttributes = { n: { DataType: 'Number', StringValue: '1e300' } }
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x', MessageAttributes }))
  await sqs.send(new GetQueueUrlCommand({ QueueName: 'orders', QueueOwnerAWSAccountId: '999999999999' }))
})

test('fauxqs accepts messages that SNS refuses', async () => {
  const TopicArn = local.topicArns['news']
  const Message = 'x'.repeat(200_000)
  for (const input of [
    { Subject: 'x'.repeat(101) },
    { Subject: 'two\nlines' },
    { MessageAttributes: { 'a b': { DataType: 'String', StringValue: 'x' } } },
    { MessageAttributes: { a: { DataType: 'Number', StringValue: 'x' } } },
    { MessageStructure: 'json' },
    { MessageDeduplicationId: 'once' },
    { TopicArn: local.topicArns['news.fifo'], MessageGroupId: 'a b', MessageDeduplicationId: 'once' },
  ]) {
    await local.clients.sns.send(new PublishCommand({ TopicArn, Message, ...input }))
  }
  const PublishBatchRequestEntries = ['a', 'b'].map((Id) => ({ Id, Message }))
  const { Failed } = await local.clients.sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }))
  expect(Failed ?? []).toEqual([])
})

test('kinesalite finds a stream by its name only, ignores an order, and counts the data of a record without its key', async () => {
  const StreamARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/events'
  const { kinesis } = local.clients
  await expect(kinesis.send(new DescribeStreamSummaryCommand({ StreamARN }))).rejects.toThrow()
  const record = { StreamName: 'events', Data: new Uint8Array(1), PartitionKey: 'k' }
  await kinesis.send(new PutRecordCommand({ ...record, SequenceNumberForOrdering: '5' }))
  const Data = new Uint8Array(1_048_576)
  await kinesis.send(new PutRecordCommand({ StreamName: 'events', Data, PartitionKey: 'k'.repeat(256) }))
  await expect(
    kinesis.send(new PutRecordCommand({ StreamName: 'events', Data: new Uint8Array(1_048_577), PartitionKey: 'k' })),
  ).rejects.toThrow()
})
