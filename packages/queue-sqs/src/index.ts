import type { Queue, Sender } from '@lpipe/core'
import { type AwsClient, answersById, clientOf, onceLoaded, oneAttempt } from '@lpipe/core/aws'
import { checkOptions, type SourceQueue } from '@lpipe/core/middleware'
import { defineSender } from '@lpipe/core/outbox'
import { checkSqsQueue, isFifo, nameOf, queueOptions } from './limits.ts'
import { loadSdk, type Sdk } from './sdk.ts'
import { createSourceQueue } from './source-queue.ts'
import { prepareEntry, type Wire } from './wire.ts'

/** Options of `queueSqs()`. */
export interface QueueSqsOptions {
  /**
   * The `SQSClient` to send with. Default: one made at the first send, from the SDK's own environment: region, credentials,
   * `AWS_ENDPOINT_URL_SQS`.
   */
  readonly client?: AwsClient
  /** Most entries of a call. Default, and at most: 10. */
  readonly maxEntries?: number
  /** Most bytes of a call. Default, and at most: 1 MiB. */
  readonly maxBytes?: number
}

/** Sends to SQS queues, and calls the queue that messages came from. */
export type QueueSqs = Sender<Wire> & SourceQueue

const queueType = { queueOptions, checkQueue: checkSqsQueue }

/**
 * Sends to Amazon SQS with `SendMessageBatch`. `@aws-sdk/client-sqs` is imported at the first send.
 *
 * Rights: `sqs:SendMessage`; `sqs:GetQueueUrl` for queues by name. As the `sqs` option of `batchResponse()` also
 * `sqs:DeleteMessage` or `sqs:ChangeMessageVisibility`.
 *
 * @throws InvalidConfigurationError, when made, for an unknown option; at a send, if the SDK is not installed
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
 * @example
 * middy().use(lpipe({ paths, senders: { sqs: queueSqs({ client: new SQSClient({ region: 'eu-west-1' }) }) } }))
 */
// Pure, so that a bundler removes it from a Lambda that sends nothing.
export const queueSqs = /* @__PURE__ */ Object.assign((options: QueueSqsOptions = {}): QueueSqs => {
  checkOptions('queueSqs', options, { client: clientOf('SQS'), maxEntries: 'count', maxBytes: 'count' })
  const { client, maxEntries = 10, maxBytes = 1024 * 1024 } = options
  const urls = new Map<string, string>()
  const connect = onceLoaded(() => loadSdk(client, oneAttempt))

  /** Only a URL that was found is remembered: a call that hangs must not make later ones hang. */
  const urlOf = async ({ name, url }: Queue, { client, GetQueueUrlCommand }: Sdk, signal: AbortSignal) => {
    if (url !== undefined || name === undefined) return url
    const known = urls.get(name)
    if (known !== undefined) return known
    // mutant: unanswered-request
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: name }), { abortSignal: signal })
    if (QueueUrl !== undefined) urls.set(name, QueueUrl)
    return QueueUrl
  }

  return {
    ...createSourceQueue(onceLoaded(() => loadSdk(client))),
    ...defineSender<Wire>({
      ...queueType,
      maxEntries: Math.min(10, maxEntries),
      maxBytes: Math.min(1024 * 1024, maxBytes),
      // A FIFO queue is the same by name and by URL: its order must hold.
      // mutant: identity-of-fifo-queue
      identityOf: (queue) => (isFifo(queue) ? nameOf(queue) : (queue.url ?? nameOf(queue))),
      prepare: prepareEntry,
      send: async (queue, wires, signal) => {
        const connected = await connect()
        const { client, SendMessageBatchCommand } = connected
        const QueueUrl = await urlOf(queue, connected, signal)
        const Entries = wires.map((wire, index) => ({ ...wire, Id: String(index) }))
        const output = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }), { abortSignal: signal })
        return answersById('SQS', wires.length, output)
      },
    }),
  }
}, queueType)
