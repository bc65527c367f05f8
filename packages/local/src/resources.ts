import { setTimeout } from 'node:timers/promises'
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  type KinesisClient,
  ListShardsCommand,
} from '@aws-sdk/client-kinesis'
import { CreateQueueCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { arnOf } from './account.ts'
import { defaultVisibilityTimeout, type LocalQueue, type LocalStream } from './options.ts'

/** @returns the queue's URL */
export const createQueue = async (
  client: SQSClient,
  region: string,
  QueueName: string,
  queue: LocalQueue,
): Promise<string> => {
  const { visibilityTimeout = defaultVisibilityTimeout, delay = 0, deadLetter, attributes } = queue
  const redrive = deadLetter && {
    deadLetterTargetArn: arnOf('sqs', region, deadLetter.queue),
    maxReceiveCount: deadLetter.maxReceiveCount,
  }
  const Attributes = {
    VisibilityTimeout: String(visibilityTimeout),
    DelaySeconds: String(delay),
    ...(redrive === undefined ? {} : { RedrivePolicy: JSON.stringify(redrive) }),
    ...attributes,
  }
  const { QueueUrl = '' } = await client.send(new CreateQueueCommand({ QueueName, Attributes }))
  return QueueUrl
}

/** @returns the ids of its shards */
export const createStream = async (
  client: KinesisClient,
  StreamName: string,
  { shards = 1 }: LocalStream,
): Promise<string[]> => {
  await client.send(new CreateStreamCommand({ StreamName, ShardCount: shards }))
  for (;;) {
    const { StreamDescriptionSummary } = await client.send(new DescribeStreamSummaryCommand({ StreamName }))
    if (StreamDescriptionSummary?.StreamStatus === 'ACTIVE') break
    await setTimeout(5)
  }
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName }))
  return Shards.map(({ ShardId = '' }) => ShardId)
}
