import { instrument } from '@lpipe/opentelemetry'
import { context, trace } from '@opentelemetry/api'
import { NodeTracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace-node'
import type { Watch } from './watch.ts'

/** Sets an attribute of the active span, as a function of a user does. */
export const markSpan = (request: string): void => void trace.getActiveSpan()?.setAttribute('request', request)

/** Collects the spans that end. All spans of a trace must belong to one request. */
export const watchTraces = (): Watch => {
  const problems: string[] = []
  const requestOf = new Map<string, string>()
  let spans = 0

  const onEnd = (span: ReadableSpan): void => {
    spans += 1
    const { attributes, name } = span
    const { traceId } = span.spanContext()
    const named = [attributes['request'], attributes['faas.invocation_id']].filter((one) => typeof one === 'string')
    for (const request of named) {
      const known = requestOf.get(traceId) ?? request
      requestOf.set(traceId, known)
      if (known !== request) problems.push(`the span ${name} of ${known} names ${request}`)
    }
  }
  const provider = new NodeTracerProvider({
    spanProcessors: [
      { onStart: () => undefined, onEnd, forceFlush: async () => undefined, shutdown: async () => undefined },
    ],
  })
  provider.register()
  const stopTracing = instrument()
  return {
    problems,
    count: () => spans,
    forget: () => requestOf.clear(),
    stop: () => {
      stopTracing()
      trace.disable()
      context.disable()
    },
  }
}
