import { errorMessage, InvalidConfigurationError, isNotInstalled } from '../language/errors.ts'

/**
 * Milliseconds. Without these a connection that hangs would take the whole time of the invocation. Without the last one the SDK
 * only prints a warning when a request takes too long.
 */
export const timeouts = { connectionTimeout: 3000, requestTimeout: 15_000, throwOnRequestTimeout: true } as const

/** For a client that sends: lpipe retries, and logs the first failure. Retries of the SDK would delay that, and multiply. */
export const oneAttempt = { maxAttempts: 1 } as const

/**
 * Returns a package of the AWS SDK: only a Lambda that sends pays for its import.
 *
 * @param sender for the error text
 * @param load the import itself, so that a bundler sees which names are used
 * @throws InvalidConfigurationError if the package cannot be imported
 */
export const sdkOf = async <Sdk>(sender: string, name: string, load: () => Promise<Sdk>): Promise<Sdk> => {
  try {
    return await load()
  } catch (cause) {
    const text = isNotInstalled(cause, name)
      ? `${sender}: requires the package '${name}'. Install it: npm install ${name}`
      : `${sender}: could not import '${name}': ${errorMessage(cause)}. In a bundle, leave '@aws-sdk/*' external`
    throw new InvalidConfigurationError(text, { cause })
  }
}

/**
 * For an import of the SDK: `import('...').catch(rethrow)`. A bundler takes an import whose failure is handled for an optional
 * one, so that a Lambda that does not send can be bundled without the SDK.
 */
export const rethrow = (error: unknown): never => {
  throw error
}

/** Returns a function that loads once. A failure is not remembered: the next call tries again. */
export const onceLoaded = <T>(load: () => Promise<T>): (() => Promise<T>) => {
  let loaded: Promise<T> | undefined
  return () => {
    loaded ??= load().catch((error: unknown) => {
      loaded = undefined
      throw error
    })
    return loaded
  }
}
