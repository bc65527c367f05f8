import { type KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis'
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { isFifo } from '@lpipe/system/tools'
import { split } from './split.ts'

/** How `send` sends messages. Each function is called for each message, with the message and its index. */
export interface SendOptions<T = unknown> {
  /** SQS: returns the message group; default `default` for a FIFO queue, none for a standard queue */
  readonly groupId?: (message: T, index: number) => string
  /** FIFO queues: returns the deduplication id; default a new UUID */
  readonly deduplicationId?: (message: T, index: number) => string
  /** Kinesis: returns the partition key; default a new UUID */
  readonly partitionKey?: (message: T, index: number) => string
}

/** A string is sent as it is, so that a body that is not JSON can be sent. */
export const textOf = (message: unknown): string => (typeof message === 'string' ? message : JSON.stringify(message))

const mebibyte = 1024 * 1024
const sizeOf = ({ body }: { readonly body: string }): number => Buffer.byteLength(body)

/**
 * Sends messages to a queue.
 *
 * @returns the message ids, in order
 * @throws if SQS refuses a message
 */
export const sendToQueue = async <T>(
  client: SQSClient,
  queue: string,
  QueueUrl: string,
  messages: readonly T[],
  { groupId, deduplicationId }: SendOptions<T>,
): Promise<string[]> => {
  const fifo = isFifo(queue)
  const entries = messages.map((message, index) => ({
    body: textOf(message),
    ...(groupId || fifo ? { MessageGroupId: groupId?.(message, index) ?? 'default' } : {}),
    ...(fifo ? { MessageDeduplicationId: deduplicationId?.(message, index) ?? crypto.randomUUID() } : {}),
  }))
  const ids: string[] = []
  for (const piece of split(entries, 10, mebibyte, sizeOf)) {
    const Entries = piece.map(({ body, ...rest }, index) => ({ Id: String(index), MessageBody: body, ...rest }))
    const { Successful = [], Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
    const [failed] = Failed
    if (failed !== undefined)
      throw new Error(`send: queue ${queue} refused a message: ${failed.Code}: ${failed.Message}`)
    const accepted = new Map(Successful.map(({ Id, MessageId = '' }) => [Id, MessageId]))
    ids.push(...Entries.map(({ Id }) => accepted.get(Id) ?? ''))
  }
  return ids
}

/**
 * Sends records to a stream.
 *
 * @returns the sequence numbers, in order
 * @throws if Kinesis refuses a record
 */
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
  for (const piece of split(entries, 500, mebibyte, sizeOf)) {
    const Records = piece.map(({ body, PartitionKey }) => ({ Data: Buffer.from(body), PartitionKey }))
    const { Records: results = [] } = await client.send(new PutRecordsCommand({ StreamName, Records }))
    for (const { SequenceNumber, ErrorCode, ErrorMessage } of results) {
      if (SequenceNumber === undefined) {
        throw new Error(`send: stream ${StreamName} refused a record: ${ErrorCode}: ${ErrorMessage}`)
      }
      numbers.push(SequenceNumber)
    }
  }
  return numbers
}
