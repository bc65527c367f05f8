import type * as Powertools from '@aws-lambda-powertools/metrics'
import { InvalidConfigurationError } from '@lpipe/core'

export type Library = Pick<typeof Powertools, 'Metrics'>

/**
 * Imports the library that writes the metrics.
 *
 * @throws InvalidConfigurationError if it is not installed
 */
export const loadLibrary = (): Promise<Library> =>
  import('@aws-lambda-powertools/metrics').catch((cause: unknown) => {
    throw new InvalidConfigurationError(
      "metrics: they need the package '@aws-lambda-powertools/metrics'. Install it: npm install @aws-lambda-powertools/metrics",
      { cause },
    )
  })
