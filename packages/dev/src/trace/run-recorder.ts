import { pathId } from '@lpipe/system'
import type { Span } from '../api/types.ts'
import type { FunctionEnded, FunctionStarted, MessageEnded, MessageStarted } from '../environment/protocol.ts'
import type { Entry } from './entry.ts'
import { stepId } from './graph.ts'
import type { RecorderParts } from './recorder-parts.ts'
import { remember } from './remember.ts'
import { invocationSpanId, messageSpanId, spanOf } from './spans.ts'

/** Records the runs of messages: their paths and functions. */
export interface RunRecorder {
  readonly messageStarted: (lambda: string, event: MessageStarted) => void
  readonly functionStarted: (lambda: string, event: FunctionStarted) => void
  readonly functionEnded: (event: FunctionEnded) => void
  readonly messageEnded: (lambda: string, event: MessageEnded) => void
  /** Returns how a message ended in an invocation, once. */
  readonly takeOutcome: (requestId: string, message: string) => MessageEnded | undefined
}

/** A function that runs, with the spans that it ends. */
interface RunningFunction {
  readonly span: Span
  readonly entry: Entry
  readonly pathSpan: Span | undefined
}

export const createRunRecorder = ({ entries, counters, graph, spans, edges }: RecorderParts): RunRecorder => {
  const functions = new Map<string, RunningFunction>()
  const outcomes = new Map<string, MessageEnded>()

  const messageStarted = (lambda: string, event: MessageStarted): void => {
    const entry = entries.get(event.message)
    if (entry === undefined) return
    const { requestId, message, at, payload, decoded = { startedAt: at, endedAt: at } } = event
    const path = graph.pathOf(lambda, event.path) ?? event.path
    entry.path = path
    entry.startedAt = at
    const parentId = invocationSpanId(requestId, message)
    const base = { messageId: message, parentId, delivery: entry.deliveries, requestId, startedAt: at }
    spans.add(entry, {
      ...base,
      id: `${parentId}/decode`,
      kind: 'decode',
      name: 'decode',
      startedAt: decoded.startedAt,
      endedAt: decoded.endedAt,
      status: 'ok',
      input: payload,
    })
    spans.add(entry, {
      ...base,
      id: messageSpanId(requestId, message),
      kind: 'message',
      name: path ?? lambda,
      status: 'running',
    })
  }

  const functionStarted = (lambda: string, event: FunctionStarted): void => {
    const entry = entries.get(event.message)
    if (entry === undefined) return
    const { requestId, message, at, id, name, input } = event
    const path = graph.pathOf(lambda, event.path) ?? event.path
    entry.function = name
    const base = {
      messageId: message,
      delivery: entry.deliveries,
      requestId,
      startedAt: at,
      status: 'running' as const,
    }
    const pathSpanId = `${requestId}/${message}/${event.pathRun}`
    let pathSpan = spanOf(entry, pathSpanId)
    if (pathSpan === undefined && path !== undefined) {
      edges.enterPath(entry, lambda, path, requestId)
      const parentId = messageSpanId(requestId, message)
      pathSpan = spans.add(entry, {
        ...base,
        id: pathSpanId,
        parentId,
        kind: 'path',
        name: path,
        node: pathId(lambda, path),
      })
    }
    const span = spans.add(entry, {
      ...base,
      id,
      parentId: pathSpan?.id ?? messageSpanId(requestId, message),
      kind: 'function',
      name,
      ...(path === undefined ? {} : { node: stepId(lambda, path, name) }),
      input,
    })
    if (span.node !== undefined && path !== undefined) {
      counters.count(span.node)
      counters.count(graph.edgeBetween(pathId(lambda, path), span.node))
    }
    remember(functions, id, { span, entry, pathSpan })
  }

  const functionEnded = ({ id, at, output, error }: FunctionEnded): void => {
    const started = functions.get(id)
    if (started === undefined) return
    functions.delete(id)
    const { span, entry, pathSpan } = started
    if (output !== undefined) span.output = output
    spans.end(entry, span, at, error)
    entries.touch(entry, output?.text.length ?? 0)
    if (span.node !== undefined) {
      counters.took(span.node, at - span.startedAt)
      if (error !== undefined) counters.fail(span.node)
    }
    if (pathSpan === undefined) return
    if (pathSpan.node !== undefined) {
      // Its last function gives the duration of the path.
      counters.took(pathSpan.node, at - pathSpan.startedAt)
      if (error !== undefined) counters.fail(pathSpan.node)
    }
    pathSpan.endedAt = at
    if (error !== undefined) pathSpan.status = 'error'
    else if (pathSpan.status === 'running') pathSpan.status = 'ok'
  }

  const messageEnded = (lambda: string, event: MessageEnded): void => {
    const { requestId, message, at, outcome, error, decoded = { startedAt: at, endedAt: at } } = event
    remember(outcomes, `${requestId}/${message}`, event)
    const entry = entries.get(message)
    if (entry === undefined) return
    const path = graph.pathOf(lambda, event.path) ?? event.path
    if (event.path !== undefined) entry.path ??= path
    entry.function = event.function ?? entry.function
    const failed = outcome === 'failed'
    const span = spanOf(entry, messageSpanId(requestId, message))
    const isEntered = entry.spans.some((one) => one.kind === 'path' && one.requestId === requestId)
    if (span === undefined) {
      // It ended before it ran: it could not be decoded, or names no path.
      const parentId = invocationSpanId(requestId, message)
      const decode: Span = {
        id: `${parentId}/decode`,
        parentId,
        messageId: message,
        kind: 'decode',
        name: 'decode',
        delivery: entry.deliveries,
        requestId,
        startedAt: decoded.startedAt,
        status: 'running',
      }
      spans.end(entry, spans.add(entry, decode), decoded.endedAt, error)
    } else spans.end(entry, span, lastEnd(entry, requestId) ?? at, error)
    if (!isEntered) edges.countSource(entry, lambda, span === undefined ? undefined : path, failed)
    else if (failed) counters.fail(edges.sourceEdge(entry, lambda, entry.path))
  }

  return {
    messageStarted,
    functionStarted,
    functionEnded,
    messageEnded,
    takeOutcome: (requestId, message) => {
      const key = `${requestId}/${message}`
      const outcome = outcomes.get(key)
      outcomes.delete(key)
      return outcome
    },
  }
}

/** A message ends for good with its batch; its run, with its last function. */
const lastEnd = (entry: Entry, requestId: string): number | undefined => {
  const ends = entry.spans.flatMap(({ kind, endedAt, requestId: own }) =>
    kind === 'function' && own === requestId && endedAt !== undefined ? [endedAt] : [],
  )
  return ends.length === 0 ? undefined : Math.max(...ends)
}
