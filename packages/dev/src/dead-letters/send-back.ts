import { randomUUID } from 'node:crypto'
import { PutRecordCommand } from '@aws-sdk/client-kinesis'
import { type MessageAttributeValue, SendMessageCommand } from '@aws-sdk/client-sqs'
import { isObject } from '@lpipe/core/middleware'
import type { Pipeline } from '@lpipe/local/tools'
import { isFifo } from '@lpipe/system/tools'
import { streamKey } from '../trace/record-key.ts'
import type { QueuedDeadLetter } from './queued-dead-letter.ts'

/**
 * Sends a dead letter to where it came from: with its attributes and its message group, or its partition key.
 *
 * @param attributes the attributes of the received message, for a message that SQS has moved
 * @returns the id of the new message
 * @throws Error if the queue or stream refuses it
 */
export const sendBack = async (
  { clients, urls }: Pick<Pipeline, 'clients' | 'urls'>,
  letter: QueuedDeadLetter,
  body: string,
  attributes: Readonly<Record<string, MessageAttributeValue>> | undefined,
): Promise<string> => {
  const { to = '', groupId, partitionKey, record } = letter
  const QueueUrl = urls[to]
  if (QueueUrl === undefined) {
    const { ShardId, SequenceNumber } = await clients.kinesis.send(
      new PutRecordCommand({ StreamName: to, Data: Buffer.from(body), PartitionKey: partitionKey ?? randomUUID() }),
    )
    return streamKey(to, `${ShardId}:${SequenceNumber}`)
  }
  const { MessageId = '' } = await clients.sqs.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody: body,
      MessageAttributes: attributes ?? attributesIn(record),
      ...(isFifo(to)
        ? { MessageGroupId: groupId ?? 'default', MessageDeduplicationId: randomUUID() }
        : groupId === undefined
          ? {}
          : { MessageGroupId: groupId }),
    }),
  )
  return MessageId
}

/** Converts the attributes of a record to those of a send. */
const attributesIn = (record: QueuedDeadLetter['record']): Record<string, MessageAttributeValue> => {
  const attributes = record?.['messageAttributes']
  if (!isObject(attributes)) return {}
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) => {
      if (!isObject(value) || typeof value['dataType'] !== 'string') return []
      const { stringValue, binaryValue, dataType } = value
      return [
        [
          name,
          {
            DataType: dataType,
            ...(typeof stringValue === 'string' ? { StringValue: stringValue } : {}),
            ...(typeof binaryValue === 'string' ? { BinaryValue: Buffer.from(binaryValue, 'base64') } : {}),
          },
        ],
      ]
    }),
  )
}
