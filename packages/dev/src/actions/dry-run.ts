import { randomUUID } from 'node:crypto'
import { environmentOf } from '@lpipe/local/tools'
import type { CapturedSend, DryRunResult, LogLine } from '../api/types.ts'
import { captureText } from '../environment/capture.ts'
import type { TraceEvent } from '../environment/protocol.ts'
import { InvocationError } from '../lambdas/invocation-error.ts'
import type { DryRunCall } from '../runtime/runtime.ts'
import { createEntries } from '../trace/entries.ts'
import type { GraphModel } from '../trace/graph.ts'
import { createRecorder, type RecordedResult } from '../trace/recorder.ts'
import { createCounters } from '../trace/stats.ts'
import { startCaptureServer } from './capture-server.ts'
import { makeRecord, type RecordParts } from './record.ts'

/** What is run. */
export interface DryRunOptions extends RecordParts {
  /** The name of the Lambda. */
  readonly lambda: string
  readonly graph: GraphModel
  readonly run: (call: DryRunCall) => Promise<unknown>
  readonly reportBatchItemFailures: boolean
}

/** Runs a Lambda with one message in a process of its own, in which all sends are captured. */
export const dryRun = async (options: DryRunOptions): Promise<DryRunResult> => {
  const { lambda, graph, region, run, reportBatchItemFailures } = options
  // Counted and recorded apart: nothing of it has happened.
  const entries = createEntries({ messages: 10, bytes: 50_000_000 })
  const quietGraph = { ...graph, edgeBetween: () => '' }
  const recorder = createRecorder({ entries, counters: createCounters(), graph: quietGraph })
  const logs: LogLine[] = []
  const sends: CapturedSend[] = []

  const server = await startCaptureServer((operation, { queue, body }) =>
    sends.push({ queue, operation, body: captureText(body) }),
  )
  const invocation = { functionName: lambda, requestId: randomUUID(), event: { Records: [makeRecord(options)] } }
  const startedAt = now()
  recorder.invocationStarted(invocation, startedAt)
  let outcome: DryRunResult['outcome'] | undefined
  let result: RecordedResult
  try {
    const response = await run({
      invocation,
      environment: environmentOf(region, server.endpoint, server.endpoint),
      onReport: (report) => {
        if (report.type === 'sendCaptured') {
          const { queue, operation, body } = report
          const path = queue.path
          sends.push({ queue: `${queue.type}:${queue.name}`, operation, body, ...(path === undefined ? {} : { path }) })
        } else recorder.traced(lambda, report as TraceEvent)
      },
      onPrint: ({ text, level }, stream) => {
        logs.push({ time: Date.now(), lambda, text, level, stream, requestId: invocation.requestId })
      },
    })
    result = { response, reportBatchItemFailures }
  } catch (error) {
    if (!(error instanceof InvocationError)) throw error
    outcome = error.outcome
    result = { error: error.captured }
  } finally {
    await server.close()
  }
  const endedAt = now()
  recorder.invocationEnded(invocation, endedAt, result)

  const [entry] = entries.newest()
  const { state = 'failed', path, function: name, error, spans = [] } = entry ?? {}
  const known: Readonly<Record<string, DryRunResult['outcome']>> = { succeeded: 'succeeded', dropped: 'dropped' }
  return {
    lambda,
    outcome: outcome ?? known[state] ?? 'failed',
    ...(path === undefined ? {} : { path }),
    ...(name === undefined ? {} : { function: name }),
    ...(error === undefined ? {} : { error }),
    // Without the start of its process.
    millis: endedAt - (entry?.startedAt ?? startedAt),
    spans: spans.filter(({ kind }) => kind !== 'wait'),
    logs,
    sends,
  }
}

const now = (): number => performance.timeOrigin + performance.now()
