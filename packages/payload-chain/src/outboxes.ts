import type { Message, Sender } from '@lpipe/core'
import {
  describeError,
  finishesWithin,
  type InvocationBatch,
  invalidConfiguration,
  isObject,
  isThenable,
  notPromise,
  type OpenOutbox,
  type Outbox,
  type OutboxOptions,
  typeName,
} from '@lpipe/core/middleware'

/** Returns what opens the outbox of a sender, or a promise of it before it is loaded. */
export type OpenerOf = (sender: Sender) => OpenOutbox | Promise<OpenOutbox>

/** Remembers what opens outboxes: only the first send of a process waits for it. After a failure it is loaded again. */
export const createOpeners = (): OpenerOf => {
  const loaded = new Map<Sender['loadOutbox'], OpenOutbox>()
  const load = async ({ loadOutbox }: Sender): Promise<OpenOutbox> => {
    const open = await loadOpener(loadOutbox)
    loaded.set(loadOutbox, open)
    return open
  }
  return (sender) => loaded.get(sender.loadOutbox) ?? load(sender)
}

/** The outboxes of one invocation, by what loads them: few senders have one of their own. */
export class Outboxes {
  readonly #batch: InvocationBatch
  readonly #options: OutboxOptions
  readonly #openerOf: OpenerOf
  readonly #opened = new Map<Sender['loadOutbox'], Outbox>()

  constructor(batch: InvocationBatch, options: OutboxOptions, openerOf: OpenerOf) {
    this.#batch = batch
    this.#options = options
    this.#openerOf = openerOf
  }

  /** @throws InvalidConfigurationError, or rejects with it, for a sender whose outbox cannot be opened */
  of(sender: Sender): Outbox | Promise<Outbox> {
    const outbox = this.#opened.get(sender.loadOutbox)
    if (outbox !== undefined) return outbox
    const open = this.#openerOf(sender)
    return isThenable(open) ? open.then((loaded) => this.#open(sender, loaded)) : this.#open(sender, open)
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

  /** Several messages may have waited until it was loaded. */
  #open(sender: Sender, open: OpenOutbox): Outbox {
    const outbox = this.#opened.get(sender.loadOutbox) ?? openOutbox(open, this.#batch, this.#options)
    this.#opened.set(sender.loadOutbox, outbox)
    return outbox
  }

  async #all(work: (outbox: Outbox) => Promise<void>): Promise<void> {
    await Promise.all([...this.#opened.values()].map(work))
  }
}

/** Whatever it throws is a fault of the sender, and must not drop a message. */
const loadOpener = async (loadOutbox: Sender['loadOutbox']): Promise<OpenOutbox> => {
  let open: unknown
  try {
    open = await loadOutbox()
  } catch (error) {
    invalidConfiguration(`payloadChain: \`loadOutbox\` of a sender threw ${describeError(error)}`)
  }
  return typeof open === 'function'
    ? (open as OpenOutbox)
    : invalidConfiguration(
        `payloadChain: \`loadOutbox\` of a sender must return a promise of a function, received ${typeName(open)}`,
      )
}

/** Whatever it throws is a fault of the sender, too. */
const openOutbox = (open: OpenOutbox, batch: InvocationBatch, options: OutboxOptions): Outbox => {
  let outbox: unknown
  try {
    outbox = notPromise(open(batch, options), 'it')
  } catch (error) {
    invalidConfiguration(`payloadChain: opening the outbox of a sender threw ${describeError(error)}`)
  }
  const isOutbox = isObject(outbox) && typeof outbox['abandon'] === 'function'
  return isOutbox
    ? (outbox as object as Outbox)
    : invalidConfiguration(
        `payloadChain: opening the outbox of a sender must give an outbox, received ${typeName(outbox)}`,
      )
}
