import {
  batchOf,
  checkOptions,
  InvalidPayloadError,
  isObject,
  kindOf,
  type Message,
  makePayload,
  reject,
  waits,
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
  checkOptions('messageNormalizer', options, ['basic'])
  const normalize = options.basic ? normalizeBasic : normalizeGraph

  return {
    before: function messageNormalizerBefore(request: Request<unknown, unknown>): void {
      const batch = batchOf(request, 'messageNormalizer')
      for (const message of batch.received) {
        if (!waits(message)) continue
        const why = normalize(message)
        if (why !== undefined) {
          reject(batch, message, new InvalidPayloadError(`record ${message.id ?? message.index}: ${why}`))
        }
      }
    },
  }
}

const normalizeBasic = (message: Message): undefined => {
  message.payload = makePayload(undefined, undefined, message.body ?? {}, message.eventSource)
}

const normalizeGraph = (message: Message): string | undefined => {
  const body = message.body ?? {}
  const path = Object.hasOwn(body, 'path') ? body['path'] : undefined
  if (typeof path !== 'string' || path === '') {
    return `its path must be text and not empty, got ${path === '' ? 'an empty text' : kindOf(path)}`
  }
  const kwargs = Object.hasOwn(body, 'kwargs') ? body['kwargs'] : undefined
  if (!isObject(kwargs)) return `its kwargs must be an object, got ${kindOf(kwargs)}`
  message.payload = makePayload(path, undefined, kwargs, message.eventSource)
  return undefined
}
