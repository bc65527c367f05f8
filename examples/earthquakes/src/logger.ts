import type { Logger } from 'lpipe-preset'

const nothing = (): void => undefined
const quiet: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing }

/** The Lambdas are quiet, so that the demo can be read. With `--verbose` they log as they would in AWS. */
export const logging: { readonly logger?: Logger } = process.argv.includes('--verbose') ? {} : { logger: quiet }
