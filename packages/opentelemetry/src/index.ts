import { channels, checkOptions, type EntryTrace } from '@lpipe/core/middleware'
import { type Tracer, trace } from '@opentelemetry/api'
import { guarded, ignore, listen } from './listen.ts'
import { createTracing } from './tracing.ts'

/** The options of `instrument()`. */
export interface InstrumentOptions {
  /** Makes the spans. Default: a tracer of the registered tracer provider. */
  readonly tracer?: Tracer
}

const isTracer = (value: unknown): boolean =>
  typeof (value as Partial<Tracer> | null | undefined)?.startSpan === 'function'

/**
 * Traces what lpipe does in this process: a span for each message, in the trace that the message carries; in it a span for
 * each function, each entry and each call to a queue. What is sent carries the trace on. Set up OpenTelemetry yourself, and
 * call this once, outside of the handler. An error of the tracer changes no outcome: it goes to OpenTelemetry's `diag`.
 *
 * @returns a function that stops it
 * @throws InvalidConfigurationError for an option that is unknown or wrong
 * @see https://github.com/open-telemetry/semantic-conventions/blob/v1.44.0/docs/messaging/messaging-spans.md
 * @example
 * new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] }).register()
 * instrument()
 *
 * export const handler = middy().use(lpipe({ paths: { ORDER: [charge] } }))
 */
export const instrument = (options: InstrumentOptions = {}): (() => void) => {
  checkOptions('instrument', options, {
    tracer: { expected: 'a tracer with the method startSpan()', accepts: isTracer },
  })
  const tracing = createTracing(options.tracer ?? trace.getTracer('@lpipe/opentelemetry'))
  const entry = guarded((traced: unknown) => tracing.entry(traced as EntryTrace), ignore)
  const batch = { ...silent, asyncEnd: guarded(tracing.batchEnd, ignore) }
  channels.entry.subscribe(entry)
  channels.batch.subscribe(batch)
  const stops = [
    () => channels.entry.unsubscribe(entry),
    () => channels.batch.unsubscribe(batch),
    listen(channels.message, tracing.message),
    listen(channels.function, tracing.function),
    listen(channels.send, tracing.send),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

const silent = { start: ignore, end: ignore, asyncStart: ignore, error: ignore }
