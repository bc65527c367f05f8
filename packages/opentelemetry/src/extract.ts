import type { Batch, Message } from '@lpipe/core'
import { getOwn, ignoreRejection, tryOr } from '@lpipe/core/middleware'
import {
  type Context,
  context,
  isSpanContextValid,
  propagation,
  type SpanContext,
  type TextMapGetter,
  trace,
} from '@opentelemetry/api'

type Headers = Readonly<Record<string, string>>

/** The context that a message carries, and the span in it: the message's creation context. */
export interface Extracted {
  /** With the active context's values, but not with its span. */
  readonly context: Context
  /** Undefined if the message carries none. */
  readonly creation: SpanContext | undefined
}

/**
 * Extracts the context that a message carries: what the registered propagator reads from its headers; otherwise a W3C
 * `traceparent`; otherwise X-Ray's trace header.
 */
export const extractFrom = ({ source }: Batch, { record, body, headers }: Message): Extracted => {
  const traceHeader = tryOr(() => source?.traceHeaderOf?.(record, body), undefined)
  return extractFromHeaders(headers, traceHeader)
}

/** Extracts the context from headers. */
export const extractFromHeaders = (headers: Headers, traceHeader?: string): Extracted => {
  const active = ignoreRejection(context.active())
  const extracted = ignoreRejection(propagation.extract(trace.deleteSpan(active), headers, getter))
  const read = trace.getSpanContext(extracted)
  if (read !== undefined) return { context: extracted, creation: read }
  const creation = fromTraceparent(headerOf(headers, 'traceparent')) ?? fromXRay(traceHeader)
  return { context: creation === undefined ? extracted : trace.setSpanContext(extracted, creation), creation }
}

const headerOf = (headers: Headers, name: string): string | undefined => {
  const value = getOwn(headers, name) ?? getOwn(headers, name.toLowerCase())
  return typeof value === 'string' ? value : undefined
}

const getter: TextMapGetter<Headers> = { get: headerOf, keys: (headers) => Object.keys(headers) }

/** @see https://www.w3.org/TR/trace-context/#traceparent-header */
const fromTraceparent = (header: string | undefined): SpanContext | undefined => {
  const [, traceId = '', spanId = '', flags = ''] =
    /^(?!ff)[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(?:-.*)?$/.exec(header?.trim() ?? '') ?? []
  return remote(traceId, spanId, Number.parseInt(flags, 16) & 1)
}

/**
 * Reads `Root=1-<8 hex digits>-<24 hex digits>;Parent=<16>;Sampled=<0 or 1>`, in any order.
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
