import type { Sender } from '@lpipe/core'
import { type AwsClient, answersById, clientOf, messageOptions, onceLoaded } from '@lpipe/core/aws'
import { checkOptions } from '@lpipe/core/middleware'
import { defineSender } from '@lpipe/core/outbox'
import { checkSnsQueue } from './limits.ts'
import { loadSdk } from './sdk.ts'
import { prepareEntry, type Wire } from './wire.ts'

export type { Wire } from './wire.ts'

/** Options of `queueSns()`. */
export interface QueueSnsOptions {
  /**
   * The `SNSClient` to send with. Default: one made at the first send, from the SDK's own environment: region, credentials,
   * `AWS_ENDPOINT_URL_SNS`.
   */
  readonly client?: AwsClient
  /** Most entries of a call. Default, and at most: 10. */
  readonly maxEntries?: number
  /**
   * Most bytes of a call, and of a message. Default: 262,144 (256 KiB). At most 1 MiB, for topics whose attribute
   * `MaximumMessageSize` is higher than the default of SNS.
   */
  readonly maxBytes?: number
}

const queueType = { queueOptions: messageOptions, checkQueue: checkSnsQueue }

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
  checkOptions('queueSns', options, { client: clientOf('SNS'), maxEntries: 'count', maxBytes: 'count' })
  const { client, maxEntries = 10, maxBytes = 256 * 1024 } = options
  const connect = onceLoaded(() => loadSdk(client))

  return defineSender<Wire>({
    ...queueType,
    maxEntries: Math.min(10, maxEntries),
    maxBytes: Math.min(1024 * 1024, maxBytes),
    prepare: prepareEntry,
    send: async ({ name }, wires, abortSignal) => {
      const { client, PublishBatchCommand } = await connect()
      const PublishBatchRequestEntries = wires.map((wire, index) => ({ ...wire, Id: String(index) }))
      const command = new PublishBatchCommand({ TopicArn: name, PublishBatchRequestEntries })
      return answersById('SNS', wires.length, await client.send(command, { abortSignal }))
    },
  })
}, queueType)
