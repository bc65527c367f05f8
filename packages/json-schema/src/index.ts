import { InvalidConfigurationError, type StandardSchema } from '@lpipe/core'
import { declaredProperties, fromAjv, type Validator } from '@lpipe/core/ajv'
import { checkOptions, isObject, typeName } from '@lpipe/core/middleware'
import { checkSync, compile } from './compile.ts'
import { copier, deepCopy } from './copy.ts'
import type { FromSchema, InputOf, JsonSchema } from './infer.ts'
import { rewrite } from './rewrite.ts'

export type { FromSchema, InputOf, JsonSchema } from './infer.ts'

/** Options of `jsonSchema()`. */
export interface JsonSchemaOptions {
  /**
   * Whether a keyword or a format that ajv does not know, or a keyword that cannot apply, is an error. Default: false, because JSON
   * Schema ignores them. Recommended for schemas that you write yourself: it finds typing errors.
   *
   * @see https://ajv.js.org/strict-mode.html
   */
  readonly strict?: boolean | undefined
}

/** A validation function: what `transpileSchema()` of `@middy/validator`, or ajv itself, makes of a schema. */
export type CompiledSchema = Validator & { readonly schema?: unknown }

/**
 * Makes a Standard Schema from a JSON Schema. Types are enforced, never coerced. The function receives the properties that the
 * schema declares, with defaults; all properties if `additionalProperties` is true or a schema. The message is not changed.
 *
 * @param schema a function that `transpileSchema()` of `@middy/validator` or ajv has compiled, which then is used as it is; or a schema of draft 2020-12, or of the draft that `$schema` names: 2019-09, 7 or 6. The formats of ajv-formats and
 * ajv-formats-draft2019 and the keywords of ajv-keywords and ajv-errors are known
 * @param options `strict`: whether unknown keywords and formats are errors, default false
 * @throws InvalidConfigurationError for a schema that is not valid, or refers to a schema that is not part of it
 * @see https://json-schema.org/draft/2020-12
 *
 * @example
 * const subscribe = fn(
 *   jsonSchema({ type: 'object', required: ['name'], properties: { name: { type: 'string' } } }),
 *   async ({ name }) => `welcome, ${name}`,
 * )
 */
export function jsonSchema<const S extends JsonSchema>(
  schema: S,
  options?: JsonSchemaOptions,
): StandardSchema<InputOf<S>, FromSchema<S>>
export function jsonSchema<Output = Record<string, unknown>>(compiled: CompiledSchema): StandardSchema<unknown, Output>
export function jsonSchema(schema: JsonSchema | CompiledSchema, options: JsonSchemaOptions = {}): StandardSchema {
  if (typeof schema === 'function') return fromCompiled(schema)
  if (!isObject(schema)) {
    throw new InvalidConfigurationError(`jsonSchema: the schema must be an object, received ${typeName(schema)}`)
  }
  checkOptions('jsonSchema', options, { strict: 'boolean' })
  const { strict = false } = options
  const rewritten = rewrite(schema, strict)
  const validate = compile(rewritten, strict)
  const copy = copier(rewritten)
  const inner = fromAjv('@lpipe/json-schema', validate, declaredProperties(schema), schema)['~standard']
  return { '~standard': { ...inner, validate: (value) => inner.validate(copy(value)) } }
}

/** The options that it was compiled with hold, also those that coerce or write defaults: it works on a copy. */
const fromCompiled = (validate: CompiledSchema): StandardSchema => {
  const { schema } = validate
  const known = isObject(schema) ? schema : undefined
  const filter = known && declaredProperties(known)
  const inner = fromAjv('@lpipe/json-schema', checkSync(validate), filter, known)['~standard']
  return { '~standard': { ...inner, validate: (value) => inner.validate(deepCopy(value)) } }
}
