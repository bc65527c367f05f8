import type { Message, Sender } from '@lpipe/core'
import {
  describeError,
  finishesWithin,
  type InvocationBatch,
  invalidConfiguration,
  isObject,
  notPromise,
  type Outbox,
  type OutboxOptions,
  typeName,
} from '@lpipe/core/middleware'

/** The outboxes of one invocation. Most Lambdas send nothing; few use senders with an outbox of their own. */
export class Outboxes {
  readonly #batch: InvocationBatch
  readonly #options: OutboxOptions
  readonly #opened = new Map<Sender['open'], Outbox>()

  constructor(batch: InvocationBatch, options: OutboxOptions) {
    this.#batch = batch
    this.#options = options
  }

  /** @throws InvalidConfigurationError for a sender that does not open one */
  of(sender: Sender): Outbox {
    let outbox = this.#opened.get(sender.open)
    if (outbox === undefined) {
      outbox = openOutbox(sender, this.#batch, this.#options)
      this.#opened.set(sender.open, outbox)
    }
    return outbox
  }

  /** Sends what a message has buffered, or discards it if the message failed. Returns whether something is sent. */
  commit(message: Message): boolean {
    let isSending = false
    for (const outbox of this.#opened.values()) if (outbox.commit(message)) isSending = true
    return isSending
  }

  /** Whether nothing was buffered. */
  get isEmpty(): boolean {
    return this.#opened.size === 0
  }

  flush(): Promise<void> {
    return this.#all((outbox) => outbox.flush())
  }

  async abandon(): Promise<void> {
    const { deadline } = this.#batch
    await finishesWithin(
      this.#all((outbox) => outbox.abandon()),
      deadline.remainingMillis() - deadline.responseMargin,
    )
  }

  async #all(work: (outbox: Outbox) => Promise<void>): Promise<void> {
    await Promise.all([...this.#opened.values()].map(work))
  }
}

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
