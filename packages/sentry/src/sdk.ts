import { InvalidConfigurationError, isObject, kindOf } from '@lpipe/core'

/** What is used of a Sentry SDK: that of `@sentry/serverless` 7, and of `@sentry/aws-serverless` 8 to 10. */
export interface SentrySdk {
  withScope(callback: (scope: SentryScope) => void): unknown
  captureException(error: unknown): unknown
  flush(timeout?: number): PromiseLike<boolean>
  /** gives what runs in it a scope of its own; not in the oldest of 7 */
  withIsolationScope?(callback: () => void): unknown
  getClient?(): SentryClient | undefined
  /** how the oldest of 7 tell their client */
  getCurrentHub?(): { getClient(): SentryClient | undefined }
}

export interface SentryScope {
  setLevel(level: 'error' | 'warning'): unknown
  setTags(tags: Record<string, string>): unknown
  setContext(name: string, context: Record<string, unknown>): unknown
}

interface SentryClient {
  getDsn(): unknown
}

/** Whether there is anywhere to send events to: not before `Sentry.init()`, nor without a DSN. */
export const hasDsn = (sdk: SentrySdk): boolean => {
  try {
    const client = sdk.getClient === undefined ? sdk.getCurrentHub?.().getClient() : sdk.getClient()
    return client?.getDsn() !== undefined
  } catch {
    return false
  }
}

/** @throws InvalidConfigurationError if it is no SDK of Sentry */
export const checkSdk = (sdk: unknown): void => {
  for (const name of ['withScope', 'captureException', 'flush']) {
    if (!isObject(sdk) || typeof sdk[name] !== 'function') {
      throw new InvalidConfigurationError(
        `sentry: its sdk has no ${name}(), got ${kindOf(sdk)}. Give it all of the package: import * as Sentry from '@sentry/aws-serverless'`,
      )
    }
  }
}

/**
 * Finds the SDK that is installed. The program has loaded it for `Sentry.init()`, so this costs next to nothing.
 *
 * @throws InvalidConfigurationError if there is none
 */
export const loadSdk = async (): Promise<SentrySdk> => {
  try {
    return await import('@sentry/aws-serverless')
  } catch (cause) {
    return import('@sentry/serverless').catch(() => {
      throw new InvalidConfigurationError(
        "sentry: it needs the package '@sentry/aws-serverless'. Install it: npm install @sentry/aws-serverless",
        { cause },
      )
    })
  }
}
