import { type KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis'
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { chunksOf } from './chunks.ts'

/** How messages are sent to a queue or a stream. Each function is asked for each message. */
export interface SendOptions<T = unknown> {
  /** SQS: the message group; a FIFO queue needs one, default `default` */
  readonly groupId?: (message: T, index: number) => string
  /** FIFO: default one that is new at each call */
  readonly deduplicationId?: (message: T, index: number) => string
  /** Kinesis: default one that is new for each record */
  readonly partitionKey?: (message: T, index: number) => string
}

/** A text stays as it is, for a body that is no JSON. */
const textOf = (message: unknown): string => (typeof message === 'string' ? message : JSON.stringify(message))

const mebibyte = 1024 * 1024
const sizeOf = ({ body }: { readonly body: string }): number => Buffer.byteLength(body)

/** @returns the messages' ids, in order */
export const sendToQueue = async <T>(
  client: SQSClient,
  QueueUrl: string,
  messages: readonly T[],
  { groupId, deduplicationId }: SendOptions<T>,
): Promise<string[]> => {
  const fifo = QueueUrl.endsWith('.fifo')
  const entries = messages.map((message, index) => ({
    body: textOf(message),
    ...(groupId || fifo ? { MessageGroupId: groupId?.(message, index) ?? 'default' } : {}),
    ...(fifo ? { MessageDeduplicationId: deduplicationId?.(message, index) ?? crypto.randomUUID() } : {}),
  }))
  const ids: string[] = []
  for (const chunk of chunksOf(entries, 10, mebibyte, sizeOf)) {
    const Entries = chunk.map(({ body, ...rest }, index) => ({ Id: String(index), MessageBody: body, ...rest }))
    const { Successful = [], Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
    const [refused] = Failed
    if (refused !== undefined) throw new Error(`${QueueUrl} refused a message: ${refused.Code} ${refused.Message}`)
    const accepted = new Map(Successful.map(({ Id, MessageId = '' }) => [Id, MessageId]))
    ids.push(...Entries.map(({ Id }) => accepted.get(Id) ?? ''))
  }
  return ids
}

/** @returns the records' sequence numbers, in order */
export const sendToStream = async <T>(
  client: KinesisClient,
  StreamName: string,
  messages: readonly T[],
  { partitionKey }: SendOptions<T>,
): Promise<string[]> => {
  const entries = messages.map((message, index) => ({
    body: textOf(message),
    PartitionKey: partitionKey?.(message, index) ?? crypto.randomUUID(),
  }))
  const numbers: string[] = []
  for (const chunk of chunksOf(entries, 500, mebibyte, sizeOf)) {
    const Records = chunk.map(({ body, PartitionKey }) => ({ Data: Buffer.from(body), PartitionKey }))
    const { Records: answers = [] } = await client.send(new PutRecordsCommand({ StreamName, Records }))
    for (const { SequenceNumber, ErrorCode, ErrorMessage } of answers) {
      if (SequenceNumber === undefined) throw new Error(`${StreamName} refused a record: ${ErrorCode} ${ErrorMessage}`)
      numbers.push(SequenceNumber)
    }
  }
  return numbers
}
