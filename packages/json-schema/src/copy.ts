import { isObject, setOwn } from '@lpipe/core/middleware'
import { inheritedNames } from './rewrite.ts'

/** Keywords with which ajv writes into the value that it validates. */
const writing = /"(?:default|transform|dynamicDefaults)":/

/**
 * Returns a function that copies a value for a validator that may write into it: its properties, or all of it if the schema
 * writes into nested values.
 */
export const copier = (schema: Readonly<Record<string, unknown>>): ((value: unknown) => unknown) => {
  const { properties: declared, ...rest } = schema
  const properties = isObject(declared) ? declared : {}
  const nested = Object.values(properties).map((one) => {
    if (!isObject(one)) return one
    const { default: _, transform: __, ...inside } = one
    return inside
  })
  const inside = writing.test(JSON.stringify([rest, nested])) ? deepCopy : same
  // ajv takes an inherited value for a property that is present, so these defaults are written here.
  const inherited = inheritedNames(properties).map(
    (name) => [name, properties[name] as Readonly<Record<string, unknown>>] as const,
  )
  return (value) => {
    if (!isObject(value)) return inside(value)
    const copy: Record<string, unknown> = {}
    for (const key of Object.keys(value)) setOwn(copy, key, inside(value[key]))
    for (const [name, one] of inherited) {
      if ('default' in one && !Object.hasOwn(copy, name)) copy[name] = structuredClone(one['default'])
    }
    return copy
  }
}

const same = (value: unknown): unknown => value

/** Copies a JSON value. */
export const deepCopy = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(deepCopy)
  if (!isObject(value)) return value
  const copy: Record<string, unknown> = {}
  for (const key of Object.keys(value)) setOwn(copy, key, deepCopy(value[key]))
  return copy
}
