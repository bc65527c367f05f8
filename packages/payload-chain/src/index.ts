import {
  adopt,
  batchOf,
  behindFailure,
  type Chain,
  checkOptions,
  type DeadLetter,
  isQueue,
  misconfigured,
  type PostOptions,
  peekBatch,
  type Queue,
  type Rule,
  reject,
  resultsOf,
  type Sender,
  waits,
} from '@lpipe/core'
import type { MiddlewareObj, Request } from '@middy/core'
import { follow, makeChain } from './chain.ts'

export type { DeadLetter }

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

/** The rules of its options. */
export const payloadChainRules = {
  senders: 'an object',
  deadLetter: 'any',
  maxHops: 1,
  maxCalls: 1,
  retryMillis: 1,
  maxAttempts: 1,
} as const satisfies Record<keyof PayloadChainOptions, Rule>

/**
 * Follows what functions return: payloads for paths run next, payloads for queues are held until their message's walk
 * is over, and then sent with those of other messages in as few calls as there can be. A message of which something
 * could not be sent fails.
 *
 * Works on the walks of the path router, or on the settled results of a handler of one's own.
 *
 * @throws InvalidConfigurationError, when made, for an option that is unknown or wrong, or a sender that is none
 */
export const payloadChain = (options: PayloadChainOptions = {}): MiddlewareObj<unknown, unknown> => {
  checkOptions('payloadChain', options, payloadChainRules)
  const { deadLetter, senders = {} } = options
  if (deadLetter !== undefined && !isQueue(deadLetter)) {
    misconfigured('payloadChain: its deadLetter must be made with queue()')
  }
  for (const [type, sender] of Object.entries(senders)) {
    if (typeof sender?.send !== 'function') {
      misconfigured(`payloadChain: its sender ${type} has no send()`)
    }
  }
  const postOptions: PostOptions = { ...options, made: new Map() }

  return {
    before: function payloadChainBefore(request: Request<unknown, unknown>): void {
      const batch = batchOf(request)
      batch.chain = makeChain(batch, postOptions)
    },

    after: async function payloadChainAfter(request: Request<unknown, unknown>): Promise<void> {
      const batch = batchOf(request)
      const { received } = batch
      const chain = batch.chain as Chain // before() has made it
      const answered = received.filter(waits)
      adopt(batch, request.response)
      for (const message of answered) await follow(batch, chain, message)
      if (deadLetter !== undefined && received.some(({ outcome }) => outcome === 'dropped'))
        chain.open(deadLetter).keepDropped(deadLetter)
      await chain.post?.close()
      for (const message of received) {
        const error = message.outcome === 'failed' ? undefined : behindFailure(batch, message)
        if (error !== undefined) reject(batch, message, error)
      }
      request.response = resultsOf(batch)
    },

    /** The batch comes back as a whole. What has left must be answered before Lambda freezes the process. */
    onError: async function payloadChainOnError(request: Request<unknown, unknown>): Promise<void> {
      await peekBatch(request)?.chain?.post?.abandon()
    },
  }
}
