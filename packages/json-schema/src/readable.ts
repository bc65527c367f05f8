import { InvalidConfigurationError, isObject, put } from '@lpipe/core'

/**
 * The schema for ajv, which overlooks a property called `__proto__`: as a pattern it is a property like any other.
 *
 * @throws InvalidConfigurationError if such a property has a default, which a pattern cannot have
 */
export const readable = (schema: unknown): object => rewritten(schema) as object

const rewritten = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(rewritten)
  if (!isObject(schema)) return schema
  const out: Record<string, unknown> = {}
  for (const key of Object.keys(schema)) put(out, key, rewritten(schema[key]))
  const { properties } = out
  if (!isObject(properties) || !Object.hasOwn(properties, '__proto__')) return out
  const { ['__proto__']: hidden, ...others } = properties
  if (isObject(hidden) && Object.hasOwn(hidden, 'default')) {
    throw new InvalidConfigurationError('jsonSchema: a property called __proto__ cannot have a default')
  }
  const patterns = isObject(out['patternProperties']) ? out['patternProperties'] : {}
  return { ...out, properties: others, patternProperties: { ...patterns, '^__proto__$': hidden } }
}
