import { convertToNative, type unmarshallOptions } from '@aws-sdk/util-dynamodb'
import { InvalidPayloadError } from '@lpipe/core'
import { getOwn, isKept, isObject, markRounded, notPromise, setOwn, typeName } from '@lpipe/core/middleware'

/** What becomes of a number: see the option `wrapNumbers`. */
export type WrapNumbers = boolean | ((digits: string) => unknown)

type Image = Record<string, unknown>

/**
 * Returns the keys or an image of a change as plain values.
 *
 * @returns undefined if the change does not have it
 * @throws InvalidPayloadError without the cause, because the message of the SDK quotes the value
 */
export const imageOf = (change: unknown, name: string, wrapNumbers: WrapNumbers | undefined): Image | undefined => {
  const attributes = getOwn(change, name) ?? undefined
  if (attributes === undefined) return undefined
  if (!isObject(attributes)) throw invalidImage(name, typeName(attributes))
  // What the user's function throws is not the record's fault.
  let failure: { readonly error: unknown } | undefined
  const callUser = (wrap: (digits: string) => unknown, digits: string): unknown => {
    try {
      return notPromise(wrap(digits), '`wrapNumbers`')
    } catch (error) {
      failure = { error }
      throw error
    }
  }
  let isRounded = false
  const toNumber = (digits: string): number | bigint => {
    const value = numberOf(digits)
    if (typeof value === 'number' && !isKept(value, digits)) isRounded = true
    return value
  }
  const convert =
    typeof wrapNumbers === 'function' ? (digits: string) => callUser(wrapNumbers, digits) : wrapNumbers || toNumber
  try {
    const image = mapOf(attributes, { wrapNumbers: convert })
    if (isRounded) markRounded(image)
    return image
  } catch {
    if (failure !== undefined) throw failure.error
    throw invalidImage(name, 'another object')
  }
}

/** @throws InvalidPayloadError if a change has no keys */
export const keysOf = (change: unknown, wrapNumbers: WrapNumbers | undefined): Image => {
  const keys = imageOf(change, 'Keys', wrapNumbers)
  if (keys === undefined) throw invalidImage('Keys', 'missing')
  return keys
}

const invalidImage = (name: string, received: string): InvalidPayloadError =>
  new InvalidPayloadError(`its \`${name}\` must be an object of DynamoDB attribute values, received ${received}`)

/** An integer beyond 2^53 becomes a bigint: as a number it would be another one. */
const numberOf = (digits: string): number | bigint => {
  const value = Number(digits)
  return Number.isSafeInteger(value) || !/^-?\d+$/.test(digits) ? value : BigInt(digits)
}

/** Not by `unmarshall`, which would make a prototype of an attribute whose name is `__proto__`. */
const mapOf = (attributes: Image, options: unmarshallOptions): Image => {
  const map: Image = {}
  for (const name of Object.keys(attributes)) setOwn(map, name, plainValue(attributes[name], options))
  return map
}

/** Returns an attribute as a plain value. A set becomes an array: as JSON a Set is `{}`. */
const plainValue = (attribute: unknown, options: unmarshallOptions): unknown => {
  const { M, L } = attribute as Image
  if (isObject(M)) return mapOf(M, options)
  if (Array.isArray(L)) return L.map((one) => plainValue(one, options))
  const value: unknown = convertToNative(attribute as never, options)
  return value instanceof Set ? [...value] : value
}
