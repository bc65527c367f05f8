import { InvalidConfigurationError } from '@lpipe/core'
import { dataKeywords, mapKeywords } from '@lpipe/core/ajv'
import { isObject, setOwn } from '@lpipe/core/middleware'
import { moveRootAnchors, referenceRewriter } from './references.ts'

/**
 * Returns a copy of a schema that means the same and that ajv compiles: a property called `__proto__`, which ajv ignores, is a pattern;
 * references are rewritten. Unless the schema is strict, OpenAPI's `nullable`, which has no effect without a `type`, is left out there,
 * and what draft 2020-12 writes in another way than older drafts and OpenAPI 3.0 is written in its way.
 *
 * @throws InvalidConfigurationError if `__proto__`, or in a nested object any other name that every object inherits, has a default: ajv
 * would find the inherited value and not write the default
 */
export const rewrite = (schema: Readonly<Record<string, unknown>>, isStrict: boolean): Record<string, unknown> => {
  const { $schema = '2020-12' } = schema
  const isCurrentDraft = String($schema).includes('2020-12')
  const rewriting = { isStrict, isCurrentDraft, rewriteReferences: referenceRewriter(schema) }
  const root = rewritten(schema, rewriting, true) as Record<string, unknown>
  moveRootAnchors(root)
  return root
}

interface Rewriting {
  readonly isStrict: boolean
  readonly isCurrentDraft: boolean
  readonly rewriteReferences: ReturnType<typeof referenceRewriter>
}

const rewritten = (schema: unknown, rewriting: Rewriting, isRoot = false): unknown => {
  if (Array.isArray(schema)) return schema.map((one) => rewritten(one, rewriting))
  if (!isObject(schema)) return schema
  const out: Record<string, unknown> = {}
  for (const key of Object.keys(schema)) {
    const value = schema[key]
    if (dataKeywords.has(key)) setOwn(out, key, value)
    else if (mapKeywords.has(key) && isObject(value)) out[key] = rewrittenMap(value, rewriting)
    else setOwn(out, key, rewritten(value, rewriting))
  }
  if (!rewriting.isStrict) {
    if (out['type'] === undefined) delete out['nullable']
    if (rewriting.isCurrentDraft) modernize(out)
  }
  rewriting.rewriteReferences(out)
  const { properties } = out
  if (!isObject(properties)) return out
  for (const name of inheritedNames(properties)) {
    if ('default' in (properties[name] as object) && !(isRoot && name !== '__proto__')) {
      throw new InvalidConfigurationError(
        `jsonSchema: a property called ${name} cannot have a default here; give it another name`,
      )
    }
  }
  if (!Object.hasOwn(properties, '__proto__')) return out
  const { ['__proto__']: hidden, ...others } = properties
  const patterns = isObject(out['patternProperties']) ? out['patternProperties'] : {}
  return { ...out, properties: others, patternProperties: { ...patterns, '^__proto__$': hidden } }
}

/** Writes tuples, and limits that a boolean makes exclusive, as draft 2020-12 does, where both are an error. */
const modernize = (schema: Record<string, unknown>): void => {
  const { items, additionalItems } = schema
  if (Array.isArray(items)) {
    schema['prefixItems'] = items
    schema['items'] = additionalItems ?? true
    delete schema['additionalItems']
  }
  for (const [limit, exclusive] of limits) {
    const isExclusive = schema[exclusive]
    if (typeof isExclusive !== 'boolean') continue
    delete schema[exclusive]
    if (!isExclusive || schema[limit] === undefined) continue
    schema[exclusive] = schema[limit]
    delete schema[limit]
  }
}

const limits = [
  ['minimum', 'exclusiveMinimum'],
  ['maximum', 'exclusiveMaximum'],
] as const

const rewrittenMap = (schemas: Readonly<Record<string, unknown>>, rewriting: Rewriting): Record<string, unknown> => {
  const out: Record<string, unknown> = {}
  for (const name of Object.keys(schemas)) setOwn(out, name, rewritten(schemas[name], rewriting))
  return out
}

/** Returns the properties with a schema whose names every object inherits, such as `constructor`. */
export const inheritedNames = (properties: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.keys(properties).filter((name) => name in Object.prototype && isObject(properties[name]))
