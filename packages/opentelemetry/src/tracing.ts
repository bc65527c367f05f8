import type { Batch, Message } from '@lpipe/core'
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
import {
  type Context,
  context,
  isSpanContextValid,
  type Link,
  type Span,
  type SpanContext,
  SpanKind,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { destinationOf, given, processAttributes, producerAttributes, queueName } from './attributes.ts'
import { failWithAnswers, failWithCall, failWithError } from './errors.ts'
import { extractFrom, extractFromHeaders } from './extract.ts'
import { customContextOf, injectInto } from './inject.ts'
import type { Listener } from './listen.ts'

/** The span of a message. */
interface MessageSpan {
  readonly span: Span
  /** The context in which the span is the active one. */
  readonly context: Context
  /** The spans of its functions and calls that have not ended. */
  readonly open: Set<Span>
  /** When its run ended, in `performance.now()` milliseconds. */
  endTime?: number
  /** The error that the span of a function has recorded. */
  recorded?: { readonly error: unknown }
  hasEnded?: boolean
}

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
  const messages = new WeakMap<Message, MessageSpan>()
  const calls = new WeakMap<object, { readonly span: Span; readonly context: Context; readonly owner: MessageSpan }>()
  /** The creation contexts of entries, by their headers. */
  const creations = new WeakMap<object, SpanContext>()

  /** Returns the span of a message. It starts with the first trace of the message. */
  const spanOf = (batch: Batch, message: Message, startTime?: number): MessageSpan => {
    const present = messages.get(message)
    if (present !== undefined) return present
    const ambient = ignoreRejection(context.active())
    const { context: carried, creation } = extractFrom(batch, message)
    const parent = creation === undefined ? ambient : carried
    const span = startSpan(
      ['process', destinationOf(batch.source, message)].filter(Boolean).join(' '),
      {
        kind: SpanKind.CONSUMER,
        attributes: processAttributes(batch, message),
        links: creation === undefined ? [] : linksTo([creation, ignoreRejection(trace.getSpanContext(ambient))]),
        ...(startTime !== undefined && { startTime }),
      },
      parent,
    )
    // Baggage travels in the carried context also without a span.
    const made = { span, context: trace.setSpan(carried, span), open: new Set<Span>() }
    messages.set(message, made)
    return made
  }

  /** Ends the span of a message: its outcome is final now. */
  const endMessage = (batch: Batch, message: Message, thrown: { readonly error?: unknown }): void => {
    const { result, outcome = 'failed', path } = message
    const failure = result === undefined ? thrown : result.status === 'rejected' ? { error: result.reason } : {}
    const made = spanOf(batch, message, batch.startedAt)
    const { span, open, endTime, recorded } = made
    if (made.hasEnded) return
    made.hasEnded = true
    for (const unfinished of open) endSpan(unfinished)
    open.clear()
    try {
      ignoreRejection(span.setAttributes({ 'lpipe.outcome': outcome, ...given('lpipe.path', path) }))
      if ('error' in failure) {
        failWithError(span, failure.error, recorded !== undefined && Object.is(recorded.error, failure.error))
      }
    } finally {
      endSpan(span, endTime)
    }
  }

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
      start: ({ batch, message }) => spanOf(batch, message).context,
      end: ({ batch, message }) => {
        spanOf(batch, message).endTime = performance.now()
      },
    },

    function: listenerOf<FunctionTrace>(
      ({ batch, message, name, payload }) => {
        const owner = spanOf(batch, message)
        const attributes = { 'code.function.name': name, ...given('lpipe.path', payload.path) }
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
        const owner = spanOf(batch, message)
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
      const { context: parent } = spanOf(batch, message)
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
        endMessage(batch, message, traced)
      }
    },
  }
}

const endSpan = (span: Span, endTime?: number): void => ignoreRejection(span.end(endTime))

/** Links to span contexts, each once. */
const linksTo = (contexts: readonly (SpanContext | undefined)[]): Link[] => {
  const seen = new Set<string>()
  return contexts.flatMap((linked) => {
    if (linked === undefined || !isSpanContextValid(linked) || seen.has(linked.spanId)) return []
    seen.add(linked.spanId)
    return [{ context: linked }]
  })
}
