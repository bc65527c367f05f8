import { batchOf, checkOptions, log } from '@lpipe/core/middleware'
import type { MiddlewareObj, Request } from '@middy/core'

/** Options of `template()`. */
export interface TemplateOptions {
  /** Whether the line is logged at level debug. Default: false, which means info. */
  readonly debug?: boolean
}

/**
 * Logs how many messages an invocation received. Use it after `batchDecoder()`, or after `lpipe()`.
 *
 * @throws InvalidConfigurationError if an option is unknown or has the wrong type
 * @example
 * middy().use([...lpipe({ paths }), template()])
 */
export const template = (options: TemplateOptions = {}): MiddlewareObj<unknown, unknown> => {
  checkOptions('template', options, { debug: 'boolean' })

  return {
    before: function templateBefore(request: Request<unknown, unknown>): void {
      const batch = batchOf(request)
      log(batch, options.debug ? 'debug' : 'info', `received ${batch.received.length} messages`)
    },
  }
}
