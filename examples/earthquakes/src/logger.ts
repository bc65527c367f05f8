import type { Logger } from 'lpipe-preset'

const quiet = (): void => undefined

/** The Lambdas' logger: quiet, so that the demo can be read, unless it was started with `--verbose`. */
export const logger: Logger = process.argv.includes('--verbose')
  ? console
  : { debug: quiet, info: quiet, warn: quiet, error: quiet }
