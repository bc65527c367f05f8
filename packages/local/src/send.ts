import { type KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis'
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { Rule } from '@lpipe/core/middleware'
import { isFifo } from '@lpipe/system/tools'
import { split } from './split.ts'

/** A text for all messages, or a function that is called for each, with the message and its index. */
type SendText<T> = string | ((message: T, index: number) => string)

/** How `send` sends messages. */
export interface SendOptions<T = unknown> {
  /** SQS and SNS: the message group; default `default` for a FIFO queue, none for a standard queue */
  readonly groupId?: SendText<T> | undefined
  /** FIFO queues and topics: the deduplication id; default a new UUID */
  readonly deduplicationId?: SendText<T> | undefined
  /** Kinesis: the partition key; default a new UUID */
  readonly partitionKey?: SendText<T> | undefined
}

const textRule = {
  expected: 'a string or a function',
  accepts: (value: unknown): boolean => typeof value === 'string' || typeof value === 'function',
}

/** The rules of the options of `send`. */
export const sendRules = {
  groupId: textRule,
  deduplicationId: textRule,
  partitionKey: textRule,
} satisfies Record<keyof SendOptions, Rule>

/** Returns the text for a message. */
export const textFor = <T>(text: SendText<T> | undefined, message: T, index: number): string | undefined =>
  typeof text === 'function' ? text(message, index) : text

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
    ...(groupId || fifo ? { MessageGroupId: textFor(groupId, message, index) ?? 'default' } : {}),
    ...(fifo ? { MessageDeduplicationId: textFor(deduplicationId, message, index) ?? crypto.randomUUID() } : {}),
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
    PartitionKey: textFor(partitionKey, message, index) ?? crypto.randomUUID(),
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
