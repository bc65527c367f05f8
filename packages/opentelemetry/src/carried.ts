import { headerOf, type Message, ownOf } from '@lpipe/core'
import {
  type Context,
  context,
  isSpanContextValid,
  propagation,
  type SpanContext,
  type TextMapGetter,
  trace,
} from '@opentelemetry/api'

/**
 * The context that a message carries: what the propagator that is set up reads from its attributes or headers, else a
 * W3C `traceparent`, else X-Ray's header. If it carries none, the context that is active here.
 */
export const contextCarriedBy = (message: Message): Context => {
  const active = context.active()
  const extracted = propagation.extract(trace.deleteSpan(active), message, getter)
  if (trace.getSpanContext(extracted) !== undefined) return extracted
  const carried =
    fromTraceparent(headerOf(message, 'traceparent')) ?? fromXRay(xRayHeaderOf(message)) ?? trace.getSpanContext(active)
  return carried === undefined ? extracted : trace.setSpanContext(extracted, carried)
}

/** Reads what travelled along with a message. A propagator asks for the names that it knows. */
const getter: TextMapGetter<Message> = {
  get: (message, name) => headerOf(message, name) ?? headerOf(message, name.toLowerCase()),
  keys: () => [],
}

const xRayHeaderOf = ({ record }: Message): string | undefined => {
  const header = ownOf(ownOf(record, 'attributes'), 'AWSTraceHeader')
  return typeof header === 'string' ? header : undefined
}

/** @see https://www.w3.org/TR/trace-context/#traceparent-header */
const fromTraceparent = (header: string | undefined): SpanContext | undefined => {
  const [, traceId = '', spanId = '', flags = ''] =
    /^(?!ff)[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(?:-.*)?$/.exec(header?.trim() ?? '') ?? []
  return remote(traceId, spanId, Number.parseInt(flags, 16) & 1)
}

/**
 * `Root=1-<8 hex digits>-<24 hex digits>;Parent=<16>;Sampled=<0 or 1>`, in any order.
 *
 * @see https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
 */
const fromXRay = (header: string | undefined): SpanContext | undefined => {
  const parts = new Map(header?.split(';').map((part) => part.trim().split('=') as [string, string]))
  const [, epoch = '', unique = ''] = /^1-([\da-f]{8})-([\da-f]{24})$/i.exec(parts.get('Root') ?? '') ?? []
  const spanId = parts.get('Parent') ?? ''
  return remote(`${epoch}${unique}`.toLowerCase(), spanId.toLowerCase(), parts.get('Sampled') === '1' ? 1 : 0)
}

const remote = (traceId: string, spanId: string, traceFlags: number): SpanContext | undefined => {
  const spanContext: SpanContext = { traceId, spanId, traceFlags, isRemote: true }
  return isSpanContextValid(spanContext) ? spanContext : undefined
}
