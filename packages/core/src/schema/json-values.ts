import { isObject } from '../values.ts'

/** Whether two JSON values are equal. Compares own properties, and numbers by value; calls no method of the values. */
export const isSameJson = (a: unknown, b: unknown): boolean => {
  if (a === b) return true
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => isSameJson(item, b[index]))
  }
  if (!isObject(a) || !isObject(b)) return false
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && isSameJson(a[name], b[name]))
  )
}

/** Whether no two items of an array are equal. Takes linear time: each item becomes a text that equal items share. */
export const hasUniqueItems = (items: readonly unknown[]): boolean => {
  if (items.length < 2) return true
  const keys = new Set<unknown>()
  return items.every((item) => keys.size < keys.add(keyOf(item)).size)
}

/** Returns a scalar as it is, so that most arrays need no text; strings get a prefix that no other text has. */
const keyOf = (item: unknown): unknown => {
  if (typeof item === 'string') return `"${item}`
  return typeof item === 'object' && item !== null ? canonical(item) : item
}

/** Returns the JSON text of a value, with sorted property names. */
const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (!isObject(value)) return JSON.stringify(value)
  const properties = Object.keys(value).sort()
  return `{${properties.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join()}}`
}

/**
 * Whether a number is a multiple of another one, in decimal arithmetic: 19.99 is a multiple of 0.01, although the binary fractions
 * are not.
 */
export const isMultipleOf = (value: number, divisor: number): boolean => {
  if (Number.isSafeInteger(value) && Number.isSafeInteger(divisor)) return value % divisor === 0
  if (!Number.isFinite(value)) return false
  const [a, b] = [decimalOf(value), decimalOf(divisor)]
  const scale = Math.min(a.exponent, b.exponent)
  return scaled(a, scale) % scaled(b, scale) === 0n
}

interface Decimal {
  readonly digits: bigint
  readonly exponent: number
}

/** Returns the shortest decimal number that is read as this number: the one that was written, if it has up to 15 digits. */
const decimalOf = (value: number): Decimal => {
  const [mantissa = '', exponent] = value.toExponential().split('e')
  const [, fraction = ''] = mantissa.split('.')
  return { digits: BigInt(mantissa.replace('.', '')), exponent: Number(exponent) - fraction.length }
}

const scaled = ({ digits, exponent }: Decimal, scale: number): bigint => digits * 10n ** BigInt(exponent - scale)
