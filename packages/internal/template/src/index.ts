import { batchOf, checkOptions } from '@lpipe/core'
import type { MiddlewareObj, Request } from '@middy/core'

export interface TemplateOptions {
  /** whether the line is logged at level debug. Default false: info */
  readonly debug?: boolean
}

/**
 * Logs how many messages an invocation received.
 *
 * @throws InvalidConfigurationError if an option is unknown or of another type
 * @example
 * middy(handler).use([batchDecoder(), template()])
 */
export const template = (options: TemplateOptions = {}): MiddlewareObj<unknown, unknown> => {
  checkOptions('template', options, { debug: 'a boolean' })

  return {
    before: function templateBefore(request: Request<unknown, unknown>): void {
      const { logger, received } = batchOf(request)
      logger[options.debug ? 'debug' : 'info'](`received ${received.length} messages`)
    },
  }
}
