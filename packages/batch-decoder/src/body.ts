import { type Batch, InvalidPayloadError, isObject, kindOf, type Message, reject } from '@lpipe/core'

/** Adds a message to the batch. With a reason why its record cannot be decoded, the message is over. */
export const receive = (batch: Batch, message: Message, why: string | undefined): void => {
  batch.received.push(message)
  if (why !== undefined) {
    reject(batch, message, new InvalidPayloadError(`record ${message.id ?? message.index}: ${why}`))
  }
}

/** Takes a message's body from a value, which must be an object. Returns why not, if not. */
export const takeBody = (message: Message, value: unknown): string | undefined => {
  if (!isObject(value)) return `its body must be an object, got ${kindOf(value)}`
  message.body = value
  return undefined
}

/** Takes a message's body from JSON text, which must hold an object. Returns why not, if not. */
export const takeText = (message: Message, text: unknown): string | undefined => {
  if (typeof text !== 'string') return `its body must be JSON text, got ${kindOf(text)}`
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return 'its body is not valid JSON' // the parser's own words quote the text
  }
  return takeBody(message, value)
}
