import { AsyncLocalStorage } from 'node:async_hooks'
import type { TracingChannel } from 'node:diagnostics_channel'
import { type Context, context, diag } from '@opentelemetry/api'

/** What is done with what a tracing channel tells. */
export interface Listener<Trace extends object> {
  /** makes the context to run in; asked again, it answers the same */
  readonly start: (trace: Trace) => Context
  /** it is over: its `result` or its `error` is known */
  readonly end: (trace: Trace) => void
}

/** Runs what a channel traces in an OpenTelemetry context, so that spans made in there find their parent. */
class ContextStore<Trace> extends AsyncLocalStorage<Trace> {
  readonly #start: (trace: Trace) => Context

  constructor(start: (trace: Trace) => Context) {
    super()
    this.#start = start
  }

  override run<Result, Rest extends unknown[]>(trace: Trace, call: (...rest: Rest) => Result, ...rest: Rest): Result {
    return context.with(this.#start(trace), call, undefined, ...rest)
  }
}

/** Listens to a tracing channel. Returns what ends it. */
export const listen = <Trace extends object>(
  channel: TracingChannel<Trace, Trace>,
  listener: Listener<Trace>,
): (() => void) => {
  const start = guarded(listener.start, () => context.active())
  const store = new ContextStore<Trace>(start)
  const handlers = {
    start: (trace: Trace) => void start(trace), // should Node ever enter a store without calling its run()
    end: ignore,
    asyncStart: ignore,
    asyncEnd: guarded(listener.end, ignore),
    error: ignore,
  }
  channel.start.bindStore(store)
  channel.subscribe(handlers)
  return () => {
    channel.start.unbindStore(store)
    channel.unsubscribe(handlers)
  }
}

export const ignore = (): void => undefined

/** What throws in a listener would end the process: it is told to OpenTelemetry's own log instead. */
export const guarded =
  <Trace, Result>(call: (trace: Trace) => Result, otherwise: () => Result) =>
  (trace: Trace): Result => {
    try {
      return call(trace)
    } catch (error) {
      diag.error('@lpipe/opentelemetry', error)
      return otherwise()
    }
  }
