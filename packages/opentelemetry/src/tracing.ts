import {
  type Batch,
  type BatchTrace,
  type EntryTrace,
  type FunctionTrace,
  isNotTried,
  type Message,
  type MessageTrace,
  type Outcome,
  type SendTrace,
} from '@lpipe/core'
import {
  type Context,
  context,
  isSpanContextValid,
  type Link,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { contextCarriedBy } from './carried.ts'
import { inject } from './injected.ts'
import type { Listener } from './listen.ts'
import { attributesOf, failSpan, given, nameOfQueue, nameOfSource, sendAttributesOf } from './spans.ts'

/** A span, and the context in which it is the active one. */
interface Spanned {
  readonly span: Span
  readonly context: Context
}

/** What is made of each channel. */
export interface Tracing {
  readonly message: Listener<MessageTrace>
  readonly function: Listener<FunctionTrace>
  readonly send: Listener<SendTrace>
  readonly batchEnd: (trace: BatchTrace) => void
  readonly entry: (trace: EntryTrace) => void
}

export const makeTracing = (tracer: Tracer): Tracing => {
  const messages = new WeakMap<Message, Spanned>()
  const ended = new WeakSet<Message>()
  const running = new WeakMap<object, Spanned>()
  const entries = new WeakMap<object, Context>()

  /** A message's span. It begins with the first thing that is told of it. */
  const ofMessage = (batch: Batch, message: Message, startTime?: number): Spanned => {
    const present = messages.get(message)
    if (present !== undefined) return present
    const parent = contextCarriedBy(message)
    const name = ['process', nameOfSource(message)].filter(Boolean).join(' ')
    const span = tracer.startSpan(
      name,
      {
        kind: SpanKind.CONSUMER,
        attributes: attributesOf(batch, message),
        links: linksTo([context.active()], parent),
        ...(startTime === undefined ? {} : { startTime }),
      },
      parent,
    )
    const spanned = { span, context: trace.setSpan(parent, span) }
    messages.set(message, spanned)
    return spanned
  }

  /** @param otherwise its outcome, if that is not known yet */
  const endMessage = (
    { span }: Spanned,
    message: Message,
    failure: { readonly error?: unknown },
    otherwise: Outcome,
  ): void => {
    if (ended.has(message)) return
    ended.add(message)
    try {
      span.setAttributes({ 'lpipe.outcome': message.outcome ?? otherwise, ...given('lpipe.path', message.path) })
      if ('error' in failure) failSpan(span, failure.error)
    } finally {
      span.end()
    }
  }

  /** A span of a call: it begins when the call is told, and ends when the call is over. */
  const calls = <Trace extends object>(
    begin: (trace: Trace) => { readonly parent: Context; readonly span: Span },
    finish: (trace: Trace, span: Span) => void,
  ): Listener<Trace> => ({
    start: (told) => {
      const present = running.get(told)
      if (present !== undefined) return present.context
      const { parent, span } = begin(told)
      const spanned = { span, context: trace.setSpan(parent, span) }
      running.set(told, spanned)
      return spanned.context
    },
    end: (told) => {
      const span = running.get(told)?.span
      try {
        if (span !== undefined) finish(told, span)
      } finally {
        span?.end()
      }
    },
  })

  return {
    message: {
      start: ({ batch, message }) => ofMessage(batch, message).context,
      end: (told) => {
        const { batch, message } = told
        const outcome = 'error' in told ? batch.classify(told.error) : 'succeeded'
        endMessage(ofMessage(batch, message), message, told, outcome)
      },
    },
    function: calls<FunctionTrace>(
      ({ batch, message, name, payload }) => {
        const parent = ofMessage(batch, message).context
        const attributes = { 'code.function.name': name, ...given('lpipe.path', payload.path) }
        return { parent, span: tracer.startSpan(name, { attributes }, parent) }
      },
      (told, span) => {
        if ('error' in told) failSpan(span, told.error)
      },
    ),
    send: calls<SendTrace>(
      ({ queue, entries: sent }) => {
        const [first = context.active(), ...others] = sent.flatMap(({ headers }) => entries.get(headers) ?? [])
        const attributes = sendAttributesOf(queue, sent.length)
        const links = linksTo(others, first)
        const options = { kind: SpanKind.PRODUCER, attributes, links }
        return { parent: first, span: tracer.startSpan(`send ${nameOfQueue(queue)}`, options, first) }
      },
      (told, span) => {
        if ('error' in told) return failSpan(span, told.error)
        const answers: readonly unknown[] = Array.isArray(told.result) ? told.result : []
        const refused = answers.filter((answer) => answer !== undefined).length
        if (refused === 0) return
        span.setStatus({ code: SpanStatusCode.ERROR, message: `${refused} of ${answers.length} entries were refused` })
      },
    ),
    entry: (told) => {
      const into = ofMessage(told.batch, told.message).context
      entries.set(told.headers, into)
      inject(into, told)
    },
    /** Messages whose walk has not ended, and those that had none: malformed, or handled by a handler of one's own. */
    batchEnd: (told) => {
      const { batch } = told
      for (const message of batch.received) {
        const { result } = message
        if (ended.has(message) || (result?.status === 'rejected' && isNotTried(result.reason))) continue
        const failure = result?.status === 'rejected' ? { error: result.reason } : result === undefined ? told : {}
        endMessage(ofMessage(batch, message, batch.started), message, failure, 'failed')
      }
    },
  }
}

/** Links to the spans of contexts, each once, but not to that of the parent. */
const linksTo = (contexts: readonly Context[], parent: Context): Link[] => {
  const seen = new Set([trace.getSpanContext(parent)?.spanId])
  return contexts.flatMap((one) => {
    const linked = trace.getSpanContext(one)
    if (linked === undefined || !isSpanContextValid(linked) || seen.has(linked.spanId)) return []
    seen.add(linked.spanId)
    return [{ context: linked }]
  })
}
