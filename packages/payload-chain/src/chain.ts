import type { Message, Payload, Queue } from '@lpipe/core'
import {
  type BatchMessage,
  type Chain,
  dryRunOf,
  type InvocationBatch,
  invalidConfiguration,
  type OutboxOptions,
  payloadsIn,
  processMessages,
  type Router,
  reopen,
} from '@lpipe/core/middleware'
import { DeadLetters } from './dead-letters.ts'
import { capturingSenders } from './dry-run.ts'
import { Outboxes } from './outboxes.ts'
import type { SenderOf } from './senders.ts'

/** The options of the middleware, checked. */
export interface ChainOptions {
  readonly senderOf: SenderOf
  readonly deadLetter: Queue | undefined
  readonly outbox: OutboxOptions
}

/** The chain of one invocation. A class, because a dozen functions made anew for each invocation would cost as much as a message. */
export class PayloadChain implements Chain {
  readonly #batch: InvocationBatch
  readonly #senderOf: SenderOf
  readonly #outboxes: Outboxes
  readonly #deadLetters: DeadLetters | undefined

  constructor(batch: InvocationBatch, { senderOf, deadLetter, outbox }: ChainOptions) {
    const dryRun = dryRunOf(batch.context)
    this.#batch = batch
    this.#senderOf = dryRun === undefined ? senderOf : capturingSenders(senderOf, dryRun)
    this.#outboxes = new Outboxes(batch, outbox)
    this.#deadLetters = deadLetter && new DeadLetters(batch, deadLetter, this.#senderOf, this.#outboxes)
  }

  check(message: Message, payloads: readonly Payload[]): void {
    for (const payload of payloads) {
      if (payload.queue === undefined) routerOf(this.#batch).check(message, payload)
      else this.#senderOf(payload.queue)
    }
  }

  async follow(message: Message, payloads: readonly Payload[], run: (payload: Payload) => unknown): Promise<unknown> {
    let output: unknown
    for (const payload of payloads) {
      if (payload.queue === undefined) output = await run(payload)
      else await this.send(message, payload.queue, payload.kwargs)
    }
    return output
  }

  send(message: Message, queue: Queue, kwargs: unknown): Promise<void> | undefined {
    const sender = this.#senderOf(queue)
    const outbox = this.#outboxes.of(sender)
    outbox.add(message, queue, sender, kwargs)
    return outbox.ready()
  }

  commit(message: Message): boolean {
    return !this.#outboxes.isEmpty && this.#outboxes.commit(message)
  }

  async followResults(): Promise<void> {
    const results = new Map<BatchMessage, readonly Payload[]>()
    for (const message of this.#batch.received) {
      const payloads = message.result?.status === 'fulfilled' ? payloadsIn(message.result.value) : []
      if (payloads.length === 0) continue
      results.set(message, payloads)
      reopen(message)
    }
    if (results.size === 0) return
    const run = async (message: BatchMessage): Promise<unknown> => {
      const payloads = results.get(message) ?? []
      this.check(message, payloads)
      return this.follow(message, payloads, (payload) => routerOf(this.#batch).run(message, payload))
    }
    await processMessages(this.#batch, { run, concurrency: 1 })
  }

  flush(): Promise<void> | undefined {
    this.#deadLetters?.send()
    return this.#outboxes.isEmpty ? undefined : this.#flushAll()
  }

  abandon(): Promise<void> {
    return this.#outboxes.abandon()
  }

  /** A message is dropped late if an entry of it can never be sent. */
  async #flushAll(): Promise<void> {
    do await this.#outboxes.flush()
    while (this.#deadLetters?.send() === true)
  }
}

const routerOf = ({ router }: InvocationBatch): Router =>
  router ?? invalidConfiguration('payloadChain: payloads for paths require pathRouter() after it')
