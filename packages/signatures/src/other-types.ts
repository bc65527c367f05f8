import ts from 'typescript'
import type { Schema } from './normalize.ts'

/**
 * Returns the schema of an object type together with the arrays and primitives that TypeScript accepts for it: a type that requires
 * only what these have, such as `{}` or `{ length: number }`.
 *
 * @param items the schema of an array's items: that of the properties whose names are numbers
 */
export const withOtherTypes = (
  checker: ts.TypeChecker,
  type: ts.Type,
  schema: Schema,
  items: Schema | false,
): Schema => {
  const primitives = (
    [
      ['string', checker.getStringType()],
      ['number', checker.getNumberType()],
      ['boolean', checker.getBooleanType()],
    ] as const
  )
    .filter(([, primitive]) => checker.isTypeAssignableTo(primitive, type))
    .map(([name]) => name)
  const types = acceptsArrays(checker, type, schema) ? ['object', ...primitives, 'array'] : ['object', ...primitives]
  if (types.length === 1) return schema
  const restrictsItems = types.includes('array') && (items === false || Object.keys(items).length > 0)
  return { ...schema, type: types, ...(restrictsItems ? { items } : {}) }
}

const acceptsArrays = (
  checker: ts.TypeChecker,
  type: ts.Type,
  { properties = {}, required = [], ...schema }: Schema,
): boolean => {
  if (Object.keys(properties).length > required.length || required.some((name) => name !== 'length')) return false
  // Of types with an index signature for strings, TypeScript accepts an array for `Record<string, any>` only.
  const index = checker.getIndexTypeOfType(type, ts.IndexKind.String)
  return schema.additionalProperties === undefined || ((index?.flags ?? 0) & ts.TypeFlags.Any) !== 0
}
