import { adopt, batchOf, checkOptions, peekBatch, reject, resultsOf, type Sender, waits } from '@lpipe/core'
import type { MiddlewareObj, Request } from '@middy/core'
import { follow, makeChain } from './chain.ts'
import { makeSenders } from './senders.ts'

export interface PayloadChainOptions {
  /** who sends, by the queues' `type`; else each queue's own `sender` */
  readonly senders?: Readonly<Record<string, Sender>>
}

/**
 * Follows what functions return: payloads for paths run next, payloads for queues are held until their message's walk
 * is over, and then sent with those of other messages in as few calls as there can be. A message of which something
 * could not be sent fails.
 *
 * Works on the walks of the path router, or on the settled results of a handler of one's own.
 *
 * @throws InvalidConfigurationError, when made, for an unknown option or a sender that is none
 */
export const payloadChain = (options: PayloadChainOptions = {}): MiddlewareObj<unknown, unknown> => {
  checkOptions('payloadChain', options, ['senders'])
  const senders = makeSenders(options.senders ?? {})

  return {
    before: function payloadChainBefore(request: Request<unknown, unknown>): void {
      const batch = batchOf(request, 'payloadChain')
      batch.chain = makeChain(batch, senders)
    },

    after: async function payloadChainAfter(request: Request<unknown, unknown>): Promise<void> {
      const batch = batchOf(request, 'payloadChain')
      const { chain } = batch
      if (chain === undefined) return
      const answered = batch.received.filter(waits)
      adopt(batch, request.response)
      for (const message of answered) await follow(batch, chain, message)
      for (const [message, error] of await chain.close()) reject(batch, message, error)
      request.response = resultsOf(batch)
    },

    /** The batch comes back as a whole. What has left must be answered before Lambda freezes the process. */
    onError: async function payloadChainOnError({ internal }: Request<unknown, unknown>): Promise<void> {
      await peekBatch({ internal })?.chain?.abandon()
    },
  }
}
