import { ignoreRejection } from '@lpipe/core/middleware'
import { isSpanContextValid, type Link, type Span, type SpanContext } from '@opentelemetry/api'

/** Ends a span. A tracer that rejects must not end the process. */
export const endSpan = (span: Span, endTime?: number): void => ignoreRejection(span.end(endTime))

/** Links to span contexts, each once. */
export const linksTo = (contexts: readonly (SpanContext | undefined)[]): Link[] => {
  const linkedIds = new Set<string>()
  return contexts.flatMap((linked) => {
    if (linked === undefined || !isSpanContextValid(linked) || linkedIds.has(linked.spanId)) return []
    linkedIds.add(linked.spanId)
    return [{ context: linked }]
  })
}
