import { InvalidPayloadError } from '../language/errors.ts'

/** Most significant digits that other languages write for a double. JavaScript rounds a number that has more. */
const maxDigits = 17

/** Smaller numbers have fewer digits, and the smallest ones become 0. They have an exponent of three digits, or many zeros. */
const minNormal = 2 ** -1022
const zeros = '0'.repeat(200)

/** The patterns of a dot before 0, 1, 2... digits. Written out, because V8 then searches for the dot. */
const fractions = Array.from({ length: maxDigits + 2 }, (_, digits) => new RegExp(`[.]${'[0-9]'.repeat(digits)}`))

/** Whether a number is a fraction with more than nine digits after its dot: few amounts are. From 2^23 on all fractions count. */
const hasManyDigits = (size: number): boolean =>
  size !== Math.trunc(size) && (size >= 2 ** 23 || size * 1e9 !== Math.trunc(size * 1e9))

/** What JavaScript may have done to a number: rounded it, or made one of it that is not even near. */
export type Doubt = 'rounded' | 'changed'

/**
 * Returns what may have happened to the numbers of a text; undefined if its value holds them all. Looking at values first is
 * faster than a search of the text, and says how many digits a rounded number has after its dot at least.
 */
export const doubtOf = (value: unknown, text: string): Doubt | undefined => {
  let largest = 0
  let isTiny = false
  let isLongFraction = false
  const pending: object[] = [[value]]
  for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
    if (Array.isArray(one)) {
      for (const member of one) {
        if (typeof member === 'number') {
          const size = Math.abs(member)
          if (size > largest) largest = size
          if (size < minNormal) isTiny = true
          if (hasManyDigits(size)) isLongFraction = true
        } else if (isNested(member)) pending.push(member)
      }
    } else {
      for (const name in one) {
        const member = (one as Readonly<Record<string, unknown>>)[name]
        if (typeof member === 'number') {
          const size = Math.abs(member)
          if (size > largest) largest = size
          if (size < minNormal) isTiny = true
          if (hasManyDigits(size)) isLongFraction = true
        } else if (isNested(member)) pending.push(member)
      }
    }
  }
  if (largest > Number.MAX_SAFE_INTEGER) return 'changed'
  if (isTiny && (/\de-\d{3}/i.test(text) || text.includes(zeros))) return 'changed'
  // All digits may be before the exponent: 12345678901234567890e-5.
  if (isLongFraction && (text.includes('e-') || text.includes('E-')) && /[0-9.]{18}e-/i.test(text)) return 'rounded'
  const wholeDigits = largest < 1 ? 0 : Math.floor(Math.log10(largest)) + 1
  const fractionDigits = maxDigits + 1 - wholeDigits
  return text.includes('.') && holdsLongNumber(text, fractionDigits) ? 'rounded' : undefined
}

const isNested = (value: unknown): value is object => typeof value === 'object' && value !== null

/** Whether a text holds a number with `fractionDigits` digits after its dot or more, and with more than JavaScript keeps in all. */
const holdsLongNumber = (text: string, fractionDigits: number): boolean => {
  const pattern = fractions[fractionDigits] as RegExp
  for (let dot = text.search(pattern); dot >= 0; dot = text.indexOf('.', dot + 1)) {
    if (!isDigit(text, dot + fractionDigits)) continue
    let start = dot
    let end = dot + 1
    while (isDigit(text, start - 1)) start -= 1
    while (isDigit(text, end)) end += 1
    let first = start
    while (text[first] === '0' || first === dot) first += 1
    const digits = end - first - (first < dot ? 1 : 0)
    if (digits > maxDigits && isNumberAt(text, start) && isLong(digitsOf(text.slice(first, end)))) return true
  }
  return false
}

const isDigit = (text: string, index: number): boolean => {
  const code = text.charCodeAt(index)
  return code >= 48 && code <= 57
}

/** Whether a number may begin here. One that is sent as a string follows a quotation mark. */
const isNumberAt = (text: string, start: number): boolean =>
  /[\s:,[]-?$/.test(text.slice(Math.max(0, start - 2), start))

const isLong = (digits: string): boolean => digits.length > maxDigits

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

const isRounded = (value: number, source: string): boolean => {
  const digits = digitsOf(source)
  const isTiny = value !== 0 && Math.abs(value) < minNormal
  return isLong(digits) || (isTiny && digits !== digitsOf(value.toPrecision(digits.length)))
}

/** Whether JavaScript keeps a number that was written as a text. Up to 17 digits count as kept: a double has as many. */
export const isKept = (value: number, text: string): boolean => isRepresentable(value, text) && !isRounded(value, text)

/** Returns the digits of a number, without its sign, its exponent, and zeros at its ends. */
const digitsOf = (text: string): string => {
  const digits = text.replace(/e.*/i, '').replace(/\D/g, '')
  let end = digits.length
  // Not by a regular expression, which would take quadratic time for zeros in the middle.
  while (digits[end - 1] === '0') end -= 1
  return digits.slice(0, end).replace(/^0+/, '')
}
