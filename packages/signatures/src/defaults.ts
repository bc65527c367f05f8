import ts from 'typescript'
import { resolved, type Schema } from './normalize.ts'

/**
 * Returns a schema in which a parameter with a default may be missing, whatever its type says: the function adds the default. Nested
 * patterns count too.
 *
 * @param name the first parameter as it is written, for example `{ name, tier = 'free' }`
 */
export const withDefaults = (schema: Schema, name: ts.BindingName): Schema => {
  const { definitions = {} } = schema
  const out = relax(schema, name, definitions)
  return schema.definitions === undefined ? out : { ...out, definitions }
}

const relax = (schema: Schema, name: ts.BindingName, definitions: Readonly<Record<string, Schema>>): Schema => {
  if (!ts.isObjectBindingPattern(name)) return schema
  const out: Schema = { ...resolved(schema, definitions) }
  for (const key of ['anyOf', 'allOf'] as const) {
    const branches = out[key]
    if (branches !== undefined) out[key] = branches.map((branch) => relax(branch, name, definitions))
  }
  for (const { propertyName, name: inner, initializer } of name.elements) {
    const key = textOf(propertyName ?? inner)
    if (key === undefined) continue
    if (initializer !== undefined && out.required !== undefined) {
      out.required = out.required.filter((one) => one !== key)
    }
    const properties = out.properties ?? {}
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined
    if (typeof property === 'object') out.properties = { ...properties, [key]: relax(property, inner, definitions) }
  }
  return out
}

const textOf = (name: ts.PropertyName | ts.BindingName): string | undefined => {
  if (ts.isComputedPropertyName(name)) return ts.isStringLiteralLike(name.expression) ? name.expression.text : undefined
  return ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isNumericLiteral(name) ? name.text : undefined
}
