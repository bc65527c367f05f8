import type { SendMessageBatchCommandOutput, SendMessageBatchRequestEntry, SQSClient } from '@aws-sdk/client-sqs'
import {
  checkOptions,
  type Entry,
  type MessageSource,
  messageSource,
  type Queue,
  type Refusal,
  type Sender,
  type SourceCalls,
} from '@lpipe/core'
import { loadSdk, type Sdk } from './sdk.ts'
import { makeSource } from './source.ts'

export interface QueueSqsOptions {
  /**
   * The client to send with. Else one is made at the first send, from the SDK's own environment: region, credentials,
   * `AWS_ENDPOINT_URL_SQS`.
   */
  readonly client?: SQSClient
  /** the most entries of a call: 10, or fewer */
  readonly maxEntries?: number
  /** the most bytes of a call: 1 MiB, or fewer */
  readonly maxBytes?: number
}

/** Sends to SQS queues, and speaks to those that messages came from. */
export type QueueSqs = Sender & SourceCalls & MessageSource

/**
 * Sends to Amazon SQS with `SendMessageBatch`. `@aws-sdk/client-sqs` is imported at the first send, never before.
 *
 * @throws InvalidConfigurationError, when made, for an unknown option; at a send, if the SDK is not installed
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
 */
export const queueSqs = (options: QueueSqsOptions = {}): QueueSqs => {
  checkOptions('queueSqs', options, { client: 'any', maxEntries: 1, maxBytes: 1 })
  const { maxEntries = 10, maxBytes = 1024 * 1024 } = options
  let sdk: Promise<Sdk> | undefined
  const urls = new Map<string, Promise<string>>()

  const connect = (): Promise<Sdk> => {
    sdk ??= loadSdk(options.client).catch(forget(() => (sdk = undefined)))
    return sdk
  }

  const urlOf = ({ name, url }: Queue, { client, GetQueueUrlCommand }: Sdk): Promise<string> | string => {
    if (url !== undefined || name === undefined) return url ?? ''
    let found = urls.get(name)
    if (found === undefined) {
      found = client
        .send(new GetQueueUrlCommand({ QueueName: name }))
        .then(({ QueueUrl = '' }) => QueueUrl)
        .catch(forget(() => urls.delete(name)))
      urls.set(name, found)
    }
    return found
  }

  const calls = makeSource(connect)

  return {
    maxEntries,
    maxBytes,
    sizeOf,
    orderOf: (entry) => (isFifo(entry.queue) ? groupOf(entry) : undefined),
    send: async (queue, entries, { signal: abortSignal }) => {
      const connected = await connect()
      const { client, SendMessageBatchCommand } = connected
      const QueueUrl = await urlOf(queue, connected)
      const Entries = entries.map((entry, index) => wire(entry, String(index)))
      const sent = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }), { abortSignal })
      return reconcile(entries.length, sent)
    },
    ...calls,
    ...messageSource(calls),
  }
}

/** What was remembered is forgotten if it failed, so that the next send asks again. */
const forget =
  (clear: () => void) =>
  (error: unknown): never => {
    clear()
    throw error
  }

const isFifo = ({ name, url }: Queue): boolean => (name ?? url ?? '').endsWith('.fifo')

/** The queue's name: a URL ends in it, so that both ways to say which queue it is mean the same group. */
const nameOf = ({ name, url = '' }: Queue): string => name ?? url.slice(url.lastIndexOf('/') + 1)

const groupOf = ({ groupId, sourceGroup, queue }: Entry): string =>
  groupId ?? sourceGroup ?? queue.path ?? nameOf(queue)

const wire = (entry: Entry, Id: string): SendMessageBatchRequestEntry => {
  const { queue, body: MessageBody, groupId, trace } = entry
  return {
    Id,
    MessageBody,
    MessageAttributes: Object.fromEntries(
      attributesOf(entry).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
    ),
    ...(trace && { MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: trace } } }),
    ...(queue.delaySeconds !== undefined && { DelaySeconds: queue.delaySeconds }),
    ...(groupId !== undefined && { MessageGroupId: groupId }),
    ...(isFifo(queue) && {
      MessageGroupId: groupOf(entry),
      MessageDeduplicationId: shortened(entry.deduplicationId ?? entry.origin),
    }),
  }
}

const attributesOf = ({ queue, headers }: Omit<Entry, 'size'>): [name: string, value: string][] => [
  ...Object.entries(queue.attributes ?? {}),
  ...Object.entries(headers),
]

/** The body, and the names, types and values of the attributes. The system's own do not count. */
const sizeOf = (entry: Omit<Entry, 'size'>): number =>
  attributesOf(entry).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + 'String'.length + Buffer.byteLength(value),
    Buffer.byteLength(entry.body),
  )

/** SQS takes at most 128 characters. */
const shortened = (id: string): string =>
  id.length <= 128 ? id : process.getBuiltinModule('node:crypto').hash('sha256', id)

/** What SQS says of each entry. One that it does not mention was not accepted, as far as anybody knows. */
const reconcile = (
  count: number,
  { Successful = [], Failed = [] }: SendMessageBatchCommandOutput,
): (Refusal | undefined)[] => {
  const answers: (Refusal | undefined)[] = Array.from({ length: count }, () => unmentioned)
  for (const { Id } of Successful) answers[Number(Id)] = undefined
  for (const { Id, Code = 'Unknown', Message = 'no reason given', SenderFault = false } of Failed) {
    answers[Number(Id)] = { code: Code, reason: Message, senderFault: SenderFault }
  }
  return answers
}

const unmentioned: Refusal = { code: 'NoAnswer', reason: 'SQS did not say what became of it', senderFault: false }
