import { isObject } from '@lpipe/core/middleware'
import { failedIn } from '@lpipe/local'
import type { RunInvocation } from '@lpipe/local/tools'
import { sourcesOf } from '@lpipe/system/tools'
import type { CapturedError } from '../api/types.ts'
import { capture } from '../environment/capture.ts'
import { InvocationError, plainError } from '../lambdas/invocation-error.ts'
import type { Printer } from '../print.ts'
import type { GraphModel } from '../trace/graph.ts'
import { resourceId } from '../trace/graph.ts'
import { invocationSummary, type KeptInvocation, type KeptInvocations } from '../trace/invocations.ts'
import { identifierOf, recordKey } from '../trace/record-key.ts'
import type { EndedMessages, Recorder } from '../trace/recorder.ts'
import type { Runtime } from './runtime.ts'

/** What the runner works with. */
export interface RunnerParts {
  readonly runtime: Runtime
  readonly recorder: Recorder
  readonly invocations: KeptInvocations
  readonly graph: GraphModel
  readonly printer: Printer
}

const now = (): number => performance.timeOrigin + performance.now()

/** Returns a function that runs invocations, and records them. */
export const createInvocationRunner = ({
  runtime,
  recorder,
  invocations,
  graph,
  printer,
}: RunnerParts): { readonly run: RunInvocation } => ({
  run: async (invocation) => {
    const { functionName: lambda, requestId, event } = invocation
    const queue = queueOf(event.Records[0])
    const reportBatchItemFailures = reportsFailures(graph, lambda, queue)
    let kept: KeptInvocation | undefined
    let memoryOf = (): number | undefined => undefined

    const end = (
      changes: Pick<KeptInvocation, 'outcome'> & Partial<KeptInvocation>,
      ended: EndedMessages,
      error?: CapturedError,
    ): void => {
      if (kept === undefined) return
      const endedAt = now()
      const memoryBytes = memoryOf()
      const shown: Partial<KeptInvocation> = {
        ...changes,
        endedAt,
        millis: endedAt - kept.startedAt,
        ...(memoryBytes ? { memoryBytes } : {}),
        ...(error === undefined ? {} : { fullError: error, error: { name: error.name, message: error.message } }),
      }
      invocations.end(requestId, shown)
      printer.invocation(invocationSummary({ ...kept, ...shown }), ended)
    }

    try {
      const response = await runtime.run(invocation, ({ coldStart, process }) => {
        const startedAt = now()
        kept = {
          requestId,
          lambda,
          ...(queue === undefined ? {} : { queue }),
          startedAt,
          coldStart,
          records: event.Records.length,
          outcome: 'running',
          messageIds: event.Records.flatMap((record) => recordKey(record) ?? []),
          event: capture(event),
        }
        memoryOf = () => process.memoryBytes
        invocations.start(kept)
        recorder.invocationStarted(invocation, startedAt)
      })
      const ended = recorder.invocationEnded(invocation, now(), { response, reportBatchItemFailures })
      const failed = reportBatchItemFailures ? failedIn(response, event.Records.map(identifierOf)).length : 0
      end({ outcome: failed > 0 ? 'partial' : 'succeeded', failedRecords: failed, response: capture(response) }, ended)
      return response
    } catch (error) {
      const failure = error instanceof InvocationError ? error : undefined
      const captured = failure?.captured ?? plainError('Error', String(error))
      if (kept !== undefined) recorder.invocationEnded(invocation, now(), { error: captured })
      const ended = { dropped: 0, errors: [captured] }
      end({ outcome: failure?.outcome ?? 'failed', failedRecords: event.Records.length }, ended, captured)
      throw error
    }
  },
})

const queueOf = (record: unknown): string | undefined => {
  if (!isObject(record)) return undefined
  const arn = record['eventSourceARN'] ?? (isObject(record['Sns']) ? record['Sns']['TopicArn'] : undefined)
  const [, , service = '', , , name = ''] = String(arn).split(':')
  return service === '' ? undefined : resourceId(service, name.replace(/^stream\//, ''))
}

const reportsFailures = (graph: GraphModel, lambda: string, queue: string | undefined): boolean => {
  const sources = sourcesOf(graph.system().functions[lambda] ?? {})
  const source = sources.find((one) => queue?.endsWith(`:${one.queue ?? one.stream ?? one.topic}`))
  // The response to a message of a topic says nothing.
  if (source === undefined || source.topic !== undefined) return source === undefined
  return source.reportBatchItemFailures ?? true
}
