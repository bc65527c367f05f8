import { DescribeStreamSummaryCommand, PutRecordCommand } from '@aws-sdk/client-kinesis'
import { ReceiveMessageCommand, type ReceiveMessageResult, SendMessageCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type LocalPipeline, localPipeline } from '@lpipe/local'

// The README lists these under "Not the same as AWS". If one fails after an update of a server, remove it there.

let local: LocalPipeline
beforeAll(async () => {
  const attributes = { DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' }
  local = await localPipeline({ queues: { orders: {}, 'orders.fifo': { attributes } }, streams: { events: {} } })
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

test('kinesalite finds a stream by its name only, and counts the data of a record without its partition key', async () => {
  const StreamARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/events'
  const { kinesis } = local.clients
  await expect(kinesis.send(new DescribeStreamSummaryCommand({ StreamARN }))).rejects.toThrow()
  const Data = new Uint8Array(1_048_576)
  await kinesis.send(new PutRecordCommand({ StreamName: 'events', Data, PartitionKey: 'k'.repeat(256) }))
  await expect(
    kinesis.send(new PutRecordCommand({ StreamName: 'events', Data: new Uint8Array(1_048_577), PartitionKey: 'k' })),
  ).rejects.toThrow()
})
