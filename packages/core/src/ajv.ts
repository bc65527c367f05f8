import { issuesOf } from './schema/ajv-issues.ts'
import type { PropertyFilter } from './schema/ajv-properties.ts'
import type { Validator } from './schema/ajv-validator.ts'
import type { StandardSchema } from './schema/standard-schema.ts'
import { isObject, setOwn } from './values.ts'

export { dataKeywords, mapKeywords } from './schema/ajv-keywords.ts'
export { declaredProperties, lenientRegExp, type PropertyFilter } from './schema/ajv-properties.ts'
export type { Validator, ValidatorError } from './schema/ajv-validator.ts'
export { hasUniqueItems, isMultipleOf, isSameJson } from './schema/json-values.ts'

/**
 * Makes a Standard Schema of a validation function of ajv.
 *
 * @param vendor the name of the package that generated the function
 * @param validate the function; it may write defaults into the value
 * @param filter the properties of an object that the schema returns; default: all
 * @param jsonSchema the JSON Schema that the function was made from: tools that compare and export schemas read it, whatever draft
 * they ask for
 * @see https://standardschema.dev/json-schema
 */
export const fromAjv = <Output = Record<string, unknown>>(
  vendor: string,
  validate: Validator,
  filter?: PropertyFilter,
  jsonSchema?: object,
): StandardSchema<unknown, Output> => {
  const standard: StandardSchema<unknown, Output>['~standard'] = {
    version: 1,
    vendor,
    validate: (value) =>
      validate(value)
        ? { value: (isObject(value) ? pick(value, filter) : value) as Output }
        : { issues: issuesOf(validate.errors ?? []) },
  }
  if (jsonSchema === undefined) return { '~standard': standard }
  const withJsonSchema = { ...standard, jsonSchema: { input: () => jsonSchema, output: () => jsonSchema } }
  return { '~standard': withJsonSchema }
}

const pick = (
  value: Readonly<Record<string, unknown>>,
  filter: PropertyFilter | undefined,
): Record<string, unknown> => {
  const out: Record<string, unknown> = {}
  const patterns = filter?.filter((one) => typeof one !== 'string')
  const names = patterns === undefined || patterns.length > 0 ? Object.keys(value) : (filter as readonly string[])
  for (const name of names) {
    if (!Object.hasOwn(value, name)) continue
    if (filter === undefined || filter.includes(name) || patterns?.some((one) => one.test(name))) {
      setOwn(out, name, value[name])
    }
  }
  return out
}
