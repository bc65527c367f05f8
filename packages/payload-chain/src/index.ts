import type { DeliveryOptions, Queue, Sender } from '@lpipe/core'
import {
  checkOptions,
  enterMiddleware,
  invalidConfiguration,
  isQueue,
  peekBatch,
  queueLabel,
  type Rule,
  typeName,
} from '@lpipe/core/middleware'
import type { MiddlewareObj, Request } from '@middy/core'
import { PayloadChain } from './chain.ts'
import { createSenders, isSender } from './senders.ts'

export type { DeadLetter } from './dead-letter.ts'

/** Options of `payloadChain()`. */
export interface PayloadChainOptions {
  /** The senders, by the `type` of queues. Default: the queue's own `sender`. */
  readonly senders?: Readonly<Record<string, Sender>>
  /** Keeps what would be dropped: the record, the error and its place. If it cannot be sent, the message fails. */
  readonly deadLetter?: Queue
  /**
   * Most queues of lpipe that a message may pass through. Default: 10. A graph that feeds itself ends there; Lambda's own
   * recursive loop detection ends it after about 16.
   */
  readonly maxHops?: number
  /** Settings of retries and calls. */
  readonly delivery?: DeliveryOptions
}

/** The rules of its options. */
export const payloadChainRules = {
  senders: 'object',
  deadLetter: { expected: 'made with queue()', accepts: isQueue },
  maxHops: 'count',
  delivery: 'object',
} as const satisfies Record<keyof PayloadChainOptions, Rule>

const deliveryRules = {
  maxCalls: 'count',
  maxAttempts: 'count',
  retryMillis: 1,
  maxRetryMillis: 0,
  lingerMillis: 0,
  maxPendingBytes: 'count',
} as const satisfies Record<keyof DeliveryOptions, Rule>

/**
 * Follows what functions return: payloads for paths run next; payloads for queues are buffered until their message ends, and
 * then sent with those of other messages in as few calls as possible. A message fails if one of its entries is not accepted.
 *
 * Works with the path router, or with the settled results of a handler of your own.
 *
 * @throws InvalidConfigurationError, when made, for an option that is unknown or wrong
 * @example
 * middy(handler).use([batchResponse(), batchDecoder(), messageNormalizer(), payloadChain({ senders: { sqs: queueSqs() } })])
 */
export const payloadChain = (options: PayloadChainOptions = {}): MiddlewareObj<unknown, unknown> => {
  checkOptions('payloadChain', options, payloadChainRules)
  checkOptions('payloadChain: `delivery`', options.delivery ?? {}, deliveryRules)
  const { deadLetter, maxHops = 10, delivery } = options
  for (const [type, sender] of Object.entries(options.senders ?? {})) {
    if (!isSender(sender)) {
      invalidConfiguration(
        `payloadChain: \`senders.${type}\` must be made with defineSender(), received ${typeName(sender)} without its methods`,
      )
    }
  }
  const senderOf = createSenders(options.senders)
  if (deadLetter !== undefined) senderOf(deadLetter)
  const chainOptions = { senderOf, deadLetter, outbox: { maxHops, delivery } }

  return {
    before: function payloadChainBefore(request: Request<unknown, unknown>): void {
      const batch = enterMiddleware(request, 'payloadChain', 'batchDecoder')
      batch.use({
        chain: new PayloadChain(batch, chainOptions),
        ...(deadLetter && { deadLetter: queueLabel(deadLetter) }),
      })
    },

    /** The batch stays on its queue. The calls in flight must be answered before Lambda freezes the process. */
    onError: async function payloadChainOnError(request: Request<unknown, unknown>): Promise<void> {
      await peekBatch(request)?.chain?.abandon()
    },
  }
}
