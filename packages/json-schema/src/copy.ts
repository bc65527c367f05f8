import { isObject, put } from '@lpipe/core'
import type { JsonSchema } from './infer.ts'

/** Keywords with which ajv writes into what it validates. */
const writing = /"(?:default|transform|dynamicDefaults)":/

/**
 * What copies a message for a validator that may write into it: its members, or all of it if the schema writes deeper.
 * The copy has no prototype, so that what a message lacks is not found there.
 */
export const copier = ({ properties = {}, ...rest }: JsonSchema): ((value: unknown) => unknown) => {
  const nested = Object.values(properties).map((schema) => {
    if (!isObject(schema)) return schema
    const { default: _, transform: __, ...inside } = schema
    return inside
  })
  const inside = writing.test(JSON.stringify([rest, nested])) ? deep : same
  return (value) => {
    if (!isObject(value)) return inside(value)
    const copy: Record<string, unknown> = Object.create(null)
    for (const key of Object.keys(value)) copy[key] = inside(value[key])
    return copy
  }
}

const same = (value: unknown): unknown => value

const deep = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(deep)
  if (!isObject(value)) return value
  const copy: Record<string, unknown> = {}
  for (const key of Object.keys(value)) put(copy, key, deep(value[key]))
  return copy
}
