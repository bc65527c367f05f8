import { isUtf8 } from 'node:buffer'
import { InvalidPayloadError } from '../language/errors.ts'
import { isObject, typeName } from '../values.ts'
import { checkNumbers, doubtOf } from './numbers.ts'

/**
 * Returns the value of a JSON text. A leading byte order mark is ignored. An object is returned as it is: a middleware in
 * front has parsed it.
 *
 * @throws InvalidPayloadError that does not quote the text
 */
export const parseJson = (text: unknown): unknown => {
  if (typeof text === 'string') {
    const json = withoutByteOrderMark(text)
    let value: unknown
    try {
      value = JSON.parse(json)
    } catch {
      throw invalidBody('its body must be valid JSON, received string')
    }
    const doubt = doubtOf(value, json)
    return doubt === undefined ? value : checkNumbers(value, json, doubt)
  }
  throw invalidBody(`its body must be valid JSON, received ${typeName(text)}`)
}

/** Returns a text without the mark that some producers write in front of JSON. */
export const withoutByteOrderMark = (text: string): string => (text.startsWith('\uFEFF') ? text.slice(1) : text)

/** Whether a middleware in front has parsed the body of a record of a known source. */
export const isParsed = (record: unknown, body: unknown): body is object =>
  isObject(body) && isObject(record) && typeof record['eventSource'] === 'string'

/** Returns bytes as text, if they are UTF-8. Others become replacement characters, which few texts hold. */
export const utf8 = (bytes: Buffer): string | undefined => {
  const text = bytes.toString()
  return text.includes('\uFFFD') && !isUtf8(bytes) ? undefined : text
}

/**
 * Returns the bytes of a base64 text.
 *
 * @throws InvalidPayloadError for anything else, also for the alphabet of URLs and for a text that was cut off
 */
export const bytesOf = (base64: unknown): Buffer => {
  const bytes = typeof base64 === 'string' ? decodeBase64(base64) : undefined
  if (bytes === undefined) throw invalidBody(`its data must be valid base64, received ${typeName(base64)}`)
  return bytes
}

/** Returns the bytes of a text if it is base64. */
export const decodeBase64 = (text: string): Buffer | undefined => {
  const bytes = Buffer.from(text, 'base64')
  const padding = text.endsWith('==') ? 2 : Number(text.endsWith('='))
  // Buffer skips what is not base64: then there are fewer bytes. To encode them again costs as much as to decode them.
  const isComplete = bytes.length === (text.length / 4) * 3 - padding
  return isComplete && !text.includes('-') && !text.includes('_') ? bytes : undefined
}

/**
 * Returns the value of a JSON text in UTF-8.
 *
 * @throws InvalidPayloadError that does not quote the text
 */
export const parseJsonBytes = (bytes: Buffer): unknown => {
  const text = utf8(bytes)
  if (text === undefined) throw invalidBody('its data must be UTF-8')
  return parseJson(text)
}

const invalidBody = (problem: string): InvalidPayloadError => new InvalidPayloadError(problem)
