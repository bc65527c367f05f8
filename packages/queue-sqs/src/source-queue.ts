import type { DeleteMessageBatchCommandOutput } from '@aws-sdk/client-sqs'
import type { Message } from '@lpipe/core'
import { getOwn, type SourceQueue } from '@lpipe/core/middleware'
import type { Sdk } from './sdk.ts'

interface Received {
  readonly message: Message
  readonly ReceiptHandle: string
}

type BatchCall = (
  sdk: Sdk,
  QueueUrl: string,
  received: readonly Received[],
) => Promise<Pick<DeleteMessageBatchCommandOutput, 'Successful'>>

/** Most entries of `DeleteMessageBatch` and `ChangeMessageVisibilityBatch`. */
const maxEntries = 10

/**
 * Makes the calls to the SQS queue that messages came from.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessageBatch.html
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibilityBatch.html
 */
export const createSourceQueue = (connect: () => Promise<Sdk>): SourceQueue => {
  const urls = new Map<string, string>()

  const urlOf = async (arn: string, { client, GetQueueUrlCommand }: Sdk, abortSignal: AbortSignal) => {
    const known = urls.get(arn)
    if (known !== undefined) return known
    const [QueueName = '', QueueOwnerAWSAccountId] = arn.split(':').reverse()
    const command = new GetQueueUrlCommand({ QueueName, QueueOwnerAWSAccountId })
    const { QueueUrl } = await client.send(command, { abortSignal })
    if (QueueUrl !== undefined) urls.set(arn, QueueUrl)
    return QueueUrl
  }

  /** Calls for at most ten messages of one queue at a time. Returns the messages for which it did not succeed. */
  const callForEach = async (
    messages: readonly Message[],
    signal: AbortSignal,
    call: BatchCall,
  ): Promise<Message[]> => {
    const sdk = await connect()
    const notDone = new Set(messages)
    for (const [arn, ofQueue] of Map.groupBy(messages, ({ eventSource }) => eventSource)) {
      const known = ofQueue.flatMap((message) => receivedOf(message))
      for (let from = 0; arn !== undefined && from < known.length; from += maxEntries) {
        const received = known.slice(from, from + maxEntries)
        try {
          const QueueUrl = await urlOf(arn, sdk, signal)
          if (QueueUrl === undefined) continue
          const { Successful = [] } = await call(sdk, QueueUrl, received)
          for (const { Id } of Successful) notDone.delete(received[Number(Id)]?.message as Message)
        } catch {
          // The caller logs the messages that are returned.
        }
      }
    }
    return [...notDone]
  }

  return {
    remove: (messages, abortSignal) =>
      callForEach(messages, abortSignal, ({ client, DeleteMessageBatchCommand }, QueueUrl, received) => {
        const Entries = received.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }))
        return client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }), { abortSignal })
      }),
    postpone: (secondsOf, abortSignal) =>
      callForEach(
        [...secondsOf.keys()],
        abortSignal,
        ({ client, ChangeMessageVisibilityBatchCommand }, QueueUrl, received) => {
          const Entries = received.map(({ message, ReceiptHandle }, index) => {
            return { Id: String(index), ReceiptHandle, VisibilityTimeout: secondsOf.get(message) }
          })
          return client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }), { abortSignal })
        },
      ),
  }
}

const receivedOf = (message: Message): Received[] => {
  const handle = getOwn(message.record, 'receiptHandle')
  return typeof handle === 'string' ? [{ message, ReceiptHandle: handle }] : []
}
