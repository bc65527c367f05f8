import { isObject } from '../values.ts'

/** The properties that a schema declares: names, and patterns of names. */
export type PropertyFilter = readonly (string | RegExp)[]

/**
 * Returns the properties that a JSON Schema declares, in any of its branches. Returns undefined (all properties) if a branch has
 * `additionalProperties` or `unevaluatedProperties` other than false.
 */
export const declaredProperties = (root: Readonly<Record<string, unknown>>): PropertyFilter | undefined => {
  const names = new Set<string>()
  const patterns = new Set<string>()
  const seen = new Set<unknown>()

  /** Collects the properties of a schema. Returns whether it declares all properties. */
  const isOpen = (schema: unknown): boolean => {
    if (!isObject(schema) || seen.has(schema)) return false
    seen.add(schema)
    for (const key of ['additionalProperties', 'unevaluatedProperties']) {
      if (Object.hasOwn(schema, key) && schema[key] !== false) return true
    }
    if (isObject(schema['properties'])) for (const name of Object.keys(schema['properties'])) names.add(name)
    if (Array.isArray(schema['required'])) for (const name of schema['required']) names.add(String(name))
    if (isObject(schema['patternProperties'])) {
      for (const pattern of Object.keys(schema['patternProperties'])) patterns.add(pattern)
    }
    const branches = ['anyOf', 'oneOf', 'allOf', 'dependentSchemas'].flatMap((key) => Object.values(schema[key] ?? {}))
    const others = [schema['if'], schema['then'], schema['else'], referred(root, schema['$ref'])]
    return [...branches, ...others].map(isOpen).includes(true)
  }

  if (isOpen(root)) return undefined
  return [...names, ...[...patterns].map((pattern) => new RegExp(pattern, 'u'))]
}

/** Returns the schema that a reference within the root schema points to. */
const referred = (root: unknown, ref: unknown): unknown => {
  if (typeof ref !== 'string' || !ref.startsWith('#')) return undefined
  let at = root
  for (const part of decodeURIComponent(ref.slice(1)).split('/').slice(1)) {
    at = isObject(at) ? at[part.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined
  }
  return at
}
