/** What the keywords of a JSON Schema say. */
import { getOwn, isObject, typeName } from '@lpipe/core/middleware'
import type { JsonSchema } from '../description.ts'

/** References may lead to references. */
const maxReferences = 12

/** Follows `$ref` within its document. */
export const resolved = (schema: unknown, root: JsonSchema, followed = 0): JsonSchema | undefined => {
  if (!isObject(schema)) return undefined
  const reference = schema['$ref']
  if (typeof reference !== 'string') return schema
  if (!reference.startsWith('#') || followed > maxReferences) return undefined
  const target = reference
    .split('/')
    .slice(1)
    .reduce<unknown>((value, part) => getOwn(value, part.replaceAll('~1', '/').replaceAll('~0', '~')), root)
  return resolved(target, root, followed + 1)
}

/** `{}` is what a library gives for what it cannot express: nothing is certain then. */
export const isUnconstrained = (schema: JsonSchema): boolean => Object.keys(schema).length === 0

/** The types that a schema names, otherwise those of its values. */
export const typesOf = (schema: JsonSchema): readonly string[] | undefined => {
  const type = schema['type']
  if (typeof type === 'string') return [type]
  const types = arrayOf(type) as readonly string[] | undefined
  return types ?? (valuesOf(schema) && unique(valuesOf(schema)?.map(typeOfValue) ?? []))
}

const typeOfValue = (value: unknown): string => (Number.isInteger(value) ? 'integer' : typeName(value))

/** The values that a schema accepts, if it lists them. */
export const valuesOf = (schema: JsonSchema): readonly unknown[] | undefined => {
  if (Object.hasOwn(schema, 'const')) return [schema['const']]
  return arrayOf(schema['enum']) ?? (schema['type'] === 'boolean' ? [true, false] : undefined)
}

/** The schemas of which a value must fit one, if there are such. */
export const alternativesOf = (schema: JsonSchema): readonly unknown[] | undefined =>
  arrayOf(schema['anyOf']) ?? arrayOf(schema['oneOf'])

/** The members that a schema declares. */
export const propertiesOf = (schema: JsonSchema): Readonly<Record<string, unknown>> =>
  isObject(schema['properties']) ? schema['properties'] : {}

/** The schemas of the first elements of an array. */
export const tupleOf = (schema: JsonSchema): readonly unknown[] =>
  arrayOf(schema['prefixItems']) ?? arrayOf(schema['items']) ?? []

/** Returns a value that is an array. */
export const arrayOf = (value: unknown): readonly unknown[] | undefined => (Array.isArray(value) ? value : undefined)

/** Returns texts, each once. */
export const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)]
