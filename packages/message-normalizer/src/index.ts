import {
  batchOf,
  checkOptions,
  forEachWaiting,
  isObject,
  type Kwargs,
  kindOf,
  type Message,
  makePayload,
  refuse,
} from '@lpipe/core'
import type { MiddlewareObj, Request } from '@middy/core'

export interface MessageNormalizerOptions {
  /**
   * The whole body is the kwargs. By default a body has the structure of a directed graph: `{ path, kwargs }`.
   */
  readonly basic?: boolean
}

/**
 * Turns each message's decoded body into its payload. A body of another structure ends its message with an
 * InvalidPayloadError.
 *
 * @throws InvalidConfigurationError, when made, for an unknown option
 */
export const messageNormalizer = (options: MessageNormalizerOptions = {}): MiddlewareObj<unknown, unknown> => {
  checkOptions('messageNormalizer', options, { basic: 'a boolean' })
  const normalize = options.basic ? normalizeBasic : normalizeGraph

  return {
    before: function messageNormalizerBefore(request: Request<unknown, unknown>): void {
      forEachWaiting(batchOf(request), normalize)
    },
  }
}

const normalizeBasic = (message: Message): void => {
  message.payload = makePayload(undefined, undefined, message.body as Kwargs, message.eventSource)
}

const normalizeGraph = (message: Message): void => {
  const { body, eventSource } = message
  const { path, kwargs } = body as Kwargs
  if (typeof path !== 'string' || !path) {
    refuse(message, `its path must be text and not empty, got ${kindOf(path)}`)
  }
  if (!isObject(kwargs)) refuse(message, `its kwargs must be an object, got ${kindOf(kwargs)}`)
  message.payload = makePayload(path, undefined, kwargs, eventSource)
}
