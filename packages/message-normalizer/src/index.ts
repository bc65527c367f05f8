import type { Kwargs } from '@lpipe/core'
import {
  type BatchMessage,
  checkOptions,
  createPayload,
  enterMiddleware,
  isObject,
  messageIdOf,
  refuseEnvelope,
  throwInvalidRecord,
  typeName,
} from '@lpipe/core/middleware'
import type { MiddlewareObj, Request } from '@middy/core'

/** Options of `messageNormalizer()`. */
export interface MessageNormalizerOptions {
  /** Whether the whole body is the kwargs. Default: false. Then a body must have the structure `{ path, kwargs }`. */
  readonly basic?: boolean
}

/**
 * Makes each message's payload from its decoded body. A body of another structure ends its message with an
 * InvalidPayloadError.
 *
 * @throws InvalidConfigurationError, when made, for an unknown option
 * @example
 * middy(handler).use([batchResponse(), batchDecoder(), messageNormalizer({ basic: true })])
 */
export const messageNormalizer = (options: MessageNormalizerOptions = {}): MiddlewareObj<unknown, unknown> => {
  checkOptions('messageNormalizer', options, { basic: 'boolean' })
  const prepare = options.basic ? normalizeBasic : normalizeGraph

  return {
    before: function messageNormalizerBefore(request: Request<unknown, unknown>): void {
      enterMiddleware(request, 'messageNormalizer', 'batchDecoder').use({ prepare })
    },
  }
}

const normalizeBasic = (message: BatchMessage): void => {
  message.payload = createPayload(undefined, undefined, message.body as Kwargs, message.eventSource)
}

const normalizeGraph = (message: BatchMessage): void => {
  const { path, kwargs } = message.body as Kwargs
  if (typeof path !== 'string' || !path) {
    refuseEnvelope(`record ${messageIdOf(message)}`, message.body)
    const received = path === '' ? 'an empty string' : typeName(path)
    throwInvalidRecord(message, `its \`path\` must be a non-empty string, received ${received}`)
  }
  if (!isObject(kwargs)) {
    const hint = kwargs === undefined ? '. Send `kwargs: {}` for none' : ''
    throwInvalidRecord(message, `its \`kwargs\` must be an object, received ${typeName(kwargs)}${hint}`)
  }
  message.payload = createPayload(path, undefined, kwargs, message.eventSource)
}
