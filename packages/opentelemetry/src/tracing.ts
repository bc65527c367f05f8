import {
  type BatchTrace,
  type EntryTrace,
  errorOf,
  type FunctionTrace,
  ignoreRejection,
  isSkipped,
  type MessageTrace,
  type SendTrace,
} from '@lpipe/core/middleware'
import { type Context, type Span, type SpanContext, SpanKind, type Tracer, trace } from '@opentelemetry/api'
import { optionalAttribute, producerAttributes, queueName } from './attributes.ts'
import { failWithAnswers, failWithCall, failWithError } from './errors.ts'
import { extractFromHeaders } from './extract.ts'
import { customContextOf, injectInto } from './inject.ts'
import type { Listener } from './listen.ts'
import { createMessageSpans, type MessageSpan } from './message-spans.ts'
import { endSpan, linksTo } from './spans.ts'

/** What is done with the traces of each channel. */
export interface Tracing {
  readonly message: Listener<MessageTrace>
  readonly function: Listener<FunctionTrace>
  readonly send: Listener<SendTrace>
  readonly batchEnd: (trace: BatchTrace) => void
  readonly entry: (trace: EntryTrace) => void
}

/** Makes spans of traces. A rejection of the tracer's must not end the process, although no method of it returns a promise. */
export const createTracing = (tracer: Tracer): Tracing => {
  const startSpan: Tracer['startSpan'] = (...span) => ignoreRejection(tracer.startSpan(...span))
  const messages = createMessageSpans(startSpan)
  const calls = new WeakMap<object, { readonly span: Span; readonly context: Context; readonly owner: MessageSpan }>()
  /** The creation contexts of entries, by their headers. */
  const creations = new WeakMap<object, SpanContext>()

  /** Makes a span for each call: it starts with the call, and ends when the call has ended. */
  const listenerOf = <Trace extends object>(
    start: (trace: Trace) => { readonly owner: MessageSpan; readonly span: Span },
    end: (trace: Trace, span: Span, owner: MessageSpan) => void,
  ): Listener<Trace> => ({
    start: (traced) => {
      const present = calls.get(traced)
      if (present !== undefined) return present.context
      const { owner, span } = start(traced)
      owner.open.add(span)
      const made = { span, owner, context: trace.setSpan(owner.context, span) }
      calls.set(traced, made)
      return made.context
    },
    end: (traced) => {
      const { span, owner } = calls.get(traced) ?? {}
      // Otherwise the batch has ended before the call.
      if (span === undefined || owner?.open.delete(span) !== true) return
      try {
        end(traced, span, owner)
      } finally {
        endSpan(span)
      }
    },
  })

  return {
    message: {
      start: ({ batch, message }) => messages.of(batch, message).context,
      end: ({ batch, message }) => {
        messages.of(batch, message).endTime = performance.now()
      },
    },

    function: listenerOf<FunctionTrace>(
      ({ batch, message, name, payload }) => {
        const owner = messages.of(batch, message)
        const attributes = { 'code.function.name': name, ...optionalAttribute('lpipe.path', payload.path) }
        return { owner, span: startSpan(name, { attributes }, owner.context) }
      },
      (traced, span, owner) => {
        if (!('error' in traced)) return
        failWithError(span, traced.error, false)
        owner.recorded = { error: traced.error }
      },
    ),

    send: listenerOf<SendTrace>(
      ({ batch, queue, entries }) => {
        const [{ message }] = entries as readonly [SendTrace['entries'][number]]
        const owner = messages.of(batch, message)
        const options = {
          // The context of a create span is injected, not that of this span.
          kind: SpanKind.CLIENT,
          attributes: { ...producerAttributes('send', queue), 'messaging.batch.message_count': entries.length },
          links: linksTo(entries.map(({ headers }) => creations.get(headers))),
        }
        return { owner, span: startSpan(`send ${queueName(queue)}`, options, owner.context) }
      },
      (traced, span) => {
        if ('error' in traced) failWithCall(span, traced.error)
        else failWithAnswers(span, traced.result, traced.entries.length)
      },
    ),

    entry: ({ batch, message, queue, headers }) => {
      const custom = customContextOf(queue)
      if (custom !== undefined) {
        const { creation } = extractFromHeaders(custom)
        if (creation !== undefined) creations.set(headers, creation)
        return
      }
      const { context: parent } = messages.of(batch, message)
      const options = { kind: SpanKind.PRODUCER, attributes: producerAttributes('create', queue) }
      const span = startSpan(`create ${queueName(queue)}`, options, parent)
      try {
        creations.set(headers, ignoreRejection(span.spanContext()))
        injectInto(headers, trace.setSpan(parent, span))
      } finally {
        endSpan(span)
      }
    },

    /** Ends the spans of all messages, also of those that did not run: undecodable ones, or with a handler of the user's. */
    batchEnd: (traced) => {
      const { batch } = traced
      for (const message of batch.received) {
        if (!messages.has(message) && isSkipped(errorOf(message))) continue
        messages.end(batch, message, traced)
      }
    },
  }
}
