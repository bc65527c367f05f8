import { failedIn } from '@lpipe/local'
import type { Invocation } from '@lpipe/local/tools'
import { functionId } from '@lpipe/system'
import type { CapturedError, MessageState } from '../api/types.ts'
import { messageOfRecord, publishedIn, sentAtOf } from './calls.ts'
import type { Entry } from './entry.ts'
import { identifierOf, recordKey } from './record-key.ts'
import type { RecorderParts } from './recorder-parts.ts'
import type { RunRecorder } from './run-recorder.ts'
import { invocationSpanId } from './spans.ts'

/** How an invocation ended. */
export type RecordedResult =
  | { readonly response: unknown; readonly reportBatchItemFailures: boolean }
  | { readonly error: CapturedError }

/** How the messages of an invocation ended. */
export interface EndedMessages {
  readonly dropped: number
  /** The errors of those that were dropped or failed. */
  readonly errors: readonly CapturedError[]
}

/** Records the deliveries of messages. */
export interface InvocationRecorder {
  readonly invocationStarted: (invocation: Invocation, at: number) => void
  readonly invocationEnded: (invocation: Invocation, at: number, result: RecordedResult) => EndedMessages
}

export const createInvocationRecorder = (
  { entries, counters, graph, spans, edges }: RecorderParts,
  { takeOutcome }: Pick<RunRecorder, 'takeOutcome'>,
): InvocationRecorder => {
  /** A topic has delivered it: no call has sent it to its queue. */
  const connectPublished = (entry: Entry): void => {
    const published = entries.get(publishedIn(entry.body) ?? '')
    if (published === undefined || published === entry || entry.parentId !== undefined) return
    entries.connect(entry, published)
    counters.count(entry.queue)
    counters.count(graph.edgeBetween(published.queue, entry.queue))
  }

  const invocationStarted: InvocationRecorder['invocationStarted'] = (invocation, at) => {
    const { functionName: lambda, requestId } = invocation
    counters.count(functionId(lambda))
    for (const { id, record } of recordsOf(invocation)) {
      const members = record as Readonly<Record<string, unknown>>
      const entry = entries.get(id) ?? entries.add(messageOfRecord(members, id), sentAtOf(members))
      if (entry.deliveries === 0) connectPublished(entry)
      entry.deliveries += 1
      const delivery = entry.deliveries
      const base = { messageId: id, delivery, status: 'ok' as const }
      const [kind, since] =
        delivery === 1 ? (['wait', entry.sentAt] as const) : (['retry', entry.endedAt ?? at] as const)
      const startedAt = Math.min(since, at)
      spans.add(entry, {
        ...base,
        id: `${id}/${kind}/${delivery}`,
        kind,
        name: nameOf(entry.queue),
        node: entry.queue,
        startedAt,
        endedAt: at,
      })
      spans.add(entry, {
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

  const invocationEnded: InvocationRecorder['invocationEnded'] = (invocation, at, result) => {
    const { functionName: lambda, requestId } = invocation
    const error = 'error' in result ? result.error : undefined
    if (error !== undefined) counters.fail(functionId(lambda))
    const records = recordsOf(invocation)
    const failed = failedRecords(records, result)
    const errors: CapturedError[] = []
    let dropped = 0
    for (const [position, { id }] of records.entries()) {
      const entry = entries.get(id)
      const outcome = takeOutcome(requestId, id)
      if (entry === undefined) continue
      for (const span of entry.spans) {
        if (span.status !== 'running' || span.requestId !== requestId) continue
        if (span.kind === 'invocation') spans.end(entry, span, at, error)
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
      if (entry.error !== undefined) errors.push(entry.error)
      if (state === 'dropped') dropped += 1
      if (state === 'failed') counters.fail(entry.queue)
      if (outcome === undefined) edges.countSource(entry, lambda, undefined, state === 'failed')
      entries.setState(entry, state)
    }
    return { dropped, errors }
  }

  return { invocationStarted, invocationEnded }
}

const recordsOf = ({ event }: Invocation): readonly { readonly id: string; readonly record: object }[] =>
  event.Records.flatMap((record) => {
    const id = recordKey(record)
    return id === undefined ? [] : [{ id, record }]
  })

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

/** The name of a queue in its node id. */
const nameOf = (queue: string): string => queue.slice(queue.indexOf(':') + 1)
