import type { KinesisClient } from '@aws-sdk/client-kinesis'
import type { MessageAttributeValue } from '@aws-sdk/client-sqs'
import { isObject } from '@lpipe/core'
import type { Arn, KinesisOriginal, Original, SqsOriginal } from './letter.ts'
import { type Kinesis, loadKinesis, type Sqs } from './sdk.ts'

/** Sends an original back. @throws whatever says that it was not accepted */
export type SendBack = (original: Original, letterId: string) => Promise<void>

export const makeSendBack = (sqs: Sqs, kinesisClient: KinesisClient | undefined): SendBack => {
  const urls = new Map<string, string | undefined>()
  let kinesis: Promise<Kinesis> | undefined

  const urlOf = async ({ name, account }: Arn): Promise<string | undefined> => {
    const key = `${account}:${name}`
    if (!urls.has(key)) {
      const command = new sqs.commands.GetQueueUrlCommand({ QueueName: name, QueueOwnerAWSAccountId: account })
      urls.set(key, (await sqs.client.send(command)).QueueUrl)
    }
    return urls.get(key)
  }

  const toQueue = async ({ arn, body, groupId, attributes, trace }: SqsOriginal, letterId: string): Promise<void> => {
    await checkRegion(arn, sqs)
    const { SendMessageCommand } = sqs.commands
    await sqs.client.send(
      new SendMessageCommand({
        QueueUrl: await urlOf(arn),
        MessageBody: body,
        MessageAttributes: attributesOf(attributes),
        ...(trace !== undefined && {
          MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: trace } },
        }),
        ...(groupId !== undefined && { MessageGroupId: groupId }),
        // Not the original's, which SQS may still know; but the same if this letter is sent back a second time.
        ...(arn.name.endsWith('.fifo') && { MessageDeduplicationId: `redrive-${letterId}` }),
      }),
    )
  }

  const toStream = async ({ arn, data, partitionKey }: KinesisOriginal): Promise<void> => {
    kinesis ??= loadKinesis(kinesisClient)
    const loaded = await kinesis
    await checkRegion(arn, loaded)
    const Data = Buffer.from(data, 'base64')
    const command = new loaded.commands.PutRecordCommand({ StreamName: arn.name, Data, PartitionKey: partitionKey })
    await loaded.client.send(command)
  }

  return async (original, letterId) => {
    if (original.type === 'sqs') await toQueue(original, letterId)
    else await toStream(original)
  }
}

/** A queue of the same name in another region is another queue. */
const checkRegion = async ({ region }: Arn, { client }: Sqs | Kinesis): Promise<void> => {
  const own = await client.config.region()
  if (own !== region) throw new Error(`it came from region ${region}, and the client is in ${own}`)
}

/** A record's attributes, as SQS takes them. */
const attributesOf = (attributes: SqsOriginal['attributes']): Record<string, MessageAttributeValue> =>
  Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]): [string, MessageAttributeValue][] => {
      if (!isObject(value)) return []
      const { dataType: DataType, stringValue, binaryValue } = value
      if (typeof DataType !== 'string') return []
      if (typeof binaryValue === 'string') {
        return [[name, { DataType, BinaryValue: Buffer.from(binaryValue, 'base64') }]]
      }
      return typeof stringValue === 'string' ? [[name, { DataType, StringValue: stringValue }]] : []
    }),
  )
