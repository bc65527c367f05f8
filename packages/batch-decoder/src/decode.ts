import { isUtf8 } from 'node:buffer'
import { type Batch, forEachWaiting, isObject, kindOf, type Message, makeMessage, refuse } from '@lpipe/core'

/** The members of a record, if it has any. */
export type Fields = Readonly<Record<string, unknown>> | null | undefined

/** How the records of a source are read. */
export interface Format {
  readonly idOf: (record: Fields) => unknown
  /** @throws InvalidPayloadError */
  readonly bodyOf: (message: Message, record: Fields) => unknown
}

/** Makes a message of each record. One whose body cannot be read is over, and harms only itself. */
export const decodeAll = (batch: Batch, records: readonly unknown[], { idOf, bodyOf }: Format): void => {
  batch.received = (records as readonly Fields[]).map((record, index) =>
    makeMessage(batch.source, record, index, idOf(record), record?.['eventSourceARN']),
  )
  forEachWaiting(batch, (message) => {
    const body = bodyOf(message, message.record as Fields)
    message.body = isObject(body) ? body : refuse(message, `its body must be an object, got ${kindOf(body)}`)
  })
}

/** What JSON text holds. */
export const parsed = (message: Message, text: unknown): unknown => {
  try {
    if (typeof text === 'string') return JSON.parse(text)
  } catch {} // the parser's own words quote the text
  return refuse(message, `its body must be valid JSON, got ${kindOf(text)}`)
}

/** Bytes as text, if they are UTF-8. */
export const textIn = (bytes: Buffer): string | undefined => (isUtf8(bytes) ? bytes.toString() : undefined)
