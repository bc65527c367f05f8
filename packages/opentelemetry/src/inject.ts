import type { Queue } from '@lpipe/core'
import { ignoreRejection, isObject } from '@lpipe/core/middleware'
import { type Context, isSpanContextValid, propagation, trace } from '@opentelemetry/api'

/**
 * Injects a context into the headers of an entry: as the registered propagator does, otherwise as a W3C `traceparent`.
 * Headers that are there already stay. A sender leaves out those that its service does not take.
 */
export const injectInto = (headers: Record<string, string>, from: Context): void => {
  const carrier: Record<string, string> = {}
  ignoreRejection(propagation.inject(from, carrier))
  if (propagatedFields().length === 0) Object.assign(carrier, traceparentOf(from))
  for (const [name, value] of Object.entries(carrier)) if (!Object.hasOwn(headers, name)) headers[name] = value
}

/** Returns the attributes of a queue, if the user has set a creation context among them: it must not be replaced. */
export const customContextOf = ({ options }: Queue): Readonly<Record<string, string>> | undefined => {
  const attributes = options['attributes']
  const names = ['traceparent', ...propagatedFields()].filter((name) => name !== 'baggage' && name !== 'tracestate')
  return isObject(attributes) && names.some((name) => Object.hasOwn(attributes, name))
    ? (attributes as Record<string, string>)
    : undefined
}

const propagatedFields = (): readonly string[] => ignoreRejection(propagation.fields())

/** @see https://www.w3.org/TR/trace-context/#traceparent-header */
const traceparentOf = (from: Context): { readonly traceparent?: string } => {
  const spanContext = ignoreRejection(trace.getSpanContext(from))
  if (spanContext === undefined || !isSpanContextValid(spanContext)) return {}
  const { traceId, spanId, traceFlags } = spanContext
  return { traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}` }
}
