import { channels, checkOptions, type EntryTrace } from '@lpipe/core'
import { type Tracer, trace } from '@opentelemetry/api'
import { guarded, ignore, listen } from './listen.ts'
import { makeTracing } from './tracing.ts'

export interface InstrumentOptions {
  /** makes the spans; default that of the tracer provider that is set up */
  readonly tracer?: Tracer
}

/**
 * Traces all that lpipe does in this process: a span for each message, in the trace that its queue message carries; in
 * it a span for each function and each call to a queue; and what is sent carries the trace on. Set up OpenTelemetry
 * yourself, and call this once, outside of the handler.
 *
 * @returns what stops it
 * @throws InvalidConfigurationError for an unknown option
 * @see https://opentelemetry.io/docs/languages/js/
 */
export const instrument = (options: InstrumentOptions = {}): (() => void) => {
  checkOptions('instrument', options, { tracer: 'any' })
  const tracing = makeTracing(options.tracer ?? trace.getTracer('@lpipe/opentelemetry'))
  const entry = guarded((told: unknown) => tracing.entry(told as EntryTrace), ignore)
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
