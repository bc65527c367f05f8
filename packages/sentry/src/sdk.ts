import { InvalidConfigurationError } from '@lpipe/core'
import {
  errorMessage,
  ignoreRejection,
  invalidConfiguration,
  isNotInstalled,
  isObject,
  tryOr,
  typeName,
} from '@lpipe/core/middleware'

/** What lpipe uses of a Sentry SDK: `@sentry/serverless` 7, or `@sentry/aws-serverless` 8 to 10. */
export interface SentrySdk {
  captureException(error: unknown, context?: SentryContext): unknown
  flush(timeout?: number): PromiseLike<boolean>
  /** Runs a callback in a scope of its own. Missing in the first versions of 7. */
  withIsolationScope?(callback: () => void): unknown
  getIsolationScope?(): SentryScope
  getCurrentScope?(): SentryScope
  getClient?(): SentryClient | undefined
  /** Returns the client in the first versions of 7. */
  getCurrentHub?(): { getClient(): SentryClient | undefined }
}

/** What an event says beside its error. */
export interface SentryContext {
  readonly level: 'error' | 'warning'
  readonly tags: Record<string, string>
  readonly contexts: Record<string, Record<string, unknown>>
}

/** Tags and breadcrumbs that go with events. */
export interface SentryScope {
  clone(): unknown
}

interface SentryClient {
  getDsn(): unknown
}

/** Whether events can be sent anywhere: not before `Sentry.init()`, and not without a DSN. */
export const hasDsn = (sdk: SentrySdk): boolean =>
  tryOr(() => {
    const holder = sdk.getClient === undefined ? ignoreRejection(sdk.getCurrentHub?.()) : sdk
    const client = ignoreRejection(holder?.getClient?.())
    return ignoreRejection(client?.getDsn()) !== undefined
  }, false)

/** @throws InvalidConfigurationError if a value is not an SDK of Sentry */
export const checkSdk = (sdk: unknown): void => {
  for (const name of ['captureException', 'flush']) {
    if (isObject(sdk) && typeof sdk[name] === 'function') continue
    invalidConfiguration(
      `sentry: \`sdk\` must have the function ${name}(), received ${typeName(sdk)}. ` +
        "Pass the whole package: import * as Sentry from '@sentry/aws-serverless'",
    )
  }
}

/**
 * Imports the SDK that is installed. The program has imported it for `Sentry.init()`, so that this takes next to no time.
 *
 * @throws InvalidConfigurationError if none can be imported
 */
export const loadSdk = async (): Promise<SentrySdk> => {
  try {
    return await import('@sentry/aws-serverless')
  } catch (cause) {
    if (!isNotInstalled(cause, '@sentry/aws-serverless')) throw notLoaded('@sentry/aws-serverless', cause)
    return import('@sentry/serverless').catch((error: unknown) => {
      if (!isNotInstalled(error, '@sentry/serverless')) throw notLoaded('@sentry/serverless', error)
      const text =
        "sentry: requires the package '@sentry/aws-serverless'. Install it: npm install @sentry/aws-serverless"
      throw new InvalidConfigurationError(text, { cause })
    })
  }
}

const notLoaded = (name: string, cause: unknown): InvalidConfigurationError =>
  new InvalidConfigurationError(
    `sentry: could not import '${name}': ${errorMessage(cause)}. In a bundle, pass it: sentry({ sdk: Sentry })`,
    { cause },
  )
