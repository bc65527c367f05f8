import { isObject } from '../values.ts'
import { referenceResolver } from './ajv-references.ts'

/** The properties that a schema declares: names, and patterns of names. */
export type PropertyFilter = readonly (string | RegExp)[]

/** Keywords whose value is a list of names; the last three are from ajv-keywords. */
const nameLists = ['required', 'anyRequired', 'oneRequired', 'prohibited'] as const
/** Keywords whose value is an object by property name. */
const nameMaps = ['properties', 'dependentSchemas', 'dependentRequired', 'dependencies', 'dynamicDefaults'] as const
/** Keywords of ajv-keywords that name properties by JSON pointers. */
const pointers = ['deepRequired', 'deepProperties'] as const
/** Keywords whose value is a schema, or schemas, for the object itself. */
const branches = [
  'allOf',
  'anyOf',
  'oneOf',
  'if',
  'then',
  'else',
  'dependentSchemas',
  'dependencies',
  'selectCases',
  'selectDefault',
] as const

/**
 * Returns the properties that a JSON Schema names for the value itself, in any keyword of any branch. Returns undefined (all
 * properties) if a branch has `additionalProperties` or `unevaluatedProperties` other than false, or a reference to a schema
 * that is not part of the root schema.
 */
export const declaredProperties = (root: Readonly<Record<string, unknown>>): PropertyFilter | undefined => {
  const names = new Set<string>()
  const patterns = new Set<string>()
  const visited = new Set<unknown>()
  const resolve = referenceResolver(root)
  let isOpen = false

  const collect = (schema: unknown, isNegated = false): void => {
    if (!isObject(schema) || visited.has(schema)) return
    visited.add(schema)
    const add = (list: unknown): void => {
      if (Array.isArray(list)) for (const name of list) if (typeof name === 'string') names.add(name)
    }
    for (const key of ['additionalProperties', 'unevaluatedProperties']) {
      if (!isNegated && Object.hasOwn(schema, key) && schema[key] !== false) isOpen = true
    }
    for (const key of nameLists) add(schema[key])
    for (const key of nameMaps) add(keysOf(schema[key]))
    for (const key of ['dependentRequired', 'dependencies']) valuesOf(schema[key]).forEach(add)
    for (const key of pointers) {
      const paths = Array.isArray(schema[key]) ? schema[key] : keysOf(schema[key])
      add(paths.map((path) => pointerPart(String(path).split('/')[1] ?? '')))
    }
    add(keysOf(schema['const']))
    for (const value of valuesOf(schema['enum'])) add(keysOf(value))
    if (isObject(schema['propertyNames']))
      add([schema['propertyNames']['const'], ...valuesOf(schema['propertyNames']['enum'])])
    if (isObject(schema['discriminator'])) add([schema['discriminator']['propertyName']])
    for (const pattern of [...keysOf(schema['patternProperties']), ...valuesOf(schema['patternRequired'])]) {
      patterns.add(String(pattern))
    }
    for (const key of branches) {
      const branch = schema[key]
      const isMap = Array.isArray(branch) || key.startsWith('depend') || key === 'selectCases'
      for (const one of isMap ? valuesOf(branch) : [branch]) collect(one, isNegated)
    }
    collect(schema['not'], true)
    for (const target of resolve(schema)) {
      if (target !== undefined) collect(target, isNegated)
      else if (!isNegated) isOpen = true
    }
  }

  collect(root)
  return isOpen ? undefined : [...names, ...[...patterns].map((pattern) => lenientRegExp(pattern, 'u'))]
}

/** Makes a regular expression, without the flag `u` if it is not valid with it. */
export const lenientRegExp = (pattern: string, flags: string): RegExp => {
  try {
    return new RegExp(pattern, flags)
  } catch {
    return new RegExp(pattern, flags.replace('u', ''))
  }
}

const keysOf = (value: unknown): string[] => (isObject(value) ? Object.keys(value) : [])

const valuesOf = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : isObject(value) ? Object.values(value) : []

const pointerPart = (part: string): string => part.replaceAll('~1', '/').replaceAll('~0', '~')
