import type { CapturedError, Span } from '../api/types.ts'
import type { Entries } from './entries.ts'
import type { Entry } from './entry.ts'

/** Adds and ends the spans of messages. */
export interface Spans {
  readonly add: (entry: Entry, span: Span) => Span
  readonly end: (entry: Entry, span: Span, at: number, error?: CapturedError) => void
}

/** The most spans of a message: one that is delivered again and again must not grow for ever. */
const maxSpans = 500

export const createSpans = (entries: Entries): Spans => ({
  add: (entry, span) => {
    if (entry.spans.length < maxSpans) entry.spans.push(span)
    entries.touch(entry, 200 + (span.input?.text.length ?? 0))
    return span
  },
  end: (entry, span, at, error) => {
    span.endedAt = Math.max(at, span.startedAt)
    span.status = error === undefined ? 'ok' : 'error'
    if (error !== undefined) span.error = error
    entries.touch(entry, error?.stack?.length ?? 0)
  },
})

/** The id of the span of a message in an invocation. */
export const invocationSpanId = (requestId: string, message: string): string => `${requestId}/${message}`

/** The id of the span of its run there. */
export const messageSpanId = (requestId: string, message: string): string => `${requestId}/${message}/run`

/** Returns the last span with an id. */
export const spanOf = (entry: Entry, id: string): Span | undefined => entry.spans.findLast((span) => span.id === id)
