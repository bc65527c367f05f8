import type { Batch } from '../batch/batch.ts'
import type { Message } from '../batch/message.ts'
import type { Queue, QueueType, Sending } from '../language/queue.ts'
import type { Headers } from './event-source.ts'

/** One message to send. */
export interface Entry {
  readonly queue: Queue
  /** JSON text. */
  readonly body: string
  /** What the queue's options may be computed from: see `optionText`. */
  readonly sending: Sending
  /**
   * 64 characters that identify what is sent: the same when the source message is delivered again and sends the same,
   * otherwise another one.
   */
  readonly deduplicationKey: string
  /** The message group or tenant of the source message, if it has one. */
  readonly sourceGroup: string | undefined
  readonly headers: Headers
  /** X-Ray's trace header. */
  readonly traceHeader: string | undefined
}

/** An entry as its service takes it. */
export interface Prepared<Wire = unknown> {
  /** The entry in the form that `send` takes. */
  readonly wire: Wire
  /** UTF-8 bytes that count towards the service's limit for a call. */
  readonly size: number
  /** The message group or partition key: entries with the same key are sent in order, never in two calls at once. Default: no order. */
  readonly orderingKey?: string | undefined
  /** Whether a call carries only one entry of an ordering key, unless the queue has `strictOrder: false`. Default: false. */
  readonly isStrict?: boolean | undefined
}

/** Why an entry was not accepted. */
export interface SendFailure {
  /** The service's error code. */
  readonly code: string
  /** A text for the log. It must not quote the entry. */
  readonly reason: string
  /** Whether a retry would be refused again. */
  readonly senderFault: boolean
  /** Seconds until SQS delivers the message again, if it fails with this entry. Default: the queue's visibility timeout. */
  readonly retryAfterSeconds?: number | undefined
}

/** Settings of the delivery to queues. */
export interface DeliveryOptions {
  /** Most calls to one queue at the same time. Default: 4. */
  readonly maxCalls?: number
  /** Most attempts to send an entry. Default: 5. */
  readonly maxAttempts?: number
  /** Milliseconds: the longest wait before the first retry. It doubles with each retry, up to 5,000. Default: 200. */
  readonly retryMillis?: number
  /** Milliseconds after its first attempt in which an entry is retried. Default: 30,000. */
  readonly maxRetryMillis?: number
  /** Milliseconds that an entry waits for others to share its call. Default: 100. */
  readonly lingerMillis?: number
  /** Bytes that wait to be sent before functions wait too. Default: 16 MiB. */
  readonly maxPendingBytes?: number
}

/** What an outbox needs beside the batch. */
export interface OutboxOptions {
  readonly delivery?: DeliveryOptions | undefined
  /** Most queues of lpipe that a message may pass through. */
  readonly maxHops: number
}

/** Collects what the messages of one invocation send. */
export interface Outbox {
  /**
   * Buffers an entry until its message ends.
   *
   * @throws UndeliverableError if it can never be sent
   */
  readonly add: (message: Message, queue: Queue, sender: Sender, kwargs: unknown) => void
  /**
   * Buffers the dead letter of a message: the first of several, each smaller than the one before, that its queue accepts.
   *
   * @throws UndeliverableError if none can be sent
   */
  readonly addDeadLetter: (message: Message, queue: Queue, sender: Sender, letters: Iterable<unknown>) => void
  /** Sends what a message has buffered, or discards it if the message failed. Returns whether something is sent. */
  readonly commit: (message: Message) => boolean
  /** Returns a promise if too many bytes wait to be sent: functions wait for it. */
  readonly ready: () => Promise<void> | undefined
  /** Sends everything, until each call is answered or time is up. A message whose entry was not accepted fails. */
  readonly flush: () => Promise<void>
  /** Waits for the answers of the calls in flight, and sends nothing more. */
  readonly abandon: () => Promise<void>
}

/** Makes a sender. It may declare options, so that `queue()` can check them. */
export interface SenderFactory extends QueueType {
  (): Sender
  /** Set if it wraps the sender that its queue has otherwise, as a circuit breaker does. */
  readonly wrapper?: SenderWrapper
}

/** Wraps the senders of another factory. */
export interface SenderWrapper {
  /** Undefined: the queue's sender comes from the option `senders`. */
  readonly factory: SenderFactory | undefined
  readonly wrap: (sender: Sender) => Sender
}

/** Delivers to one type of queue. Make one with `defineSender()` of `@lpipe/core/outbox`. */
export interface Sender<Wire = unknown> extends QueueType {
  /** Most entries of a call. */
  readonly maxEntries: number
  /** Most bytes of a call: the sum of `size`. */
  readonly maxBytes: number
  /** Most bytes of one entry. Default: `maxBytes`. */
  readonly maxEntryBytes?: number
  /** Returns what identifies a queue: queues with the same identity keep their order. Default: its URL or name. */
  readonly identityOf?: (queue: Queue) => string
  /**
   * Turns an entry into the form that its service takes. Called once per entry.
   *
   * @throws UndeliverableError if the service would refuse it
   */
  readonly prepare: (entry: Entry) => Prepared<Wire>
  /**
   * Sends entries to one queue in one call.
   *
   * @returns for each entry undefined if it was accepted, otherwise why not
   * @throws anything: no entry counts as accepted, and all may be sent again
   */
  send(queue: Queue, wires: readonly Wire[], signal: AbortSignal): Promise<ReadonlyArray<SendFailure | undefined>>
  /** Opens the outbox of an invocation. `defineSender()` sets it. */
  readonly open: (batch: Batch, options: OutboxOptions) => Outbox
}
