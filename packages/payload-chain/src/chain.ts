import type { DeliveryOptions, Message, Payload, Queue, Sender } from '@lpipe/core'
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

/** The options of the middleware, checked. */
export interface ChainOptions {
  readonly senderOf: SenderOf
  readonly maxHops: number
  readonly delivery: DeliveryOptions | undefined
  readonly deadLetter: Queue | undefined
}

/** The chain of one invocation. A class, because a dozen functions made anew for each invocation would cost as much as a message. */
export class PayloadChain implements Chain {
  readonly #batch: InvocationBatch
  readonly #options: OutboxOptions
  readonly #senderOf: SenderOf
  readonly #sendDeadLetters: (() => boolean) | undefined
  /** Most Lambdas send nothing; few use senders with an outbox of their own. */
  readonly #outboxes = new Map<Sender['open'], Outbox>()

  constructor(batch: InvocationBatch, { senderOf, maxHops, delivery, deadLetter }: ChainOptions) {
    const dryRun = dryRunOf(batch.context)
    this.#batch = batch
    this.#options = { delivery, maxHops }
    this.#senderOf = dryRun === undefined ? senderOf : capturingSenders(senderOf, dryRun)
    this.#sendDeadLetters =
      deadLetter && createDeadLetters(batch, deadLetter, this.#senderOf, (sender) => this.#outboxOf(sender))
  }

  check(message: Message, payloads: readonly Payload[]): void {
    for (const payload of payloads) {
      if (payload.queue === undefined) routerOf(this.#batch).check(message, payload)
      else this.#senderOf(payload.queue)
    }
  }

  send(message: Message, queue: Queue, kwargs: unknown): Promise<void> | undefined {
    const sender = this.#senderOf(queue)
    const outbox = this.#outboxOf(sender)
    outbox.add(message, queue, sender, kwargs)
    return outbox.ready()
  }

  commit(message: Message): boolean {
    if (this.#outboxes.size === 0) return false
    let isSending = false
    for (const outbox of this.#outboxes.values()) if (outbox.commit(message)) isSending = true
    return isSending
  }

  async followResults(): Promise<void> {
    const results = new Map<BatchMessage, PromiseSettledResult<unknown>>()
    for (const message of this.#batch.received) {
      if (message.result?.status !== 'fulfilled' || payloadsIn(message.result.value).length === 0) continue
      results.set(message, message.result)
      reopen(message)
    }
    if (results.size === 0) return
    const run = (message: BatchMessage): Promise<unknown> =>
      this.#followResult(message, results.get(message) as PromiseSettledResult<unknown>)
    await processMessages(this.#batch, { run, concurrency: 1 })
  }

  flush(): Promise<void> | undefined {
    this.#sendDeadLetters?.()
    return this.#outboxes.size === 0 ? undefined : this.#flushAll()
  }

  async abandon(): Promise<void> {
    const { deadline } = this.#batch
    await finishesWithin(
      this.#all((outbox) => outbox.abandon()),
      deadline.remainingMillis() - deadline.responseMargin,
    )
  }

  /** Runs the payloads in the result of a handler of the user's. */
  async #followResult(message: BatchMessage, result: PromiseSettledResult<unknown>): Promise<unknown> {
    const payloads = result.status === 'fulfilled' ? payloadsIn(result.value) : []
    this.check(message, payloads)
    let output: unknown
    for (const payload of payloads) {
      if (payload.queue === undefined) output = await routerOf(this.#batch).run(message, payload)
      else await this.send(message, payload.queue, payload.kwargs)
    }
    return output
  }

  /** A message is dropped late if an entry of it can never be sent. */
  async #flushAll(): Promise<void> {
    do await this.#all((outbox) => outbox.flush())
    while (this.#sendDeadLetters?.() === true)
  }

  async #all(work: (outbox: Outbox) => Promise<void>): Promise<void> {
    await Promise.all([...this.#outboxes.values()].map(work))
  }

  #outboxOf(sender: Sender): Outbox {
    let outbox = this.#outboxes.get(sender.open)
    if (outbox === undefined) {
      outbox = openOutbox(sender, this.#batch, this.#options)
      this.#outboxes.set(sender.open, outbox)
    }
    return outbox
  }
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
