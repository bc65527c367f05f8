import type * as Powertools from '@aws-lambda-powertools/metrics'
import { InvalidConfigurationError } from '@lpipe/core'
import { errorMessage, isNotInstalled } from '@lpipe/core/middleware'

const name = '@aws-lambda-powertools/metrics'

/** The part of the library that is used. */
export type Library = Pick<typeof Powertools, 'Metrics'>

/**
 * Imports the library that writes the metrics.
 *
 * @throws InvalidConfigurationError if it cannot be imported
 */
export const loadLibrary = (): Promise<Library> => import('@aws-lambda-powertools/metrics').catch(throwNotLoaded)

const throwNotLoaded = (cause: unknown): never => {
  const text = isNotInstalled(cause, name)
    ? `metrics: requires the package '${name}'. Install it: npm install ${name}`
    : `metrics: could not import '${name}': ${errorMessage(cause)}`
  throw new InvalidConfigurationError(text, { cause })
}
