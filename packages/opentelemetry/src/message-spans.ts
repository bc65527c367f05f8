import type { Batch, Message } from '@lpipe/core'
import { ignoreRejection } from '@lpipe/core/middleware'
import { type Context, context, type Span, SpanKind, type Tracer, trace } from '@opentelemetry/api'
import { destinationOf, optionalAttribute, processAttributes } from './attributes.ts'
import { failWithError } from './errors.ts'
import { extractFrom } from './extract.ts'
import { endSpan, linksTo } from './spans.ts'

/** The span of a message. */
export interface MessageSpan {
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

/** The spans of the messages of all batches. */
export interface MessageSpans {
  readonly has: (message: Message) => boolean
  /** Returns the span of a message. It starts with the first trace of the message. */
  readonly of: (batch: Batch, message: Message) => MessageSpan
  /**
   * Ends the span of a message: its outcome is final now. A message that did not run has a span from the start of its batch.
   *
   * @param thrown the error of the invocation, for messages that have not ended
   */
  readonly end: (batch: Batch, message: Message, thrown: { readonly error?: unknown }) => void
}

/** @param startSpan starts a span of the user's tracer */
export const createMessageSpans = (startSpan: Tracer['startSpan']): MessageSpans => {
  const messages = new WeakMap<Message, MessageSpan>()

  const spanOf = (batch: Batch, message: Message, startTime?: number): MessageSpan => {
    const present = messages.get(message)
    if (present !== undefined) return present
    const ambient = ignoreRejection(context.active())
    const { context: extracted, creation } = extractFrom(batch, message)
    const parent = creation === undefined ? ambient : extracted
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
    // Baggage travels in the extracted context also without a span.
    const made = { span, context: trace.setSpan(extracted, span), open: new Set<Span>() }
    messages.set(message, made)
    return made
  }

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
      ignoreRejection(span.setAttributes({ 'lpipe.outcome': outcome, ...optionalAttribute('lpipe.path', path) }))
      if ('error' in failure) {
        failWithError(span, failure.error, recorded !== undefined && Object.is(recorded.error, failure.error))
      }
    } finally {
      endSpan(span, endTime)
    }
  }

  return { has: (message) => messages.has(message), of: spanOf, end: endMessage }
}
