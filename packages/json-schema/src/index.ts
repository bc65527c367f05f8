import { InvalidConfigurationError, isObject, type StandardSchema, typeName } from '@lpipe/core'
import { declaredProperties, fromAjv, type Validator } from '@lpipe/core/ajv'
import { transpileSchema } from '@middy/validator/transpile'
import { copier } from './copy.ts'
import type { FromSchema, JsonSchema } from './infer.ts'
import { readable } from './readable.ts'

export type { FromSchema, JsonSchema } from './infer.ts'

/**
 * A JSON Schema as a function's signature: `fn(jsonSchema({ type: 'object', ... }), run)`.
 *
 * Types are enforced, never coerced. A function sees the members that the schema declares, defaults filled in; all members
 * if `additionalProperties` is true or a schema. The message itself is left as it was.
 *
 * @param schema of draft 2020-12; formats of ajv-formats and keywords of ajv-keywords are known
 * @throws InvalidConfigurationError for a schema that ajv does not compile in its strict mode
 * @see https://ajv.js.org/strict-mode.html
 */
export const jsonSchema = <const S extends JsonSchema>(schema: S): StandardSchema<unknown, FromSchema<S>> => {
  if (!isObject(schema))
    throw new InvalidConfigurationError(`jsonSchema: the schema must be an object, received ${typeName(schema)}`)
  const validate = compile(schema)
  const copy = copier(schema)
  const inner = fromAjv<FromSchema<S>>('@lpipe/json-schema', validate, declaredProperties(schema))['~standard']
  return { '~standard': { ...inner, validate: (value) => inner.validate(copy(value)) } }
}

const options = {
  coerceTypes: false,
  useDefaults: true,
  allErrors: true,
  // Errors bring the schema that was not met along, which says what was expected.
  verbose: true,
  // A message without `constructor` has none, whatever its prototype has.
  ownProperties: true,
  // Strict, but for what is common and clear: type: ['text', 'null'], and anyOf: [{ required: ['a'] }, ...]
  strict: true,
  allowUnionTypes: true,
  strictRequired: false,
} as const

const compile = (schema: JsonSchema): Validator => {
  let validate: Validator & { readonly $async?: unknown }
  try {
    validate = transpileSchema(readable(schema), { ...options }) as never
  } catch (error) {
    throw new InvalidConfigurationError(`jsonSchema: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
  if (validate.$async) throw new InvalidConfigurationError('jsonSchema: a schema with $async is not supported')
  return validate
}
