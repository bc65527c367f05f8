import type { ServerCall } from '@lpipe/local/tools'
import { pathId } from '@lpipe/system'
import type { Span } from '../api/types.ts'
import type { Called, SendEnded, SendStarted, SentFrom } from '../environment/protocol.ts'
import { plainError } from '../lambdas/invocation-error.ts'
import { acceptedIn } from './calls.ts'
import type { Entry } from './entry.ts'
import type { RecorderParts } from './recorder-parts.ts'
import { remember } from './remember.ts'
import { invocationSpanId, messageSpanId } from './spans.ts'

/** Records what is sent, and by what. */
export interface SendRecorder {
  /** A server of the pipeline has answered a call. */
  readonly called: (call: ServerCall) => void
  readonly sendStarted: (lambda: string, event: SendStarted) => void
  readonly sendEnded: (event: SendEnded) => void
  /** A command of the SDK is sent. */
  readonly linked: (lambda: string, event: Called) => void
}

/** What a call has sent: the ids, with their positions in the call. */
type Sent = readonly { readonly id: string; readonly index: number }[]

const topicType = 'sns'

export const createSendRecorder = ({
  entries,
  counters,
  graph,
  spans: allSpans,
  edges,
}: RecorderParts): SendRecorder => {
  const sends = new Map<string, SendStarted & { readonly lambda: string; readonly spans: Map<string, Span> }>()
  /** What sent a command of the SDK, and what it sent: whichever is known first. */
  const senders = new Map<string, Called & { readonly lambda: string }>()
  const sentBy = new Map<string, Sent>()

  /** Connects what was sent with the messages that sent it. */
  const connect = ({ lambda, send, from }: Called & { readonly lambda: string }, sent: Sent): void => {
    const started = send === undefined ? undefined : sends.get(send)
    for (const { id, index } of sent) {
      const sender = started?.entries[index] ?? from
      const entry = entries.get(id)
      const parent = sender && entries.get(sender.message)
      if (entry === undefined || sender === undefined) continue
      edges.countSend(lambda, sender, entry)
      const span = started?.spans.get(sender.message)
      if (span !== undefined) span.sentIds = [...(span.sentIds ?? []), id]
      if (parent === undefined || parent === entry || entry.parentId !== undefined) continue
      entries.connect(entry, parent)
    }
  }

  /** A topic delivers at once. Only if it invokes a function, a run follows. */
  const isDelivered = ({ queue }: Entry): boolean => {
    const [type, name] = queue.split(':')
    const { functions } = graph.system().description
    return (
      type === topicType &&
      !functions.some(({ sources }) => sources.some((one) => `${one.type}:${one.name}` === `${type}:${name}`))
    )
  }

  /** A path without functions leaves no trace but what it sends. */
  const passPath = (entry: Entry, lambda: string, requestId: string, { message, path: sent, at }: SentFrom): void => {
    const path = graph.pathOf(lambda, sent)
    if (path === undefined || at === undefined || !graph.has(pathId(lambda, path))) return
    const node = pathId(lambda, path)
    if (entry.spans.some((span) => span.node === node && span.requestId === requestId)) return
    edges.enterPath(entry, lambda, path, requestId)
    const parentId = messageSpanId(requestId, message)
    allSpans.add(entry, {
      id: `${parentId}/${path}`,
      parentId,
      messageId: message,
      kind: 'path',
      name: path,
      node,
      startedAt: at,
      endedAt: at,
      status: 'ok',
      delivery: entry.deliveries,
      requestId,
    })
  }

  return {
    called: (call: ServerCall): void => {
      const accepted = acceptedIn(call)
      if (accepted.length === 0) return
      const now = performance.timeOrigin + performance.now()
      for (const message of accepted) {
        const isNew = entries.get(message.id) === undefined
        const entry = entries.add(message, now)
        if (isNew) counters.count(message.queue)
        if (isNew && isDelivered(entry)) {
          entry.endedAt = now
          entries.setState(entry, 'succeeded')
        }
      }
      const { commandId } = call
      if (call.functionName === undefined || commandId === undefined) return
      const ids = accepted.map(({ id, index }) => ({ id, index }))
      const sender = senders.get(commandId)
      if (sender === undefined) remember(sentBy, commandId, ids)
      else connect(sender, ids)
      senders.delete(commandId)
    },
    sendStarted: (lambda: string, event: SendStarted): void => {
      const { id, requestId, at, queue } = event
      const spans = new Map<string, Span>()
      for (const from of event.entries) {
        const { message } = from
        const entry = entries.get(message)
        if (entry === undefined) continue
        passPath(entry, lambda, requestId, from)
        if (spans.has(message)) continue
        const span = allSpans.add(entry, {
          id: `${id}/${message}`,
          parentId: invocationSpanId(requestId, message),
          messageId: message,
          kind: 'send',
          name: queue.name,
          node: `${queue.type}:${queue.name}`,
          startedAt: at,
          status: 'running',
          delivery: entry.deliveries,
          requestId,
        })
        spans.set(message, span)
      }
      remember(sends, id, { ...event, lambda, spans })
    },
    sendEnded: ({ id, at, sendFailures, error }: SendEnded): void => {
      const started = sends.get(id)
      if (started === undefined) return
      const codes = new Map(sendFailures.map(({ index, code }) => [index, code]))
      for (const [index, { message }] of started.entries.entries()) {
        const span = started.spans.get(message)
        const entry = entries.get(message)
        if (span === undefined || entry === undefined) continue
        const code = codes.get(index)
        const failure = error ?? (code === undefined ? undefined : plainError(code, 'the queue refused the entry'))
        if (span.status !== 'error') allSpans.end(entry, span, at, failure)
      }
    },
    linked: (lambda: string, event: Called): void => {
      const sent = sentBy.get(event.command)
      if (sent === undefined) remember(senders, event.command, { ...event, lambda })
      else connect({ ...event, lambda }, sent)
      sentBy.delete(event.command)
    },
  }
}
