import { InvalidPayloadError } from '../language/errors.ts'

/** Most significant digits that other languages write for a double. Of a number with more, JavaScript may lose some. */
const maxDigits = 17

/** Smaller numbers have fewer digits, and the smallest ones become 0. They have an exponent of three digits, or many zeros. */
const minNormal = 2 ** -1022
const zeros = '0'.repeat(200)

/** What JavaScript may have done to a number: rounded it, or made one of it that is not even near. */
export type Doubt = 'rounded' | 'changed'

/**
 * Returns what may have happened to the numbers of a text; undefined if its value holds them all. Looking at values first is
 * faster than a search of the text.
 */
export const doubtOf = (value: unknown, text: string): Doubt | undefined => {
  const pending: object[] = [isNested(value) ? value : [value]]
  let holdsLong = false
  let isNearZero = false
  for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
    if (Array.isArray(one)) {
      for (const member of one) {
        if (typeof member === 'number') {
          if (member === 0) isNearZero = true
          else if ((member | 0) !== member) {
            // Not an integer of 32 bits, as most numbers are.
            if (isTooLarge(member)) return 'changed'
            if (isTiny(member)) isNearZero = true
            else if (mayHaveManyDigits(member)) holdsLong = true
          }
        } else if (isNested(member)) pending.push(member)
      }
    } else {
      for (const name in one) {
        const member = (one as Readonly<Record<string, unknown>>)[name]
        if (typeof member === 'number') {
          if (member === 0) isNearZero = true
          else if ((member | 0) !== member) {
            // Not an integer of 32 bits, as most numbers are.
            if (isTooLarge(member)) return 'changed'
            if (isTiny(member)) isNearZero = true
            else if (mayHaveManyDigits(member)) holdsLong = true
          }
        } else if (isNested(member)) pending.push(member)
      }
    }
  }
  if (isNearZero && mayUnderflow(text)) return 'changed'
  return holdsLong && longNumber.test(text) ? 'rounded' : undefined
}

const isTooLarge = (value: number): boolean => value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER

const isTiny = (value: number): boolean => value < minNormal && value > -minNormal

/** Whether JavaScript may write a number with more than 15 digits: one below 2^18 with nine decimals has fewer. */
const mayHaveManyDigits = (value: number): boolean => {
  const size = Math.abs(value)
  if (size === Math.trunc(size)) return size >= 1e15
  return size >= 2 ** 18 || size * 1e9 !== Math.trunc(size * 1e9)
}

const isNested = (value: unknown): value is object => typeof value === 'object' && value !== null

const mayUnderflow = (text: string): boolean => /\de-\d{3}/i.test(text) || text.includes(zeros)

/** A number with more digits than JavaScript keeps, zeros at its end included. One in a string follows a quotation mark. */
const longNumber = /[\s:,[]-?(?:[1-9][0-9.]{18}|0\.0*[1-9][0-9]{17}|[1-9][0-9]{17}e)/i

/** A reviver's third argument. @see https://tc39.es/proposal-json-parse-with-source/ */
interface ReviverContext {
  readonly source?: string
}

/** The mark of an object that holds a rounded number. Registered, because there may be several copies of this module. */
const rounded = Symbol.for('@lpipe/core:rounded')

/**
 * Compares the numbers of a JSON text with what JavaScript makes of them. The objects that hold a rounded one are marked.
 *
 * @param value what the text was parsed to
 * @returns the value
 * @throws InvalidPayloadError for a number that is not only rounded: an integer beyond 2^53 - 1, a larger number with more
 * digits than JavaScript keeps, or one like 1e400 or 1e-400. What is sent on would be another number
 */
export const checkNumbers = (value: unknown, text: string, doubt: Doubt): unknown => {
  function reviver(this: object, _: string, member: unknown, { source }: ReviverContext = {}): unknown {
    if (typeof member === 'number' && source !== undefined) {
      if (!isRepresentable(member, source)) {
        throw new InvalidPayloadError('it holds a number that JavaScript cannot represent. Send it as a string')
      }
      if (isRounded(member, source)) markRounded(this)
    } else if (holdsRounded(member)) markRounded(this)
    return member
  }
  try {
    return JSON.parse(text, reviver as (key: string, value: unknown) => unknown)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    if (doubt === 'changed' || !isNested(value)) throw new InvalidPayloadError('it is nested too deeply')
    // Only a parser of one's own could say which objects hold the number.
    markRounded(value)
    return value
  }
}

/** Whether an object holds a number that was rounded when it was read, in itself or in a member. */
export const holdsRounded = (value: unknown): boolean => isNested(value) && Object.hasOwn(value, rounded)

/**
 * Marks an object that holds a rounded number. Nothing that copies, compares or prints objects sees the mark. A frozen object
 * stays as it is: none that was parsed from JSON is frozen.
 */
export const markRounded = (value: object): void => {
  Reflect.defineProperty(value, rounded, { value: true })
}

/** Whether a value holds an integer beyond 2^53 - 1. If it was parsed elsewhere, that may be a rounded one. */
export const holdsUnsafe = (value: unknown): boolean => {
  // A test may call a handler with an object that holds itself.
  const nested = new Set(isNested(value) ? [value] : [])
  for (const one of nested) {
    for (const member of Object.values(one)) {
      if (typeof member === 'number' && Math.abs(member) > Number.MAX_SAFE_INTEGER) return true
      if (isNested(member)) nested.add(member)
    }
  }
  return false
}

/** Whether JavaScript reads a number as no other one, apart from rounding a fraction. */
const isRepresentable = (value: number, source: string): boolean => {
  if (value === 0) return digitsOf(source) === ''
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return true
  return /[.e]/i.test(source) && digitsOf(source) === digitsOf(String(value))
}

/**
 * Whether a number is not what its text says. One that JavaScript writes with up to 15 digits is: a program that prints all digits
 * of its double 19.99 writes 19.98999999999999843681.
 */
const isRounded = (value: number, source: string): boolean => {
  const digits = digitsOf(source)
  if (isTiny(value)) return value !== 0 && digits !== digitsOf(value.toPrecision(digits.length))
  return digits.length > maxDigits && digitsOf(String(value)).length > 15
}

/** Whether JavaScript keeps a number that was written as a text. Up to 17 digits count as kept, because other languages write as many. */
export const isKept = (value: number, text: string): boolean =>
  isShort(text) || (isRepresentable(value, text) && !isRounded(value, text))

/** Whether a text has so few digits and no exponent that JavaScript keeps each number, as nearly all texts of numbers. */
const isShort = (text: string): boolean => text.length < 16 && !/e/i.test(text)

/** Returns the digits of a number, without its sign, its exponent, and zeros at its ends. */
const digitsOf = (text: string): string => {
  const digits = text.replace(/e.*/i, '').replace(/\D/g, '')
  let end = digits.length
  // Not by a regular expression, which would take quadratic time for zeros in the middle.
  while (digits[end - 1] === '0') end -= 1
  return digits.slice(0, end).replace(/^0+/, '')
}
