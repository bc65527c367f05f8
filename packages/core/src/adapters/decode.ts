import { isUtf8 } from 'node:buffer'
import { InvalidPayloadError } from '../language/errors.ts'
import { isObject, typeName } from '../values.ts'

/**
 * Returns the value of a JSON text. A leading byte order mark is ignored. An object is returned as it is: a middleware in
 * front has parsed it.
 *
 * @throws InvalidPayloadError that does not quote the text
 */
export const parseJson = (text: unknown): unknown => {
  if (typeof text === 'string') {
    let value: unknown
    try {
      value = JSON.parse(withoutByteOrderMark(text))
    } catch {
      throw invalidBody('its body must be valid JSON, received string')
    }
    if (mayBeInexact(value, text)) checkNumbers(text)
    return value
  }
  throw invalidBody(`its body must be valid JSON, received ${typeName(text)}`)
}

/** Whether a value holds a number that may be another one in its text. Looking at values is faster than a search of the text. */
const mayBeInexact = (value: unknown, text: string): boolean => {
  if (isInexact(value)) return true
  let holdsZero = value === 0
  const pending = isNested(value) ? [value] : []
  for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
    if (Array.isArray(one)) {
      for (const member of one) {
        if (typeof member === 'number') {
          if (isInexact(member)) return true
          if (member === 0) holdsZero = true
        } else if (isNested(member)) pending.push(member)
      }
    } else {
      for (const name in one) {
        const member = (one as Readonly<Record<string, unknown>>)[name]
        if (typeof member === 'number') {
          if (isInexact(member)) return true
          if (member === 0) holdsZero = true
        } else if (isNested(member)) pending.push(member)
      }
    }
  }
  return holdsZero && mayUnderflow(text)
}

/** A number that JavaScript reads as 0 has an exponent of three digits, or more zeros than this. */
const zeros = '0'.repeat(200)

const mayUnderflow = (text: string): boolean => /\de-\d{3}/i.test(text) || text.includes(zeros)

const isInexact = (value: unknown): boolean =>
  typeof value === 'number' && (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER)

const isNested = (value: unknown): value is object => typeof value === 'object' && value !== null

/** A reviver's third argument. @see https://tc39.es/proposal-json-parse-with-source/ */
interface ReviverContext {
  readonly source?: string
}

/**
 * @throws InvalidPayloadError for a number that JavaScript would change: an integer beyond 2^53 - 1, a larger number with
 * more digits than it keeps, or one like 1e400 or 1e-400. What is sent on would be another number
 */
const checkNumbers = (text: string): void => {
  const reviver = (_: string, value: unknown, { source }: ReviverContext = {}): unknown => {
    if (typeof value !== 'number' || source === undefined) return value
    const isKept =
      value === 0
        ? digitsOf(source) === ''
        : !isInexact(value) || (/[.e]/i.test(source) && digitsOf(source) === digitsOf(String(value)))
    if (!isKept) throw invalidBody('it holds a number that JavaScript cannot represent. Send it as a string')
    return value
  }
  try {
    JSON.parse(withoutByteOrderMark(text), reviver as (key: string, value: unknown) => unknown)
  } catch (error) {
    throw error instanceof RangeError ? invalidBody('it is nested too deeply') : error
  }
}

/** Returns the digits of a number, without its sign, its exponent, and zeros at its ends. */
const digitsOf = (text: string): string => {
  const digits = text.replace(/e.*/i, '').replace(/\D/g, '')
  let end = digits.length
  // Not by a regular expression, which would take quadratic time for zeros in the middle.
  while (digits[end - 1] === '0') end -= 1
  return digits.slice(0, end).replace(/^0+/, '')
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
