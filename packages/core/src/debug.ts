/** Importing this module logs each step of each message to stderr: see `debug()`. */

import type { SendFailure } from './adapters/sender.ts'
import type { Batch } from './batch/batch.ts'
import {
  type BatchTrace,
  batchChannel,
  type EntryTrace,
  entryChannel,
  type FunctionTrace,
  functionChannel,
  type MessageTrace,
  messageChannel,
  type SendTrace,
  sendChannel,
} from './batch/channels.ts'
import { type Message, messageIdOf } from './batch/message.ts'
import { errorType } from './language/errors.ts'
import { payloadsIn } from './language/payload.ts'
import { type Queue, queueLabel } from './language/queue.ts'
import { tryOr, typeName } from './values.ts'

/** When a call of a function or a queue began, in `performance.now()` milliseconds. */
const beganAt = new WeakMap<object, number>()

/** The payloads of the paths that each message has entered. */
const entered = new WeakMap<Message, WeakSet<object>>()

const write = ({ context }: Batch, subject: string | number, text: string): void => {
  const request = String(context.awsRequestId ?? '-').slice(0, 8)
  process.stderr.write(`${`lpipe ${request} ${subject}: ${text}`.replace(/\p{Cc}/gu, ' ')}\n`)
}

const on = (path: string | undefined): string => (path === undefined ? '' : ` (path ${path})`)

const millisOf = (trace: object): string => `${Math.round(performance.now() - (beganAt.get(trace) ?? 0))} ms`

const count = (items: number, one: string, many: string): string => `${items} ${items === 1 ? one : many}`

/** Describes a returned value without quoting it. */
const returned = (value: unknown): string => {
  const payloads = payloadsIn(value).length
  if (payloads > 0) return count(payloads, 'payload', 'payloads')
  return value === undefined ? 'undefined' : typeName(value)
}

const batchStarts = ({ batch }: BatchTrace): void =>
  write(batch, 'batch', `received ${count(batch.received.length, 'message', 'messages')} from ${batch.source?.name}`)

const batchEnds = (trace: BatchTrace): void => {
  const { batch } = trace
  for (const message of batch.received) {
    const { outcome = 'none, so that it stays on its queue', result, path, function: functionName } = message
    const error = result?.status === 'rejected' ? ` with ${errorType(result.reason)}` : ''
    const place = functionName === undefined ? '' : ` in function ${functionName}`
    write(batch, messageIdOf(message), `outcome: ${outcome}${error}${place}${on(path)}`)
  }
  const end = 'error' in trace ? `the invocation threw ${errorType(trace.error)}` : 'the response is returned'
  write(batch, 'batch', `${end}, ${Math.round(performance.now() - batch.startedAt)} ms`)
}

const messageStarts = ({ batch, message }: MessageTrace): void => {
  const path = message.payload?.path
  // Without a router the name is whatever the message says.
  const known = path !== undefined && batch.router?.pathNames.has(path) ? path : undefined
  write(batch, messageIdOf(message), `decoded${on(known)}`)
}

const functionStarts = (trace: FunctionTrace): void => {
  const { batch, message, name, payload } = trace
  const id = messageIdOf(message)
  const payloads = entered.get(message) ?? new WeakSet()
  entered.set(message, payloads)
  if (payload.path !== undefined && !payloads.has(payload)) write(batch, id, `entered path ${payload.path}`)
  payloads.add(payload)
  beganAt.set(trace, performance.now())
  write(batch, id, `called function ${name}${on(payload.path)}`)
}

const functionEnds = (trace: FunctionTrace): void => {
  const { batch, message, name } = trace
  const end = 'error' in trace ? `threw ${errorType(trace.error)}` : `returned ${returned(trace.result)}`
  write(batch, messageIdOf(message), `function ${name} ${end}, ${millisOf(trace)}`)
}

const entryIsBuffered = ({ batch, message, queue }: EntryTrace): void =>
  write(batch, messageIdOf(message), `buffered an entry for ${labelOf(queue)}`)

const sendStarts = (trace: SendTrace): void => {
  const { batch, queue, entries } = trace
  beganAt.set(trace, performance.now())
  const ids = [...new Set(entries.map(({ message }) => messageIdOf(message)))].join(', ')
  write(batch, 'batch', `called ${labelOf(queue)} with ${count(entries.length, 'entry', 'entries')} of ${ids}`)
}

const sendEnds = (trace: SendTrace): void => {
  const { batch, queue, entries, result } = trace
  const end = 'error' in trace ? `threw ${errorType(trace.error)}` : answerOf(result, entries.length)
  write(batch, 'batch', `${labelOf(queue)} ${end}, ${millisOf(trace)}`)
}

const answerOf = (result: unknown, entries: number): string => {
  const failures = (Array.isArray(result) ? result : []).filter((one): one is SendFailure => one !== undefined)
  const codes = [...new Set(failures.map(({ code }) => code))].join(', ')
  return `accepted ${entries - failures.length} of ${entries}${codes === '' ? '' : `; refused: ${codes}`}`
}

const labelOf = (queue: Queue): string => queueLabel(queue) + on(queue.path)

/** Makes a subscriber that never throws: Node.js ends the process for one that does. */
const listener =
  <T>(listen: (trace: T) => void) =>
  (trace: T): void =>
    tryOr(() => listen(trace), undefined)

const ignore = (): void => undefined

/** The subscribers of a tracing channel: when the work starts, and when it has ended. */
const subscribersOf = <T>(starts: (trace: T) => void, ends: (trace: T) => void) => ({
  start: listener(starts),
  end: ignore,
  asyncStart: ignore,
  asyncEnd: listener(ends),
  error: ignore,
})

const onBatch = subscribersOf(batchStarts, batchEnds)
const onMessage = subscribersOf(messageStarts, ignore)
const onFunction = subscribersOf(functionStarts, functionEnds)
const onSend = subscribersOf(sendStarts, sendEnds)
const onEntry = listener<unknown>((trace) => entryIsBuffered(trace as EntryTrace))

/** Whether the steps are logged. */
let isOn = false

/**
 * Logs each step of each message to stderr: decoded, path entered, function called and returned, entry buffered, call sent,
 * outcome. A line names the request, the message's id and the step, and never quotes a value of a message. Importing this
 * module calls it. Without the import it costs nothing.
 *
 * @returns a function that ends it
 * @example
 * // node --import @lpipe/core/debug handler.js, or in a bundle:
 * import { debug } from '@lpipe/core/debug'
 *
 * debug()
 */
export const debug = (): (() => void) => {
  if (isOn) return stop
  isOn = true
  batchChannel.subscribe(onBatch)
  messageChannel.subscribe(onMessage)
  functionChannel.subscribe(onFunction)
  sendChannel.subscribe(onSend)
  entryChannel.subscribe(onEntry)
  return stop
}

const stop = (): void => {
  isOn = false
  batchChannel.unsubscribe(onBatch)
  messageChannel.unsubscribe(onMessage)
  functionChannel.unsubscribe(onFunction)
  sendChannel.unsubscribe(onSend)
  entryChannel.unsubscribe(onEntry)
}

debug()
