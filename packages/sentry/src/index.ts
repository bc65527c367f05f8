import type { Batch, Message } from '@lpipe/core'
import {
  checkOptions,
  errorOf,
  ignoreRejection,
  isSkipped,
  isThenable,
  log,
  openBatch,
  quantity,
  toPromise,
} from '@lpipe/core/middleware'
import type { MiddlewareObj, Request } from '@middy/core'
import { createRecapture, isAlreadyCaptured } from './already-captured.ts'
import { captureInvocation, captureMessage } from './event.ts'
import { flushInTime } from './flush.ts'
import { createMessageScopes, type MessageScopes } from './message-scopes.ts'
import { checkSdk, hasDsn, loadSdk, type SentrySdk } from './sdk.ts'

export type { SentryContext, SentryScope, SentrySdk } from './sdk.ts'

/** The options of `sentry()`. */
export interface SentryOptions {
  /** The SDK: `import * as Sentry from '@sentry/aws-serverless'`. Default: the one that is installed. */
  readonly sdk?: SentrySdk
  /**
   * Whether an event carries the kwargs of its message, as the context `kwargs`. Default: false, because they may hold what
   * must not leave your account.
   */
  readonly includeKwargs?: boolean
  /** Whether the error of a message becomes an event. Default: always. If it throws, the error becomes an event. */
  readonly shouldCapture?: (error: unknown, message: Message) => boolean
  /** The longest wait for all events to be sent, in milliseconds. Default: 2,000. Shorter near the deadline. */
  readonly flushMillis?: number
}

/** An SDK, with the scopes that it made for messages. */
interface Loaded {
  readonly sdk: SentrySdk
  readonly scopes: MessageScopes
}

/** Most events between two flushes: the SDK drops events when more than 30 (version 7) or 64 wait to be sent. */
const maxEvents = 25

const notIsolated =
  'sentry: the SDK does not isolate messages, so that tags and breadcrumbs of one may be on the events of another. ' +
  'If you set `skipOpenTelemetrySetup: true`, register a context manager: use `SentryContextManager` of @sentry/node, ' +
  'and the version of @opentelemetry/api that the SDK uses'

/**
 * Returns a middleware that sends each dropped or failed message to Sentry as one event, and waits once until the events are
 * sent. Each message runs in an isolation scope of its own. Without a DSN it does nothing; call `Sentry.init()` yourself.
 * Nothing that Sentry does changes an outcome.
 *
 * Use it before or after `lpipe()`.
 *
 * @throws InvalidConfigurationError, when made, for an option that is unknown or wrong; at the first invocation, if no SDK
 * can be imported
 * @see https://docs.sentry.io/platforms/javascript/guides/aws-lambda/
 * @example
 * Sentry.init({ dsn: process.env['SENTRY_DSN'] })
 *
 * export const handler = middy()
 *   .use(lpipe({ paths: { CHARGE: [charge] } }))
 *   .use(sentry({ sdk: Sentry }))
 */
export const sentry = (options: SentryOptions = {}): MiddlewareObj<unknown, unknown> => {
  checkOptions('sentry', options, {
    sdk: 'any',
    includeKwargs: 'boolean',
    shouldCapture: 'function',
    flushMillis: 0,
  })
  const { includeKwargs = false, shouldCapture = () => true, flushMillis = 2000 } = options
  if (options.sdk !== undefined) checkSdk(options.sdk)

  let loaded: Loaded | undefined
  let loading: Promise<Loaded> | undefined
  let hasWarned = false
  const seen = new WeakSet<Message>()
  const allowRecapture = createRecapture()

  const use = (sdk: SentrySdk): Loaded => {
    loaded = { sdk, scopes: createMessageScopes(sdk) }
    return loaded
  }
  if (options.sdk !== undefined) use(options.sdk)

  /** A failed import is not remembered: the next invocation tries again. */
  const load = (): Promise<Loaded> => {
    loading ??= loadSdk()
      .then(use)
      .finally(() => {
        loading = undefined
      })
    return loading
  }

  const isWanted = (batch: Batch, message: Message): boolean => {
    try {
      const wanted: unknown = shouldCapture(errorOf(message), message)
      if (isThenable(wanted)) ignoreRejection(toPromise(wanted))
      return Boolean(wanted)
    } catch (error) {
      log(batch, 'warn', 'sentry: `shouldCapture` threw', { error })
      return true
    }
  }

  /** Returns the messages that become events. A message is returned once. */
  const uncaptured = (batch: Batch): Message[] =>
    batch.received.filter((message) => {
      if (message.result?.status !== 'rejected' || seen.has(message) || isSkipped(errorOf(message))) return false
      seen.add(message)
      return isWanted(batch, message)
    })

  /** @returns whether it became an event */
  const tryCapture = (batch: Batch, error: unknown, capture: () => void): boolean => {
    try {
      allowRecapture(error)
      capture()
      return true
    } catch (reason) {
      log(batch, 'warn', 'sentry: could not capture an error', { error: reason })
      return false
    }
  }

  const captureOne = ({ sdk, scopes }: Loaded, batch: Batch, message: Message): boolean =>
    tryCapture(batch, errorOf(message), () =>
      scopes.enter(message, () => captureMessage(sdk, batch, message, includeKwargs)),
    )

  const flush = async ({ sdk }: Loaded, batch: Batch, millis: number): Promise<boolean> => {
    try {
      if (await flushInTime(sdk, batch, millis)) return true
      log(batch, 'warn', 'sentry: could not send all events in time')
    } catch (error) {
      log(batch, 'warn', 'sentry: could not flush the events', { error })
    }
    return false
  }

  /** Captures errors, and flushes often enough that the SDK drops none. */
  const captureAll = async (sentry: Loaded, batch: Batch, messages: Message[], thrown?: () => boolean) => {
    const end = performance.now() + flushMillis
    for (let first = 0; first === 0 || first < messages.length; first += maxEvents) {
      const captured = messages.slice(first, first + maxEvents).filter((message) => captureOne(sentry, batch, message))
      const isThrown = first === 0 && thrown?.() === true
      if (captured.length === 0 && !isThrown) continue
      // The first flush has all of the time.
      const millis = first === 0 ? flushMillis : end - performance.now()
      if (await flush(sentry, batch, millis)) continue
      const left = messages.length - first - maxEvents
      if (left > 0)
        log(batch, 'warn', `sentry: ${quantity(left, 'error')} did not become events, because the time was up`)
      return
    }
  }

  const open = (sentry: Loaded, request: Request<unknown, unknown>): void => {
    if (!hasDsn(sentry.sdk)) return
    const batch = openBatch(request)
    const onNotIsolated = (): void => {
      if (hasWarned) return
      hasWarned = true
      log(batch, 'warn', notIsolated)
    }
    batch.use({
      wrapMessage: (message, run) => sentry.scopes.run(message, run, onNotIsolated),
      finish: () => {
        const messages = uncaptured(batch)
        if (messages.length > 0) batch.waitUntil(captureAll(sentry, batch, messages))
      },
    })
  }

  return {
    before: function sentryBefore(request: Request<unknown, unknown>): void | Promise<void> {
      return loaded !== undefined ? open(loaded, request) : load().then((sentry) => open(sentry, request))
    },

    /** Captures what is thrown, and messages that ended before their outcomes were final. */
    onError: async function sentryOnError(request: Request<unknown, unknown>): Promise<void> {
      const sentry = loaded ?? (await load().catch(() => undefined)) // if it fails, that was thrown already
      if (sentry === undefined || !hasDsn(sentry.sdk)) return
      const batch = openBatch(request)
      const { error } = request
      const captureThrown = (): boolean =>
        !isAlreadyCaptured(batch, error) && tryCapture(batch, error, () => captureInvocation(sentry.sdk, batch, error))
      await captureAll(sentry, batch, uncaptured(batch), captureThrown)
    },
  }
}
