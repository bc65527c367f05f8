import type { DeleteMessageBatchCommandOutput } from '@aws-sdk/client-sqs'
import { type Message, ownOf, type SendOptions, type SourceCalls } from '@lpipe/core'
import type { Sdk } from './sdk.ts'

interface HttpOptions {
  readonly abortSignal?: AbortSignal
}

interface Received {
  readonly message: Message
  readonly ReceiptHandle: string
}

/** The most entries of `DeleteMessageBatch` and `ChangeMessageVisibilityBatch`. */
const most = 10

/**
 * What can be done with messages on the SQS queue that they came from.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessageBatch.html
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibilityBatch.html
 */
export const makeSource = (connect: () => Promise<Sdk>): SourceCalls => {
  const urls = new Map<string, string>()

  const urlOf = async (
    arn: string,
    { client, GetQueueUrlCommand }: Sdk,
    http: HttpOptions,
  ): Promise<string | undefined> => {
    const known = urls.get(arn)
    if (known !== undefined) return known
    const [QueueName = '', QueueOwnerAWSAccountId] = arn.split(':').reverse()
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName, QueueOwnerAWSAccountId }), http)
    if (QueueUrl !== undefined) urls.set(arn, QueueUrl)
    return QueueUrl
  }

  /** Calls for at most ten messages of one queue at a time, and finds out which it failed for. */
  const forEach = async (
    messages: readonly Message[],
    options: SendOptions | undefined,
    call: (
      sdk: Sdk,
      QueueUrl: string,
      received: readonly Received[],
      http: HttpOptions,
    ) => Promise<Pick<DeleteMessageBatchCommandOutput, 'Successful'>>,
  ): Promise<Message[]> => {
    const sdk = await connect()
    const undone = new Set(messages)
    const http = options === undefined ? {} : { abortSignal: options.signal }
    for (const [arn, ofQueue] of Map.groupBy(messages, ({ eventSource }) => eventSource)) {
      const known = ofQueue.flatMap((message) => receivedOf(message))
      for (let from = 0; arn !== undefined && from < known.length; from += most) {
        const received = known.slice(from, from + most)
        try {
          const QueueUrl = await urlOf(arn, sdk, http)
          if (QueueUrl === undefined) continue
          const { Successful = [] } = await call(sdk, QueueUrl, received, http)
          for (const { Id } of Successful) undone.delete(received[Number(Id)]?.message as Message)
        } catch {
          // What is not named as done was not done: the caller is told which.
        }
      }
    }
    return [...undone]
  }

  return {
    remove: (messages, options) =>
      forEach(messages, options, ({ client, DeleteMessageBatchCommand }, QueueUrl, received, http) => {
        const Entries = received.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }))
        return client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }), http)
      }),
    postpone: (seconds, options) =>
      forEach(
        [...seconds.keys()],
        options,
        ({ client, ChangeMessageVisibilityBatchCommand }, QueueUrl, received, http) => {
          const Entries = received.map(({ message, ReceiptHandle }, index) => {
            return { Id: String(index), ReceiptHandle, VisibilityTimeout: seconds.get(message) }
          })
          return client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }), http)
        },
      ),
  }
}

const receivedOf = (message: Message): Received[] => {
  const handle = ownOf(message.record, 'receiptHandle')
  return typeof handle === 'string' ? [{ message, ReceiptHandle: handle }] : []
}
