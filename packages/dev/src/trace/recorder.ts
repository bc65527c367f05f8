import { failedIn } from '@lpipe/local'
import type { Invocation as LambdaInvocation, ServerCall } from '@lpipe/local/tools'
import { functionId, pathId } from '@lpipe/system'
import type { CapturedError, MessageState, Span } from '../api/types.ts'
import type {
  Called,
  FunctionEnded,
  FunctionStarted,
  MessageEnded,
  MessageStarted,
  SendEnded,
  SendStarted,
  SentFrom,
  TraceEvent,
} from '../environment/protocol.ts'
import { acceptedIn, messageOfRecord, sentAtOf } from './calls.ts'
import type { Entries } from './entries.ts'
import type { Entry } from './entry.ts'
import { type GraphModel, stepId } from './graph.ts'
import { recordKey } from './record-key.ts'
import type { Counters } from './stats.ts'

/** Records what happens to messages: spans, states, counters. */
export interface Recorder {
  /** A server of the pipeline has answered a call. */
  readonly called: (call: ServerCall) => void
  readonly invocationStarted: (invocation: LambdaInvocation, at: number) => void
  readonly invocationEnded: (invocation: LambdaInvocation, at: number, result: RecordedResult) => void
  /** A process of a Lambda has reported something. */
  readonly traced: (lambda: string, event: TraceEvent) => void
  /** SQS has moved messages to a dead-letter queue. */
  readonly died: (ids: readonly string[], deadLetterQueue: string) => void
  /** Lambda has given up records of a stream. */
  readonly discarded: (records: readonly object[], lambda: string) => void
}

/** How an invocation ended. */
export type RecordedResult =
  | { readonly response: unknown; readonly reportBatchItemFailures: boolean }
  | { readonly error: CapturedError }

/** What the recorder works with. */
export interface RecorderParts {
  readonly entries: Entries
  readonly counters: Counters
  readonly graph: GraphModel
}

const maxSpans = 500
const maxLinks = 10_000

export const createRecorder = ({ entries, counters, graph }: RecorderParts): Recorder => {
  /** The spans that have not ended, by the id of the function or send. */
  const functions = new Map<
    string,
    { readonly span: Span; readonly entry: Entry; readonly pathSpan: Span | undefined }
  >()
  const sends = new Map<string, SendStarted & { readonly lambda: string; spans: Map<string, Span> }>()
  /** What sent a command of the SDK, and what it sent: whichever is known first. */
  const senders = new Map<string, Called & { readonly lambda: string }>()
  const sentBy = new Map<string, readonly { readonly id: string; readonly index: number }[]>()
  const outcomes = new Map<string, MessageEnded>()

  const addSpan = (entry: Entry, span: Span): Span => {
    if (entry.spans.length < maxSpans) entry.spans.push(span)
    entries.touch(entry, 200 + (span.input?.text.length ?? 0))
    return span
  }

  const endSpan = (entry: Entry, span: Span, at: number, error?: CapturedError): void => {
    span.endedAt = Math.max(at, span.startedAt)
    span.status = error === undefined ? 'ok' : 'error'
    if (error !== undefined) span.error = error
    entries.touch(entry, error?.stack?.length ?? 0)
  }

  const invocationSpanId = (requestId: string, message: string): string => `${requestId}/${message}`
  const messageSpanId = (requestId: string, message: string): string => `${requestId}/${message}/run`
  const spanOf = (entry: Entry, id: string): Span | undefined => entry.spans.findLast((span) => span.id === id)

  // ---- what queues accept

  const called = (call: ServerCall): void => {
    const accepted = acceptedIn(call)
    if (accepted.length === 0) return
    const now = performance.timeOrigin + performance.now()
    for (const message of accepted) {
      const isNew = entries.get(message.id) === undefined
      entries.add(message, now)
      if (isNew) counters.count(message.queue)
    }
    const { commandId } = call
    if (call.functionName === undefined || commandId === undefined) return
    const ids = accepted.map(({ id, index }) => ({ id, index }))
    const sender = senders.get(commandId)
    if (sender === undefined) remember(sentBy, commandId, ids)
    else connect(sender, ids)
    senders.delete(commandId)
  }

  /** Connects what was sent with the messages that sent it. */
  const connect = (
    { lambda, send, from }: Called & { readonly lambda: string },
    sent: readonly { readonly id: string; readonly index: number }[],
  ): void => {
    const started = send === undefined ? undefined : sends.get(send)
    for (const { id, index } of sent) {
      const sender = started?.entries[index] ?? from
      const entry = entries.get(id)
      const parent = sender && entries.get(sender.message)
      if (entry === undefined || sender === undefined) continue
      const edge = sendEdge(lambda, sender, entry)
      counters.count(edge)
      const span = started?.spans.get(sender.message)
      if (span !== undefined) span.sentIds = [...(span.sentIds ?? []), id]
      if (parent === undefined || parent === entry || entry.parentId !== undefined) continue
      entry.parentId = parent.id
      parent.children.push(id)
      setRoot(entry, parent.rootId)
      entries.touch(parent)
    }
  }

  const sendEdge = (lambda: string, { path }: SentFrom, entry: Entry): string => {
    const known = graph.pathOf(lambda, path)
    const fromPath = known === undefined ? undefined : pathId(lambda, known)
    const from = fromPath !== undefined && graph.has(fromPath) ? fromPath : functionId(lambda)
    const label = pathIn(entry.body)
    return graph.edgeBetween(letterQueueOf(lambda) === entry.queue ? functionId(lambda) : from, entry.queue, label)
  }

  const letterQueueOf = (lambda: string): string | undefined => {
    const letters = graph.system().description.functions.find(({ name }) => name === lambda)?.deadLetter
    return letters && `${letters.type}:${letters.name}`
  }

  const setRoot = (entry: Entry, rootId: string): void => {
    const waiting = [entry]
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (next.rootId === rootId) continue
      next.rootId = rootId
      entries.touch(next)
      waiting.push(...next.children.flatMap((id) => entries.get(id) ?? []))
    }
  }

  // ---- invocations

  const recordsOf = ({ event }: LambdaInvocation): readonly { readonly id: string; readonly record: object }[] =>
    event.Records.flatMap((record) => {
      const id = recordKey(record)
      return id === undefined ? [] : [{ id, record }]
    })

  const invocationStarted: Recorder['invocationStarted'] = (invocation, at) => {
    const { functionName: lambda, requestId } = invocation
    counters.count(functionId(lambda))
    for (const { id, record } of recordsOf(invocation)) {
      const members = record as Readonly<Record<string, unknown>>
      const entry = entries.get(id) ?? entries.add(messageOfRecord(members, id), sentAtOf(members))
      entry.deliveries += 1
      const delivery = entry.deliveries
      const base = { messageId: id, delivery, status: 'ok' as const }
      const [kind, since] =
        delivery === 1 ? (['wait', entry.sentAt] as const) : (['retry', entry.endedAt ?? at] as const)
      const startedAt = Math.min(since, at)
      addSpan(entry, {
        ...base,
        id: `${id}/${kind}/${delivery}`,
        kind,
        name: nameOf(entry.queue),
        node: entry.queue,
        startedAt,
        endedAt: at,
      })
      addSpan(entry, {
        ...base,
        id: invocationSpanId(requestId, id),
        kind: 'invocation',
        name: lambda,
        node: functionId(lambda),
        startedAt: at,
        status: 'running',
        requestId,
      })
      if (delivery === 1) counters.took(entry.queue, at - startedAt)
      entry.lambda = lambda
      entry.requestId = requestId
      entry.firstReceivedAt ??= at
      entry.receivedAt = at
      entry.startedAt = at
      entry.endedAt = undefined
      entries.setState(entry, 'running')
    }
  }

  const invocationEnded: Recorder['invocationEnded'] = (invocation, at, result) => {
    const { functionName: lambda, requestId } = invocation
    const error = 'error' in result ? result.error : undefined
    if (error !== undefined) counters.fail(functionId(lambda))
    const records = recordsOf(invocation)
    const failed = failedRecords(records, result)
    for (const [position, { id }] of records.entries()) {
      const entry = entries.get(id)
      const key = `${requestId}/${id}`
      const outcome = outcomes.get(key)
      outcomes.delete(key)
      if (entry === undefined) continue
      for (const span of entry.spans) {
        if (span.status !== 'running' || span.requestId !== requestId) continue
        if (span.kind === 'invocation') endSpan(entry, span, at, error)
        else span.status = 'unknown'
      }
      const state: MessageState = failed.has(position)
        ? 'failed'
        : outcome?.outcome === 'dropped'
          ? 'dropped'
          : 'succeeded'
      const reason = outcome?.error ?? error
      entry.error = state === 'succeeded' ? undefined : reason
      entry.endedAt = at
      if (state === 'failed') counters.fail(entry.queue)
      if (outcome === undefined) countSource(entry, lambda, undefined, state === 'failed')
      entries.setState(entry, state)
    }
  }

  /** Counts the edge from a queue to the path or the Lambda that takes its messages. */
  const countSource = (entry: Entry, lambda: string, path: string | undefined, failed: boolean): void => {
    const edge = sourceEdge(entry, lambda, path)
    const { receivedAt = 0, firstReceivedAt, sentAt } = entry
    counters.count(edge, firstReceivedAt === receivedAt ? receivedAt - sentAt : undefined)
    if (failed) counters.fail(edge)
  }

  /** The edge to the path, if the graph has one: otherwise the queue leads to the Lambda. */
  const sourceEdge = ({ queue }: Entry, lambda: string, path: string | undefined): string => {
    const target = path === undefined ? undefined : pathId(lambda, path)
    const isDrawn = target !== undefined && graph.knows(queue, target)
    return graph.edgeBetween(queue, isDrawn ? target : functionId(lambda))
  }

  // ---- what processes report

  const messageStarted = (lambda: string, event: MessageStarted): void => {
    const entry = entries.get(event.message)
    if (entry === undefined) return
    const { requestId, message, at, payload } = event
    const path = graph.pathOf(lambda, event.path) ?? event.path
    entry.path = path
    entry.startedAt = at
    const parentId = invocationSpanId(requestId, message)
    const base = { messageId: message, parentId, delivery: entry.deliveries, requestId, startedAt: at }
    addSpan(entry, {
      ...base,
      id: `${parentId}/decode`,
      kind: 'decode',
      name: 'decode',
      endedAt: at,
      status: 'ok',
      input: payload,
    })
    addSpan(entry, {
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
      enterPath(entry, lambda, path, requestId)
      const parentId = messageSpanId(requestId, message)
      pathSpan = addSpan(entry, {
        ...base,
        id: pathSpanId,
        parentId,
        kind: 'path',
        name: path,
        node: pathId(lambda, path),
      })
    }
    const span = addSpan(entry, {
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

  /** Counts the run of a path, and the edge that led to it. */
  const enterPath = (entry: Entry, lambda: string, path: string, requestId: string): void => {
    const node = pathId(lambda, path)
    counters.count(node)
    const entered = entry.spans.filter((span) => span.kind === 'path' && span.requestId === requestId)
    if (entered.length === 0) {
      countSource(entry, lambda, path, false)
      return
    }
    const froms = entered.map((span) => span.node ?? '').reverse()
    const from = froms.find((one) => graph.knows(one, node)) ?? froms[0] ?? ''
    counters.count(graph.edgeBetween(from, node))
  }

  /** A path without functions leaves no trace but what it sends. */
  const passPath = (entry: Entry, lambda: string, requestId: string, { message, path: sent, at }: SentFrom): void => {
    const path = graph.pathOf(lambda, sent)
    if (path === undefined || at === undefined || !graph.has(pathId(lambda, path))) return
    const node = pathId(lambda, path)
    if (entry.spans.some((span) => span.node === node && span.requestId === requestId)) return
    enterPath(entry, lambda, path, requestId)
    const parentId = messageSpanId(requestId, message)
    addSpan(entry, {
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

  const functionEnded = ({ id, at, output, error }: FunctionEnded): void => {
    const started = functions.get(id)
    if (started === undefined) return
    functions.delete(id)
    const { span, entry, pathSpan } = started
    if (output !== undefined) span.output = output
    endSpan(entry, span, at, error)
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
    const { requestId, message, at, outcome, error } = event
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
        startedAt: at,
        status: 'running',
      }
      endSpan(entry, addSpan(entry, decode), at, error)
    } else endSpan(entry, span, lastEnd(entry, requestId) ?? at, error)
    if (!isEntered) countSource(entry, lambda, span === undefined ? undefined : path, failed)
    else if (failed) counters.fail(sourceEdge(entry, lambda, entry.path))
  }

  /** A message ends for good with its batch; its run, with its last function. */
  const lastEnd = (entry: Entry, requestId: string): number | undefined => {
    const ends = entry.spans.flatMap(({ kind, endedAt, requestId: own }) =>
      kind === 'function' && own === requestId && endedAt !== undefined ? [endedAt] : [],
    )
    return ends.length === 0 ? undefined : Math.max(...ends)
  }

  const sendStarted = (lambda: string, event: SendStarted): void => {
    const { id, requestId, at, queue } = event
    const spans = new Map<string, Span>()
    for (const from of event.entries) {
      const { message } = from
      const entry = entries.get(message)
      if (entry === undefined) continue
      passPath(entry, lambda, requestId, from)
      if (spans.has(message)) continue
      const span = addSpan(entry, {
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
  }

  const sendEnded = ({ id, at, refused, error }: SendEnded): void => {
    const started = sends.get(id)
    if (started === undefined) return
    const codes = new Map(refused.map(({ index, code }) => [index, code]))
    for (const [index, { message }] of started.entries.entries()) {
      const span = started.spans.get(message)
      const entry = entries.get(message)
      if (span === undefined || entry === undefined) continue
      const code = codes.get(index)
      const failure =
        error ??
        (code === undefined
          ? undefined
          : { name: code, message: 'the queue refused the entry', frames: [], causes: [] })
      if (span.status !== 'error') endSpan(entry, span, at, failure)
    }
  }

  const linked = (lambda: string, event: Called): void => {
    const sent = sentBy.get(event.command)
    if (sent === undefined) remember(senders, event.command, { ...event, lambda })
    else connect({ ...event, lambda }, sent)
    sentBy.delete(event.command)
  }

  const traced: Recorder['traced'] = (lambda, event) => {
    if (event.type === 'messageStarted') messageStarted(lambda, event)
    else if (event.type === 'functionStarted') functionStarted(lambda, event)
    else if (event.type === 'functionEnded') functionEnded(event)
    else if (event.type === 'messageEnded') messageEnded(lambda, event)
    else if (event.type === 'sendStarted') sendStarted(lambda, event)
    else if (event.type === 'sendEnded') sendEnded(event)
    else if (event.type === 'called') linked(lambda, event)
  }

  return {
    called,
    invocationStarted,
    invocationEnded,
    traced,
    died: (ids, deadLetterQueue) => {
      for (const id of ids) {
        const entry = entries.get(id)
        if (entry === undefined || entry.state === 'dead') continue
        counters.count(graph.edgeBetween(entry.queue, deadLetterQueue))
        counters.count(deadLetterQueue)
        entries.setState(entry, 'dead')
      }
    },
    discarded: (records) => {
      for (const record of records) {
        const entry = entries.get(recordKey(record) ?? '')
        if (entry !== undefined) entries.setState(entry, 'discarded')
      }
    },
  }
}

/** Adds to a map that keeps the newest ones only: what never ends must not be kept for ever. */
const remember = <T>(map: Map<string, T>, key: string, value: T): void => {
  map.set(key, value)
  if (map.size <= maxLinks) return
  const [oldest] = map.keys()
  if (oldest !== undefined) map.delete(oldest)
}

/** Returns the positions of the records that will be delivered again: of a stream, all from the first failed one on. */
const failedRecords = (
  records: readonly { readonly id: string; readonly record: object }[],
  result: RecordedResult,
): ReadonlySet<number> => {
  const all = [...records.keys()]
  if ('error' in result) return new Set(all)
  if (!result.reportBatchItemFailures) return new Set()
  const failed = failedIn(
    result.response,
    records.map(({ record }) => identifierOf(record)),
  )
  const isStream = records.some(({ record }) => 'kinesis' in record)
  const [first] = failed
  return new Set(isStream && first !== undefined ? all.slice(first) : failed)
}

/** What a partial batch response names. */
const identifierOf = (record: object): string => {
  const { messageId, kinesis } = record as {
    readonly messageId?: string
    readonly kinesis?: { readonly sequenceNumber?: string }
  }
  return messageId ?? kinesis?.sequenceNumber ?? ''
}

/** The name of a queue in its node id. */
const nameOf = (queue: string): string => queue.slice(queue.indexOf(':') + 1)

/** Returns the path that a body names. */
const pathIn = (body: string): string | undefined => {
  try {
    const { path } = JSON.parse(body) as { readonly path?: unknown }
    return typeof path === 'string' ? path : undefined
  } catch {
    return undefined
  }
}
