import { channel, tracingChannel } from 'node:diagnostics_channel'
import type { Batch } from './batch.ts'
import type { Message } from './message.ts'
import type { Payload } from './payload.ts'
import type { Queue } from './queue.ts'
import type { Entry } from './sender.ts'

/** What `lpipe:batch` tells: one invocation, from its decoded event to its answer. */
export interface BatchTrace {
  readonly batch: Batch
  result?: unknown
  error?: unknown
}

/** What `lpipe:message` tells: a message's walk, all that it runs. Its outcome is known when the batch ends. */
export interface MessageTrace extends BatchTrace {
  readonly message: Message
}

/** What `lpipe:function` tells: one call of a function. */
export interface FunctionTrace extends MessageTrace {
  readonly name: string
  readonly payload: Payload
}

/** What `lpipe:send` tells: one call to a queue. */
export interface SendTrace extends BatchTrace {
  readonly queue: Queue
  readonly entries: readonly Entry[]
}

/** What `lpipe:entry` tells: something is about to be held. What is put into `headers` travels along. */
export interface EntryTrace {
  readonly batch: Batch
  readonly message: Message
  readonly queue: Queue
  readonly headers: Record<string, string>
}

// Each by itself, and pure, so that a bundler leaves out those that nobody tells anything.
export const batchChannel = /* @__PURE__ */ tracingChannel<BatchTrace, BatchTrace>('lpipe:batch')
export const messageChannel = /* @__PURE__ */ tracingChannel<MessageTrace, MessageTrace>('lpipe:message')
export const functionChannel = /* @__PURE__ */ tracingChannel<FunctionTrace, FunctionTrace>('lpipe:function')
export const sendChannel = /* @__PURE__ */ tracingChannel<SendTrace, SendTrace>('lpipe:send')
export const entryChannel = /* @__PURE__ */ channel('lpipe:entry')

/**
 * What lpipe tells on `node:diagnostics_channel`: four tracing channels, and `lpipe:entry`, a plain one. Free when
 * nobody listens.
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

/** Tells of a batch, from now on until its `trace` is called. */
export const traceBatch = (batch: Batch): void => {
  const answered = (): Promise<unknown> =>
    new Promise((resolve) => {
      batch.trace = (answer) => {
        batch.trace = undefined // told once: nobody would catch what rejects later
        resolve(answer)
      }
    })
  batchChannel.tracePromise(answered, { batch }).catch(() => undefined) // it is told, and thrown elsewhere
}
