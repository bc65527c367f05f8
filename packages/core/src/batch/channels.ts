import { channel, tracingChannel } from 'node:diagnostics_channel'
import type { Payload } from '../language/payload.ts'
import type { Queue } from '../language/queue.ts'
import type { Batch } from './batch.ts'
import type { Message } from './message.ts'

/** Published by `lpipe:batch`: one invocation, from its decoded event to its response. */
export interface BatchTrace {
  readonly batch: Batch
  result?: unknown
  error?: unknown
}

/** Published by `lpipe:message`: the run of a message. Its outcome is final when the batch ends. */
export interface MessageTrace extends BatchTrace {
  readonly message: Message
}

/** Published by `lpipe:function`: one call of a function. */
export interface FunctionTrace extends MessageTrace {
  readonly name: string
  readonly payload: Payload
}

/** An entry in a call, with the message that it came from. */
export interface SentEntry {
  readonly message: Message
  /** The entry as its service takes it. */
  readonly wire: unknown
  readonly headers: Readonly<Record<string, string>>
}

/** Published by `lpipe:send`: one call to a queue. `result` holds a failure for each entry that was not accepted. */
export interface SendTrace extends BatchTrace {
  readonly queue: Queue
  readonly entries: readonly SentEntry[]
}

/** Published by `lpipe:entry`: an entry is about to be buffered. What is added to `headers` travels with it. */
export interface EntryTrace {
  readonly batch: Batch
  readonly message: Message
  readonly queue: Queue
  readonly headers: Record<string, string>
}

// Separate constants, marked as pure, so that a bundler removes those that a Lambda does not publish on.
/** The channel `lpipe:batch`. */
export const batchChannel = /* @__PURE__ */ tracingChannel<BatchTrace, BatchTrace>('lpipe:batch')
/** The channel `lpipe:message`. */
export const messageChannel = /* @__PURE__ */ tracingChannel<MessageTrace, MessageTrace>('lpipe:message')
/** The channel `lpipe:function`. */
export const functionChannel = /* @__PURE__ */ tracingChannel<FunctionTrace, FunctionTrace>('lpipe:function')
/** The channel `lpipe:send`. */
export const sendChannel = /* @__PURE__ */ tracingChannel<SendTrace, SendTrace>('lpipe:send')
/** The channel `lpipe:entry`. */
export const entryChannel = /* @__PURE__ */ channel('lpipe:entry')

/**
 * What lpipe publishes on `node:diagnostics_channel`: four tracing channels, and the channel `lpipe:entry`. They cost
 * nothing without a subscriber.
 *
 * @see https://nodejs.org/api/diagnostics_channel.html#class-tracingchannel
 */
export const channels = {
  batch: batchChannel,
  message: messageChannel,
  function: functionChannel,
  send: sendChannel,
  entry: entryChannel,
}

/** A batch that says when it ends. */
interface EndingBatch extends Batch {
  whenEnded(): Promise<unknown>
}

/** Publishes a batch, from now until it ends. A subscriber that throws changes no outcome. */
export const traceBatch = (batch: EndingBatch): void => {
  try {
    batchChannel.tracePromise(() => batch.whenEnded(), { batch }).catch(() => undefined)
  } catch {}
}
