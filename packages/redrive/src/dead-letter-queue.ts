import type { Message } from '@aws-sdk/client-sqs'
import { invalidConfiguration } from '@lpipe/core/middleware'
import { type Arn, arnOf } from './arn.ts'
import type { DeadLetterMessage } from './dead-letter-message.ts'
import { readDeadLetter } from './read-dead-letter.ts'
import type { Sqs } from './sdk.ts'
import type { SourceNamed } from './sources/index.ts'

/** A dead-letter queue. */
export interface DeadLetterQueue {
  readonly sqs: Sqs
  readonly url: string
  /** Its ARN, as SQS says it. */
  readonly home: Arn | undefined
  /** Those that arrive later wait for the next call. Otherwise this one might never end. */
  readonly count: number
}

/** A message of a dead-letter queue, as it was received and as it was read. */
export interface ReceivedDeadLetter {
  readonly message: Message
  readonly letter: DeadLetterMessage
}

/** Seconds that a dead letter is hidden while it is looked at. At the end the rest is made visible again. */
const hiddenSeconds = 300

/** @param from the name or the URL of the queue */
export const openDeadLetterQueue = async (sqs: Sqs, from: string): Promise<DeadLetterQueue> => {
  const { client, commands } = sqs
  const url = URL.canParse(from)
    ? from
    : (await client.send(new commands.GetQueueUrlCommand({ QueueName: from }))).QueueUrl
  const command = new commands.GetQueueAttributesCommand({
    QueueUrl: url,
    AttributeNames: ['QueueArn', 'ApproximateNumberOfMessages'],
  })
  const { Attributes = {} } = await client.send(command)
  const count = Number(Attributes['ApproximateNumberOfMessages'] ?? 0)
  return { sqs, url: url ?? '', home: arnOf(Attributes['QueueArn']), count }
}

/** @throws InvalidConfigurationError if there is no name or URL */
export const checkFrom = (factory: string, from: string): void => {
  if (!from) invalidConfiguration(`${factory}: requires \`from\`: the name or the URL of the dead-letter queue`)
}

/** Which dead letters are looked at. */
export interface Selection {
  readonly matches: (letter: DeadLetterMessage) => boolean
  /** Most dead letters that match. Default: as many as the queue held at the beginning. */
  readonly limit: number | undefined
  readonly sourceNamed: SourceNamed
}

/**
 * Reads a dead-letter queue, each message once. All messages stay hidden until the end, because otherwise they would be
 * received again and again; then those that `handle` has not deleted are made visible.
 *
 * @param handle receives at most 10 dead letters that match. Returns those that it deleted
 */
export const eachDeadLetter = async (
  queue: DeadLetterQueue,
  { matches, limit, sourceNamed }: Selection,
  handle: (received: readonly ReceivedDeadLetter[]) => Promise<ReadonlySet<Message>>,
): Promise<void> => {
  const hidden: Message[] = []
  const seen = new Set<string | undefined>()
  let matched = 0
  try {
    while (limit === undefined ? seen.size < queue.count : matched < limit) {
      const most = limit === undefined ? queue.count - seen.size : limit - matched
      const messages = await receive(queue, Math.min(10, most))
      if (messages.length === 0) break
      hidden.push(...messages)
      const unseen = messages.filter(({ MessageId }) => !seen.has(MessageId))
      for (const { MessageId } of messages) seen.add(MessageId)
      const received = unseen
        .map((message) => ({ message, letter: readDeadLetter(message, sourceNamed) }))
        .filter(({ letter }) => matches(letter))
      matched += received.length
      const deleted = received.length === 0 ? new Set() : await handle(received)
      for (const message of deleted) hidden.splice(hidden.indexOf(message as Message), 1)
    }
  } finally {
    await show(queue, hidden)
  }
}

const receive = async ({ sqs: { client, commands }, url }: DeadLetterQueue, count: number): Promise<Message[]> => {
  const command = new commands.ReceiveMessageCommand({
    QueueUrl: url,
    MaxNumberOfMessages: count,
    WaitTimeSeconds: 1,
    VisibilityTimeout: hiddenSeconds,
    MessageAttributeNames: ['All'],
    MessageSystemAttributeNames: ['All'],
  })
  const { Messages = [] } = await client.send(command)
  return Messages
}

/** Deletes messages. Returns those that were deleted. */
export const remove = async (
  { sqs: { client, commands }, url }: DeadLetterQueue,
  messages: readonly Message[],
): Promise<ReadonlySet<Message>> => {
  if (messages.length === 0) return new Set()
  const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }))
  try {
    const { Successful = [] } = await client.send(new commands.DeleteMessageBatchCommand({ QueueUrl: url, Entries }))
    return new Set(Successful.map(({ Id }) => messages[Number(Id)] as Message))
  } catch {
    return new Set() // the result names them
  }
}

/** Makes messages visible at once. */
const show = async (
  { sqs: { client, commands }, url }: DeadLetterQueue,
  messages: readonly Message[],
): Promise<void> => {
  for (let from = 0; from < messages.length; from += 10) {
    const Entries = messages.slice(from, from + 10).map(({ ReceiptHandle }, index) => ({
      Id: String(index),
      ReceiptHandle,
      VisibilityTimeout: 0,
    }))
    const command = new commands.ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries })
    await client.send(command).catch(() => undefined)
  }
}
