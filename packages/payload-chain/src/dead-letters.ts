import type { FailCatastrophically, Message, Queue } from '@lpipe/core'
import { describeError, dispositionOf, type InvocationBatch, rejectDeadLetter } from '@lpipe/core/middleware'
import { lettersOf } from './dead-letter.ts'
import type { Outboxes } from './outboxes.ts'
import type { SenderOf } from './senders.ts'

/** Sends a dead letter for each dropped message of an invocation. A message whose dead letter cannot be sent fails. */
export class DeadLetters {
  readonly #batch: InvocationBatch
  readonly #queue: Queue
  readonly #senderOf: SenderOf
  readonly #outboxes: Outboxes
  readonly #done = new Set<Message>()

  constructor(batch: InvocationBatch, queue: Queue, senderOf: SenderOf, outboxes: Outboxes) {
    this.#batch = batch
    this.#queue = queue
    this.#senderOf = senderOf
    this.#outboxes = outboxes
  }

  /** Returns whether there were such messages. */
  send(): boolean {
    const dropped = this.#batch.received.filter((message) => message.outcome === 'dropped' && !this.#done.has(message))
    for (const message of dropped) this.#sendOne(message)
    return dropped.length > 0
  }

  #sendOne(message: Message): void {
    this.#done.add(message)
    try {
      const sender = this.#senderOf(this.#queue)
      const outbox = this.#outboxes.of(sender)
      const limit = sender.maxEntryBytes ?? sender.maxBytes
      outbox.addDeadLetter(message, this.#queue, sender, lettersOf(this.#batch, message, limit))
      // mutant: dead-letter-is-sent
      outbox.commit(message)
    } catch (error) {
      const text = `could not make the dead letter: ${describeError(error)}`
      const isFailed = dispositionOf(error) === 'failed'
      const retryAfterSeconds = isFailed ? (error as FailCatastrophically).retryAfterSeconds : undefined
      rejectDeadLetter(this.#batch, message, text, retryAfterSeconds)
    }
  }
}
