import { unmarshall } from '@aws-sdk/util-dynamodb'
import { InvalidPayloadError } from '@lpipe/core'
import { getOwn, isObject, notPromise, typeName } from '@lpipe/core/middleware'

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
  const attributes = getOwn(change, name)
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
  const convert =
    typeof wrapNumbers === 'function' ? (digits: string) => callUser(wrapNumbers, digits) : wrapNumbers || toNumber
  try {
    return withoutSets(unmarshall(attributes as never, { wrapNumbers: convert })) as Image
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
const toNumber = (digits: string): number | bigint => {
  const value = Number(digits)
  return Number.isSafeInteger(value) || !/^-?\d+$/.test(digits) ? value : BigInt(digits)
}

/** Replaces sets by arrays, in place: as JSON a Set is `{}`. */
const withoutSets = (value: unknown): unknown => {
  if (value instanceof Set) return [...value]
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) if (isNested(item)) value[index] = withoutSets(item)
  } else if (isPlain(value)) {
    for (const name in value) if (isNested(value[name])) value[name] = withoutSets(value[name])
  }
  return value
}

const isNested = (value: unknown): boolean => typeof value === 'object' && value !== null

/** A wrapped number is an object of a class. */
const isPlain = (value: unknown): value is Image => isObject(value) && Object.getPrototypeOf(value) === Object.prototype
