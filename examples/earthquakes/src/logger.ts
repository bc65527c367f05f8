import type { Logger } from 'lpipe-preset'

const nothing = (): void => undefined
const silent: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing }

/**
 * The Lambdas log nothing, so that the demo can be read. With `--verbose` they log as they do in AWS. The logger is
 * written out here, because a Lambda should not bundle `silentLogger()` of `@lpipe/testing`.
 */
export const logging: { readonly logger?: Logger } = process.argv.includes('--verbose') ? {} : { logger: silent }
