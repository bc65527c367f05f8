import { getOwn, isObject } from '@lpipe/core/middleware'
import type { JsonSchema } from '../description.ts'
import { alternativesOf, arrayOf, resolved, unique, valuesOf } from './keywords.ts'

/**
 * Splits a schema into schemas that together accept the same values: its alternatives, each of its types, and, if there are alternatives to
 * compare with, each of its values and each value of a member by which those differ.
 *
 * @returns undefined if there is nothing to split
 */
export const branchesOf = (from: JsonSchema, to: JsonSchema, root: JsonSchema): readonly unknown[] | undefined => {
  const parts = arrayOf(from['allOf'])
  if (parts !== undefined) {
    const { allOf: _, ...rest } = from
    return intersectionOf([rest, ...parts].map((schema) => resolved(schema, root) ?? {}))
  }
  const alternatives = alternativesOf(from)
  if (alternatives !== undefined) return alternatives
  const types = arrayOf(from['type'])
  if (types !== undefined && valuesOf(from) === undefined) return types.map((type) => ({ ...from, type }))
  const accepted = alternativesOf(to)
  if (accepted === undefined) return undefined
  const values = valuesOf(from) ?? []
  return values.length > 1 ? values.map((value) => ({ const: value })) : branchesByMember(from, accepted, root)
}

/** A member with several values, which an alternative accepts some of. */
const branchesByMember = (
  from: JsonSchema,
  accepted: readonly unknown[],
  root: JsonSchema,
): readonly unknown[] | undefined => {
  const { properties } = from
  if (!isObject(properties)) return undefined
  for (const [name, schema] of Object.entries(properties)) {
    const values = valuesOf(resolved(schema, root) ?? {}) ?? []
    const decides = accepted.some((one) => {
      const member = getOwn(getOwn(one, 'properties'), name)
      return isObject(member) && valuesOf(member) !== undefined
    })
    if (values.length > 1 && decides) {
      return values.map((value) => ({ ...from, properties: { ...properties, [name]: { const: value } } }))
    }
  }
  return undefined
}

/** The values that all schemas accept: one schema, or one for each alternative of a part. */
const intersectionOf = (parts: readonly JsonSchema[]): readonly JsonSchema[] => {
  const at = parts.findIndex((part) => alternativesOf(part) !== undefined)
  const part = parts[at]
  const alternatives = part && alternativesOf(part)
  if (alternatives !== undefined) {
    return alternatives.map((one) => ({ allOf: parts.map((other, index) => (index === at ? one : other)) }))
  }
  const properties = new Map<string, unknown>()
  for (const [name, schema] of parts.flatMap((one) => Object.entries(one['properties'] ?? {}))) {
    properties.set(name, properties.has(name) ? { allOf: [properties.get(name), schema] } : schema)
  }
  const required = unique(parts.flatMap((one) => (arrayOf(one['required']) ?? []) as readonly string[]))
  return [
    Object.assign(
      {},
      ...parts,
      properties.size > 0 ? { properties: Object.fromEntries(properties) } : {},
      required.length > 0 ? { required } : {},
    ),
  ]
}
