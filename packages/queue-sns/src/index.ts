import type { PublishBatchCommandOutput } from '@aws-sdk/client-sns'
import type { Sender } from '@lpipe/core'
import { checkOptions } from '@lpipe/core/middleware'
import type { SendFailure } from '@lpipe/core/outbox'
import { defineSender } from '@lpipe/core/outbox'
import type { SNSClient } from './clients.ts'
import { checkSnsQueue, queueOptions } from './limits.ts'
import { loadSdk, type Sdk } from './sdk.ts'
import { prepareEntry, type Wire } from './wire.ts'

export type { Wire } from './wire.ts'

/** Options of `queueSns()`. */
export interface QueueSnsOptions {
  /**
   * The client to send with. Default: one made at the first send, from the SDK's own environment: region, credentials,
   * `AWS_ENDPOINT_URL_SNS`.
   */
  readonly client?: SNSClient
  /** Most entries of a call. Default, and at most: 10. */
  readonly maxEntries?: number
  /**
   * Most bytes of a call, and of a message. Default: 262,144 (256 KiB). At most 1 MiB, for topics whose attribute
   * `MaximumMessageSize` is higher than the default of SNS.
   */
  readonly maxBytes?: number
}

const queueType = { queueOptions, checkQueue: checkSnsQueue }

/**
 * Publishes to Amazon SNS topics, standard and FIFO, with `PublishBatch`. `@aws-sdk/client-sns` is imported at the first send.
 *
 * Rights: `sns:Publish`.
 *
 * @throws InvalidConfigurationError, when made, for an unknown option; at a send, if the SDK is not installed
 * @see https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html
 * @example
 * const orders = queue({ type: 'sns', name: 'arn:aws:sns:eu-west-1:123456789012:orders', sender: queueSns })
 */
// Pure, so that a bundler removes it from a Lambda that sends nothing.
export const queueSns = /* @__PURE__ */ Object.assign((options: QueueSnsOptions = {}): Sender<Wire> => {
  checkOptions('queueSns', options, { client: 'object', maxEntries: 1, maxBytes: 1 })
  const { client, maxEntries = 10, maxBytes = 256 * 1024 } = options
  let sdk: Promise<Sdk> | undefined

  /** A failed import is not remembered: the next send tries again. */
  const connect = (): Promise<Sdk> => {
    sdk ??= loadSdk(client).catch((error: unknown) => {
      sdk = undefined
      throw error
    })
    return sdk
  }

  return defineSender<Wire>({
    ...queueType,
    maxEntries: Math.min(10, maxEntries),
    maxBytes: Math.min(1024 * 1024, maxBytes),
    prepare: prepareEntry,
    send: async ({ name }, wires, abortSignal) => {
      const { client, PublishBatchCommand } = await connect()
      const PublishBatchRequestEntries = wires.map((wire, index) => ({ ...wire, Id: String(index) }))
      const command = new PublishBatchCommand({ TopicArn: name, PublishBatchRequestEntries })
      return reconcile(wires.length, await client.send(command, { abortSignal }))
    },
  })
}, queueType)

/** Returns what SNS says of each entry, by `Id`. An entry that it does not mention does not count as accepted. */
const reconcile = (
  count: number,
  { Successful = [], Failed = [] }: PublishBatchCommandOutput,
): (SendFailure | undefined)[] => {
  const answers: (SendFailure | undefined)[] = Array.from({ length: count }, () => notMentioned)
  for (const { Id } of Successful) answers[Number(Id)] = undefined
  for (const { Id, Code = 'Unknown', SenderFault = false } of Failed) {
    // Its `Message` may quote the entry.
    answers[Number(Id)] = { code: Code, reason: 'SNS refused the entry', senderFault: SenderFault }
  }
  return answers.slice(0, count)
}

const notMentioned: SendFailure = { code: 'NoAnswer', reason: 'SNS did not mention the entry', senderFault: false }
