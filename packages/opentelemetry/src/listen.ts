import { AsyncLocalStorage } from 'node:async_hooks'
import type { TracingChannel } from 'node:diagnostics_channel'
import { ignoreRejection, tryOr } from '@lpipe/core/middleware'
import { type Context, context, diag, ROOT_CONTEXT } from '@opentelemetry/api'

/** What is done with the traces of a tracing channel. */
export interface Listener<Trace extends object> {
  /** Returns the context to run in. Called again with the same trace, it returns the same. */
  readonly start: (trace: Trace) => Context
  /** The call has ended: its `result` or its `error` is set. */
  readonly end: (trace: Trace) => void
}

/** Runs what a channel traces in an OpenTelemetry context, so that spans that are started there find their parent. */
class ContextStore<Trace> extends AsyncLocalStorage<Trace> {
  readonly #start: (trace: Trace) => Context

  constructor(start: (trace: Trace) => Context) {
    super()
    this.#start = start
  }

  override run<Result, Rest extends unknown[]>(trace: Trace, call: (...rest: Rest) => Result, ...rest: Rest): Result {
    let hasRun = false
    let result: Result | undefined
    const run = (): void => {
      hasRun = true
      result = call(...rest)
    }
    try {
      ignoreRejection(context.with<[], () => unknown>(this.#start(trace), run))
    } catch (error) {
      if (hasRun) throw error
    }
    // A context manager that is broken does not stop the message.
    return hasRun ? (result as Result) : call(...rest)
  }
}

/** Listens to a tracing channel. Returns a function that stops it. */
export const listen = <Trace extends object>(
  channel: TracingChannel<Trace, Trace>,
  listener: Listener<Trace>,
): (() => void) => {
  const start = guarded(listener.start, () => tryOr(() => context.active(), ROOT_CONTEXT))
  const store = new ContextStore<Trace>(start)
  const handlers = {
    start: (trace: Trace) => void start(trace), // in case Node.js enters a store without its run()
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

/** A subscriber that does nothing: `subscribe()` requires one for each event of a channel. */
export const ignore = (): void => undefined

/** An error in a listener would end the process: it goes to OpenTelemetry's own log instead. */
export const guarded =
  <Trace, Result>(call: (trace: Trace) => Result, otherwise: () => Result) =>
  (trace: Trace): Result => {
    try {
      return call(trace)
    } catch (error) {
      try {
        ignoreRejection(diag.error('@lpipe/opentelemetry', error))
      } catch {}
      return otherwise()
    }
  }
