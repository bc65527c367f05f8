import {
  adopt,
  batchOf,
  behindFailure,
  checkOptions,
  InvalidConfigurationError,
  isQueue,
  peekBatch,
  type Queue,
  reject,
  resultsOf,
  type Sender,
  waits,
} from '@lpipe/core'
import type { MiddlewareObj, Request } from '@middy/core'
import { follow, makeChain } from './chain.ts'
import { keepDropped } from './dead-letter.ts'
import { makeSenders } from './senders.ts'

export type { DeadLetter } from './dead-letter.ts'

export interface PayloadChainOptions {
  /** who sends, by the queues' `type`; else each queue's own `sender` */
  readonly senders?: Readonly<Record<string, Sender>>
  /** keeps what would be dropped: its record, its error and where it was. If it cannot be sent, the message fails */
  readonly deadLetter?: Queue
  /** the most queues of ours that a message may go through; default 100. A graph that feeds itself ends there */
  readonly maxHops?: number
  /** the most calls to one queue at a time, where nothing must stay in order; default 4 */
  readonly maxCalls?: number
  /** milliseconds: the longest wait before the first retry of a send; it doubles with each; default 100 */
  readonly retryMillis?: number
  /** the most tries of a send when the context has no `getRemainingTimeInMillis`; default 5. Else time is the bound */
  readonly maxAttempts?: number
}

const counts = { maxHops: 100, maxCalls: 4, retryMillis: 100, maxAttempts: 5 }

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
  checkOptions('payloadChain', options, ['senders', 'deadLetter', ...Object.keys(counts)])
  const { deadLetter } = options
  if (deadLetter !== undefined && !isQueue(deadLetter)) {
    throw new InvalidConfigurationError('payloadChain: its deadLetter must be made with queue()')
  }
  const senders = makeSenders(options.senders ?? {})
  const chainOptions = { ...counts, ...options, senders }
  for (const name of Object.keys(counts) as (keyof typeof counts)[]) {
    const count: unknown = chainOptions[name]
    if (typeof count !== 'number' || !(count >= 1)) {
      throw new InvalidConfigurationError(`payloadChain: ${name} must be a number of at least 1`)
    }
  }

  return {
    before: function payloadChainBefore(request: Request<unknown, unknown>): void {
      const batch = batchOf(request, 'payloadChain')
      batch.chain = makeChain(batch, chainOptions)
    },

    after: async function payloadChainAfter(request: Request<unknown, unknown>): Promise<void> {
      const batch = batchOf(request, 'payloadChain')
      const { chain, received } = batch
      if (chain === undefined) return
      const answered = received.filter(waits)
      adopt(batch, request.response)
      for (const message of answered) await follow(batch, chain, message)
      if (deadLetter !== undefined) keepDropped(batch, chain, deadLetter)
      await chain.close()
      for (const message of received) {
        const error = message.outcome === 'failed' ? undefined : behindFailure(batch, message)
        if (error !== undefined) reject(batch, message, error)
      }
      request.response = resultsOf(batch)
    },

    /** The batch comes back as a whole. What has left must be answered before Lambda freezes the process. */
    onError: async function payloadChainOnError({ internal }: Request<unknown, unknown>): Promise<void> {
      await peekBatch({ internal })?.chain?.abandon()
    },
  }
}
