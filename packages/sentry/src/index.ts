import type { Message } from '@lpipe/core'
import { checkOptions, log, openBatch } from '@lpipe/core/middleware'
import type { MiddlewareObj, Request } from '@middy/core'
import { createCapture } from './capture.ts'
import { createLoader, type Loaded } from './loader.ts'
import { checkSdk, hasDsn, type SentrySdk } from './sdk.ts'

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
  const loader = createLoader(options.sdk)
  const capture = createCapture({ includeKwargs, shouldCapture, flushMillis })
  let hasWarned = false

  const open = (loaded: Loaded, request: Request<unknown, unknown>): void => {
    if (!hasDsn(loaded.sdk)) return
    const batch = openBatch(request)
    const onNotIsolated = (): void => {
      if (hasWarned) return
      hasWarned = true
      log(batch, 'warn', notIsolated)
    }
    batch.use({
      wrapMessage: (message, run) => loaded.scopes.run(message, run, onNotIsolated),
      finish: () => {
        const messages = capture.uncaptured(batch)
        if (messages.length > 0) batch.waitUntil(capture.messages(loaded, batch, messages))
      },
    })
  }

  return {
    before: function sentryBefore(request: Request<unknown, unknown>): void | Promise<void> {
      const { loaded } = loader
      return loaded !== undefined ? open(loaded, request) : loader.load().then((one) => open(one, request))
    },

    onError: async function sentryOnError(request: Request<unknown, unknown>): Promise<void> {
      const loaded = loader.loaded ?? (await loader.load().catch(() => undefined)) // if it fails, that was thrown already
      if (loaded === undefined || !hasDsn(loaded.sdk)) return
      await capture.invocation(loaded, openBatch(request), request.error)
    },
  }
}
