import { isUtf8 } from 'node:buffer'
import { type Batch, isObject, type Kwargs, kindOf, type Message, makeMessage, refuse, reject } from '@lpipe/core'

/** The members of a record, whatever they are. */
export type Fields = Readonly<Record<string, unknown>>

/** How the records of a source are read. */
export interface Format {
  readonly idOf: (fields: Fields) => unknown
  /** @throws InvalidPayloadError */
  readonly bodyOf: (message: Message, fields: Fields) => unknown
}

/** Adds a message for each record. One whose body cannot be read is over, and harms only itself. */
export const decodeAll = (batch: Batch, records: readonly unknown[], { idOf, bodyOf }: Format): void => {
  for (const [index, record] of records.entries()) {
    const fields = isObject(record) ? record : {}
    const eventSource = textOrNone(fields['eventSourceARN'])
    const message = makeMessage(batch.source, record, index, textOrNone(idOf(fields)), eventSource)
    batch.received.push(message)
    try {
      message.body = objectFrom(message, bodyOf(message, fields))
    } catch (error) {
      reject(batch, message, error)
    }
  }
}

/** Lambda takes an empty id for no id, and fails the whole batch. */
const textOrNone = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

const objectFrom = (message: Message, value: unknown): Kwargs =>
  isObject(value) ? value : refuse(message, `its body must be an object, got ${kindOf(value)}`)

/** What JSON text holds. */
export const parsed = (message: Message, text: unknown): unknown => {
  if (typeof text !== 'string') return refuse(message, `its body must be JSON text, got ${kindOf(text)}`)
  try {
    return JSON.parse(text)
  } catch {
    return refuse(message, 'its body is not valid JSON') // the parser's own words quote the text
  }
}

/** Bytes as text, if they are UTF-8. */
export const textIn = (bytes: Buffer): string | undefined => (isUtf8(bytes) ? bytes.toString() : undefined)
