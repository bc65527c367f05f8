import type { Batch } from './batch.ts'
import { keepDropped } from './dead-letter.ts'
import { entryOf, originOf } from './entry.ts'
import { misconfigured } from './errors.ts'
import { behindFailure } from './lanes.ts'
import type { Message } from './message.ts'
import { makeOutbox, type OutboxOptions } from './outbox.ts'
import type { Queue } from './queue.ts'
import type { Sender } from './sender.ts'

/** What an invocation sends. Only a queue opens it: a Lambda that names none carries nothing of it in its bundle. */
export interface Post {
  /** @throws InvalidConfigurationError if nobody can send to the queue */
  readonly check: (queue: Queue) => void
  /**
   * Keeps something to send until the message's walk is over.
   *
   * @param position which of the message's sends it is; by default they are counted
   * @throws FailCatastrophically if it can never be sent
   */
  readonly hold: (message: Message, queue: Queue, kwargs: unknown, position?: string) => void
  /** The walk is over: what the message holds is handed to its senders, or forgotten if it failed. */
  readonly release: (message: Message) => void
  /** Sends a dead letter for each message that was dropped. One that cannot be sent fails its message. */
  readonly keepDropped: (queue: Queue) => void
  /** Sends what still waits, until every call is answered or time is up. A message of which something was not sent is failed. */
  readonly close: () => Promise<void>
  /** Waits until the calls that have left are answered, and sends nothing more. */
  readonly abandon: () => Promise<void>
}

/** What payloadChain() was given. */
export interface PostOptions extends Partial<OutboxOptions> {
  /** who sends, by the queues' `type`; else each queue's own `sender` */
  readonly senders?: Readonly<Record<string, Sender>>
  /** the most queues of ours that a message may go through; default 100 */
  readonly maxHops?: number
  /** the senders that queues made, which all invocations share */
  readonly made: Map<() => Sender, Sender>
}

/** Opens the post of an invocation. */
export type OpenPost = (batch: Batch, options: PostOptions) => Post

export const openPost: OpenPost = (batch, options) => {
  const { maxHops = 100, maxCalls = 4, retryMillis = 100, maxAttempts = 5 } = options
  const outbox = makeOutbox(batch, { maxCalls, retryMillis, maxAttempts })
  const post: Post = {
    check: (queue) => void senderOf(queue, options),
    hold: (message, queue, kwargs, position) => {
      message.held ??= []
      const origin = `${originOf(batch, message)}-${position ?? message.held.length}`
      const sender = senderOf(queue, options)
      message.held.push(entryOf({ batch, message, sender, queue, kwargs, origin, maxHops }))
    },
    release: (message) => {
      const { held = [], outcome } = message
      message.held = undefined
      if (outcome === 'failed' || behindFailure(batch, message)) return
      for (const entry of held) outbox.add({ entry, message, sender: senderOf(entry.queue, options) })
    },
    keepDropped: (queue) => keepDropped(batch, post, queue),
    close: outbox.close,
    abandon: outbox.abandon,
  }
  return post
}

/** @throws InvalidConfigurationError if nobody can send to the queue */
const senderOf = ({ type, sender: make }: Queue, { senders = {}, made }: PostOptions): Sender => {
  const sender = Object.hasOwn(senders, type) ? senders[type] : made.get(make as () => Sender)
  if (sender !== undefined) return sender
  if (make === undefined) {
    return misconfigured(
      `payloadChain: nobody sends to queues of type '${type}'. Give it senders: { ${type}: ... }, or take queue() from lpipe-preset`,
    )
  }
  const first = make()
  made.set(make, first)
  return first
}
