import type { SendMessageBatchCommandOutput } from '@aws-sdk/client-sqs'
import type { Queue, Sender } from '@lpipe/core'
import { checkOptions, type SourceQueue } from '@lpipe/core/middleware'
import type { SendFailure } from '@lpipe/core/outbox'
import { defineSender } from '@lpipe/core/outbox'
import type { SQSClient } from './clients.ts'
import { checkSqsQueue, isFifo, nameOf, queueOptions } from './limits.ts'
import { loadSdk, type Sdk } from './sdk.ts'
import { createSourceQueue } from './source-queue.ts'
import { prepareEntry, type Wire } from './wire.ts'

/** Options of `queueSqs()`. */
export interface QueueSqsOptions {
  /**
   * The client to send with. Default: one made at the first send, from the SDK's own environment: region, credentials,
   * `AWS_ENDPOINT_URL_SQS`.
   */
  readonly client?: SQSClient
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
  checkOptions('queueSqs', options, { client: 'object', maxEntries: 1, maxBytes: 1 })
  const { client, maxEntries = 10, maxBytes = 1024 * 1024 } = options
  let sdk: Promise<Sdk> | undefined
  const urls = new Map<string, string>()

  /** A failed import is not remembered: the next send tries again. */
  const connect = (): Promise<Sdk> => {
    sdk ??= loadSdk(client).catch((error: unknown) => {
      sdk = undefined
      throw error
    })
    return sdk
  }

  /** Only a URL that was found is remembered: a call that hangs must not make later ones hang. */
  const urlOf = async ({ name, url }: Queue, { client, GetQueueUrlCommand }: Sdk, signal: AbortSignal) => {
    if (url !== undefined || name === undefined) return url
    const known = urls.get(name)
    if (known !== undefined) return known
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: name }), { abortSignal: signal })
    if (QueueUrl !== undefined) urls.set(name, QueueUrl)
    return QueueUrl
  }

  return {
    ...createSourceQueue(connect),
    ...defineSender<Wire>({
      ...queueType,
      maxEntries: Math.min(10, maxEntries),
      maxBytes: Math.min(1024 * 1024, maxBytes),
      // A FIFO queue is the same by name and by URL: its order must hold.
      identityOf: (queue) => (isFifo(queue) ? nameOf(queue) : (queue.url ?? nameOf(queue))),
      prepare: prepareEntry,
      send: async (queue, wires, signal) => {
        const connected = await connect()
        const { client, SendMessageBatchCommand } = connected
        const QueueUrl = await urlOf(queue, connected, signal)
        const Entries = wires.map((wire, index) => ({ ...wire, Id: String(index) }))
        const output = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }), { abortSignal: signal })
        return reconcile(wires.length, output)
      },
    }),
  }
}, queueType)

/** Returns what SQS says of each entry, by `Id`. An entry that it does not mention does not count as accepted. */
const reconcile = (
  count: number,
  { Successful = [], Failed = [] }: SendMessageBatchCommandOutput,
): (SendFailure | undefined)[] => {
  const answers: (SendFailure | undefined)[] = Array.from({ length: count }, () => notMentioned)
  for (const { Id } of Successful) answers[Number(Id)] = undefined
  for (const { Id, Code = 'Unknown', SenderFault = false } of Failed) {
    // Its `Message` may quote the entry.
    answers[Number(Id)] = { code: Code, reason: 'SQS refused the entry', senderFault: SenderFault }
  }
  return answers.slice(0, count)
}

const notMentioned: SendFailure = { code: 'NoAnswer', reason: 'SQS did not mention the entry', senderFault: false }
