import type { EntryTrace } from '@lpipe/core'
import { type Context, isSpanContextValid, propagation, trace } from '@opentelemetry/api'

/** The most attributes of an SQS message. */
const mostAttributes = 10

/**
 * Puts a context into what travels along with an entry: as the propagator that is set up does it, else as a W3C
 * `traceparent`. Nothing is put where SQS would then refuse the message.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 */
export const inject = (into: Context, { queue, headers }: Pick<EntryTrace, 'queue' | 'headers'>): void => {
  const carrier: Record<string, string> = {}
  propagation.inject(into, carrier)
  if (propagation.fields().length === 0) Object.assign(carrier, traceparentOf(into))
  const taken = new Set([...Object.keys(headers), ...Object.keys(queue.attributes ?? {})])
  for (const [name, value] of Object.entries(carrier)) {
    if (queue.type === 'sqs' && !taken.has(name) && taken.size >= mostAttributes) break
    taken.add(name)
    headers[name] = value
  }
}

/** @see https://www.w3.org/TR/trace-context/#traceparent-header */
const traceparentOf = (from: Context): { readonly traceparent?: string } => {
  const spanContext = trace.getSpanContext(from)
  if (spanContext === undefined || !isSpanContextValid(spanContext)) return {}
  const { traceId, spanId, traceFlags } = spanContext
  return { traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}` }
}
