import type { TraceEvent } from '../environment/protocol.ts'
import { createEdgeCounter } from './edges.ts'
import { createInvocationRecorder, type InvocationRecorder } from './invocation-recorder.ts'
import { recordKey } from './record-key.ts'
import type { RecorderParts } from './recorder-parts.ts'
import { createRunRecorder } from './run-recorder.ts'
import { createSendRecorder, type SendRecorder } from './send-recorder.ts'
import { createSpans } from './spans.ts'

export type { EndedMessages, RecordedResult } from './invocation-recorder.ts'

/** Records what happens to messages: spans, states, counters. */
export interface Recorder extends InvocationRecorder, Pick<SendRecorder, 'called'> {
  /** A process of a Lambda has reported something. */
  readonly traced: (lambda: string, event: TraceEvent) => void
  /** SQS has moved messages to a dead-letter queue. */
  readonly died: (ids: readonly string[], deadLetterQueue: string) => void
  /** Lambda has given up records of a stream. */
  readonly discarded: (records: readonly object[]) => void
}

export const createRecorder = (given: Pick<RecorderParts, 'entries' | 'counters' | 'graph'>): Recorder => {
  const { entries, counters, graph } = given
  const parts = { ...given, spans: createSpans(entries), edges: createEdgeCounter(counters, graph) }
  const runs = createRunRecorder(parts)
  const sends = createSendRecorder(parts)

  return {
    ...createInvocationRecorder(parts, runs),
    called: sends.called,
    traced: (lambda, event) => {
      if (event.type === 'messageStarted') runs.messageStarted(lambda, event)
      else if (event.type === 'functionStarted') runs.functionStarted(lambda, event)
      else if (event.type === 'functionEnded') runs.functionEnded(event)
      else if (event.type === 'messageEnded') runs.messageEnded(lambda, event)
      else if (event.type === 'sendStarted') sends.sendStarted(lambda, event)
      else if (event.type === 'sendEnded') sends.sendEnded(event)
      else if (event.type === 'called') sends.linked(lambda, event)
    },
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
