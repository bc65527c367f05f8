import { AsyncLocalStorage } from 'node:async_hooks'
import type { Message } from '@lpipe/core'
import { ignoreRejection, isThenable, toPromise } from '@lpipe/core/middleware'
import type { SentrySdk } from './sdk.ts'

/** Runs a function in the scope of a message. */
type Enter = <Result>(work: () => Result) => Result

/** A scope of Sentry for each message: tags and breadcrumbs that its functions set are not seen on another message. */
export interface MessageScopes {
  /**
   * Runs a message in a scope of its own.
   *
   * @param onNotIsolated called if the SDK does not separate the message from others
   */
  readonly run: (message: Message, run: () => Promise<unknown>, onNotIsolated: () => void) => Promise<unknown>
  /** Calls a function in the scope of a message that ran. */
  readonly enter: <Result>(message: Message, work: () => Result) => Result
}

/** Makes the scopes of the messages that an SDK captures errors of. Never throws. */
export const createMessageScopes = (sdk: SentrySdk): MessageScopes => {
  const scopes = new WeakMap<Message, Enter>()

  return {
    run: (message, run, onNotIsolated) => {
      let running: Promise<unknown> | undefined
      try {
        isolate(sdk, (isIsolated) => {
          if (!isIsolated) onNotIsolated()
          scopes.set(message, AsyncLocalStorage.snapshot())
          running = run()
        })
      } catch {} // an SDK that throws changes no outcome
      return running ?? run()
    },
    enter: (message, work) => {
      const enter = scopes.get(message)
      return enter === undefined ? work() : enter(work)
    },
  }
}

const isolationScopeOf = (sdk: SentrySdk) => ignoreRejection(sdk.getIsolationScope?.())

/** Calls a function in a scope of its own, and says whether that is one. */
const isolate = (sdk: SentrySdk, work: (isIsolated: boolean) => void): void => {
  const outer = isolationScopeOf(sdk)
  const returned = sdk.withIsolationScope?.(() => {
    const isIsolated = outer === undefined || isolationScopeOf(sdk) !== outer
    if (isIsolated) work(true)
    else isolateInOpenTelemetry(sdk, work)
  })
  if (sdk.withIsolationScope === undefined) work(false)
  if (isThenable(returned)) ignoreRejection(toPromise(returned))
}

/** The part of OpenTelemetry's context manager that is used. It is global, so that all copies of the API share it. */
interface ContextManager {
  active(): { setValue(key: symbol, value: unknown): unknown }
  with(context: unknown, work: () => void): void
}

const openTelemetry = Symbol.for('opentelemetry.js.api.1')
/** The key under which SDKs 8 to 10 keep their scopes in an OpenTelemetry context. */
const scopesKey = Symbol.for('sentry_scopes')

/**
 * With `skipOpenTelemetrySetup` the SDK keeps its scopes in OpenTelemetry's context, but only its own context manager makes
 * new ones: with another one all messages would share a scope. Here the scopes are made for it, and whether it uses them
 * is checked.
 *
 * @see https://docs.sentry.io/platforms/javascript/guides/node/opentelemetry/custom-setup/
 */
const isolateInOpenTelemetry = (sdk: SentrySdk, work: (isIsolated: boolean) => void): void => {
  const api = (globalThis as { readonly [openTelemetry]?: { readonly context?: ContextManager } })[openTelemetry]
  const manager = api?.context
  const scope = ignoreRejection(ignoreRejection(sdk.getCurrentScope?.())?.clone())
  const isolationScope = ignoreRejection(isolationScopeOf(sdk)?.clone())
  if (manager === undefined || scope === undefined || isolationScope === undefined) {
    work(false)
  } else {
    const context = manager.active().setValue(scopesKey, { scope, isolationScope })
    manager.with(context, () => work(isolationScopeOf(sdk) === isolationScope))
  }
}
