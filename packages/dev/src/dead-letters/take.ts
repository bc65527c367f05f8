import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { errorMessage } from '@lpipe/core/middleware'

/** Receives some messages of a queue, to do something with each and delete it. */
export interface TakeOptions {
  readonly client: SQSClient
  readonly url: string
  readonly ids: ReadonlySet<string>
  /** Called with each message. It is deleted afterwards, or stays if this throws. */
  readonly use: (message: Message) => Promise<void>
  /** Called with what was done: undefined, or the reason why it stays. */
  readonly onDone: (id: string, reason: string | undefined) => void
}

/** Seconds that received messages stay hidden meanwhile. */
const hidden = 60

/** Receives messages until all that are wanted were found, or the queue has no more. The others are shown again. */
export const takeMessages = async ({ client, url: QueueUrl, ids, use, onDone }: TakeOptions): Promise<void> => {
  const left: Message[] = []
  const missing = new Set(ids)

  const take = async (message: Message): Promise<void> => {
    const { MessageId = '', ReceiptHandle } = message
    if (!missing.delete(MessageId)) {
      left.push(message)
      return
    }
    try {
      await use(message)
    } catch (error) {
      left.push(message)
      onDone(MessageId, errorMessage(error))
      return
    }
    const deletion = client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
    onDone(MessageId, await deletion.then(() => undefined, notDeleted))
  }

  try {
    while (missing.size > 0) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: hidden,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['All'],
        }),
      )
      if (Messages.length === 0) break
      for (const message of Messages) await take(message)
    }
  } finally {
    await show(client, QueueUrl, left)
  }
  for (const id of missing) {
    onDone(id, 'it cannot be received now: it is in flight, or behind another message of its group')
  }
}

/** It was used: the others go on, and the answer names it. */
const notDeleted = (error: unknown): string =>
  `it was handled, but could not be removed from its queue (${errorMessage(error)}): it is there again after ${hidden} seconds`

const show = async (client: SQSClient, QueueUrl: string, messages: readonly Message[]): Promise<void> => {
  for (let from = 0; from < messages.length; from += 10) {
    const Entries = messages.slice(from, from + 10).map(({ ReceiptHandle }, index) => ({
      Id: String(index),
      ReceiptHandle,
      VisibilityTimeout: 0,
    }))
    await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries })).catch(() => undefined)
  }
}
