import { type EventSource, FailCatastrophically, type Message } from '@lpipe/core'
import {
  type BatchMessage,
  dispositionOf,
  errorMessage,
  holdsRounded,
  isInvalidPayload,
  isObject,
  messageIdOf,
  notPromise,
  refuseEnvelope,
  throwInvalidRecord,
  tryOr,
  typeName,
} from '@lpipe/core/middleware'

/** What reads a record beside its body. An envelope has done so already. */
export type Reading = Pick<EventSource, 'contentOf' | 'pathOf'>

/**
 * Decodes the body of a message.
 *
 * @param reading `contentOf` reads the record for what looks like an envelope: the error names the fix
 * @param onRounded called if the body holds a number that JavaScript has rounded
 * @throws InvalidPayloadError if it cannot be decoded, or is not an object
 * @throws InvalidConfigurationError if it looks like an envelope
 * @throws FailCatastrophically if the event source is at fault
 */
export const decode = (message: BatchMessage, reading: Reading, onRounded: (message: Message) => void): void => {
  let body: unknown
  let path: string | undefined
  try {
    body = notPromise(message.decode(), '`bodyOf`')
    if (reading.pathOf !== undefined) path = checkedPath(reading.pathOf(message.record))
  } catch (error) {
    if (isInvalidPayload(error)) {
      refuseEnvelope(
        `record ${messageIdOf(message)}`,
        tryOr(() => reading.contentOf?.(message.record), undefined),
      )
      throwInvalidRecord(message, errorMessage(error))
    }
    if (dispositionOf(error) !== undefined) throw error
    const id = messageIdOf(message)
    throw new FailCatastrophically(`record ${id}: the event source threw ${errorMessage(error)}`, { cause: error })
  }
  if (!isObject(body)) {
    refuseEnvelope(`record ${messageIdOf(message)}`, body)
    throwInvalidRecord(message, `its body must be an object, received ${typeName(body)}`)
  }
  if (holdsRounded(body)) onRounded(message)
  message.body = path === undefined ? body : { path, kwargs: body }
}

const checkedPath = (path: unknown): string | undefined => {
  if (typeof notPromise(path, '`pathOf`') === 'string' || path === undefined) return path as string | undefined
  throw new TypeError(`\`pathOf\` must return a string or undefined, received ${typeName(path)}`)
}
