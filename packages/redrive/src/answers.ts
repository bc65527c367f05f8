import {
  errorName,
  holdsRounded,
  isInvalidPayload,
  parseJson,
  type SentRecord,
  tryOr,
  utf8,
} from '@lpipe/core/middleware'
import type { RecordSource } from './sources/source.ts'

/** What a source answers, or the reason why it has no answer. */
export type Answer<T> = { readonly value: T } | string

/** Why nothing is done with the dead letter of a source that is not known. */
export const unknownSource = 'lpipe does not know its event source: pass it in `sources`'

const ask = <T>(answer: () => T): Answer<T> => {
  try {
    return { value: answer() }
  } catch (error) {
    // Any other text might quote the record.
    return isInvalidPayload(error) ? error.message : `its event source threw ${errorName(error)}`
  }
}

/** Returns what a text says. @throws if it is not JSON, or nested so deeply that JavaScript cannot write it again */
export const parseWritable = (text: unknown, parse: (text: string) => unknown = JSON.parse): unknown => {
  const value = parse(text as string)
  JSON.stringify(value)
  return value
}

/**
 * Returns the body of a record; the whole record, if its source cannot put another body into it. A JSON text stays a text if
 * it holds a number that JavaScript would change, or if it is nested too deeply.
 */
export const bodyOf = (source: RecordSource | undefined, record: unknown): unknown => {
  if (source?.withText === undefined) return record
  const content = tryOr(
    () => (source.contentOf === undefined ? source.bodyOf?.(record) : source.contentOf(record)),
    null,
  )
  const text = Buffer.isBuffer(content) ? utf8(content) : content
  if (typeof text !== 'string') return text ?? record
  const value = tryOr(() => parseWritable(text, parseJson), text)
  return holdsRounded(value) ? text : value
}

/** Returns a record with another body. */
export const withText = (source: RecordSource, record: unknown, text: string): Answer<unknown> =>
  ask(() =>
    source.withText === undefined
      ? tryOr(() => JSON.parse(text) as unknown, text) // the body was the whole record
      : source.withText(record, text),
  )

/** Returns the event with which Lambda delivers a record. */
export const eventOf = (source: RecordSource, record: unknown): Answer<unknown> => {
  if (source.eventOf !== undefined) return ask(() => source.eventOf?.(record))
  const event = { Records: [record] }
  const isTaken = source.recordsOf === undefined || tryOr(() => source.recordsOf?.(event)?.length, 0) === 1
  return isTaken
    ? { value: event }
    : 'its event source does not take `{ Records: [record] }` for an event, and has no `eventOf`'
}

/** Returns what was sent for a record. */
export const sentOf = (source: RecordSource, record: unknown): Answer<SentRecord> => {
  const sent = ask(() => source.sentOf?.(record))
  if (typeof sent === 'string') return sent
  const { value } = sent
  return typeof value?.body === 'string' || value?.body instanceof Uint8Array
    ? { value }
    : '`sentOf` of its event source must return a `type` and a `body`, a text or bytes'
}
