import type { DeliveryOptions, Queue, Sender } from '@lpipe/core'
import {
  type BatchMessage,
  type Chain,
  describeError,
  dryRunOf,
  finishesWithin,
  type InvocationBatch,
  invalidConfiguration,
  isObject,
  notPromise,
  type Outbox,
  type OutboxOptions,
  payloadsIn,
  processMessages,
  type Router,
  reopen,
  typeName,
} from '@lpipe/core/middleware'
import { createDeadLetters } from './dead-letter.ts'
import { capturingSenders } from './dry-run.ts'
import type { SenderOf } from './senders.ts'

export interface ChainOptions {
  readonly senderOf: SenderOf
  readonly maxHops: number
  readonly delivery: DeliveryOptions | undefined
  readonly deadLetter: Queue | undefined
}

/** Makes the chain of one invocation. */
export const createChain = (
  batch: InvocationBatch,
  { senderOf: realSenderOf, maxHops, delivery, deadLetter }: ChainOptions,
): Chain => {
  const dryRun = dryRunOf(batch.context)
  const senderOf = dryRun === undefined ? realSenderOf : capturingSenders(realSenderOf, dryRun)
  // Most Lambdas send nothing; few use senders with an outbox of their own.
  const outboxes = new Map<Sender['open'], Outbox>()

  const outboxOf = (sender: Sender): Outbox => {
    let outbox = outboxes.get(sender.open)
    if (outbox === undefined) {
      outbox = openOutbox(sender, batch, { delivery, maxHops })
      outboxes.set(sender.open, outbox)
    }
    return outbox
  }

  const all = async (work: (outbox: Outbox) => Promise<void>): Promise<void> => {
    await Promise.all([...outboxes.values()].map(work))
  }

  const sendDeadLetters = deadLetter && createDeadLetters(batch, deadLetter, senderOf, outboxOf)

  /** A message is dropped late if an entry of it can never be sent. */
  const flushAll = async (): Promise<void> => {
    do await all((outbox) => outbox.flush())
    while (sendDeadLetters?.() === true)
  }

  /** Runs the payloads in the result of a handler of the user's. */
  const followResult = async (message: BatchMessage, result: PromiseSettledResult<unknown>): Promise<unknown> => {
    const payloads = result.status === 'fulfilled' ? payloadsIn(result.value) : []
    chain.check(payloads)
    let output: unknown
    for (const payload of payloads) {
      if (payload.queue === undefined) output = await routerOf(batch).run(message, payload)
      else await chain.send(message, payload.queue, payload.kwargs)
    }
    return output
  }

  const chain: Chain = {
    check: (payloads) => {
      for (const payload of payloads) {
        if (payload.queue === undefined) routerOf(batch).check(payload)
        else senderOf(payload.queue)
      }
    },
    send: (message, queue, kwargs) => {
      const sender = senderOf(queue)
      const outbox = outboxOf(sender)
      outbox.add(message, queue, sender, kwargs)
      return outbox.ready()
    },
    release: (message) => {
      if (outboxes.size === 0) return false
      let isSending = false
      for (const outbox of outboxes.values()) if (outbox.release(message)) isSending = true
      return isSending
    },
    followResults: async () => {
      const results = new Map<BatchMessage, PromiseSettledResult<unknown>>()
      for (const message of batch.received) {
        if (message.result?.status !== 'fulfilled' || payloadsIn(message.result.value).length === 0) continue
        results.set(message, message.result)
        reopen(message)
      }
      if (results.size === 0) return
      const run = (message: BatchMessage): Promise<unknown> =>
        followResult(message, results.get(message) as PromiseSettledResult<unknown>)
      await processMessages(batch, { run, concurrency: 1 })
    },
    flush: () => {
      sendDeadLetters?.()
      return outboxes.size === 0 ? undefined : flushAll()
    },
    abandon: async () => {
      await finishesWithin(
        all((outbox) => outbox.abandon()),
        batch.deadline.remainingMillis() - batch.deadline.responseMargin,
      )
    },
  }
  return chain
}

const routerOf = ({ router }: InvocationBatch): Router =>
  router ?? invalidConfiguration('payloadChain: payloads for paths require pathRouter() after it')

/** Whatever `open` throws is a fault of the sender, and must not drop a message. */
const openOutbox = (sender: Sender, batch: InvocationBatch, options: OutboxOptions): Outbox => {
  let outbox: unknown
  try {
    outbox = notPromise(sender.open(batch, options), 'it')
  } catch (error) {
    invalidConfiguration(`payloadChain: \`open\` of a sender threw ${describeError(error)}`)
  }
  const isOutbox = isObject(outbox) && typeof outbox['abandon'] === 'function'
  return isOutbox
    ? (outbox as object as Outbox)
    : invalidConfiguration(`payloadChain: \`open\` of a sender must return an outbox, received ${typeName(outbox)}`)
}
