import ts from 'typescript'
import { resolved, type Schema } from './tidy.ts'

/**
 * A parameter with a default may be left out, whatever its type says: the function fills it in, nested ones too.
 *
 * @param name the first parameter as it is written, such as `{ name, tier = 'free' }`
 */
export const relaxed = (schema: Schema, name: ts.BindingName): Schema => {
  const { definitions = {} } = schema
  const out = relax(schema, name, definitions)
  return schema.definitions === undefined ? out : { ...out, definitions }
}

const relax = (schema: Schema, name: ts.BindingName, definitions: Readonly<Record<string, Schema>>): Schema => {
  if (!ts.isObjectBindingPattern(name)) return schema
  const out: Schema = { ...resolved(schema, definitions) }
  if (out.anyOf !== undefined) out.anyOf = out.anyOf.map((branch) => relax(branch, name, definitions))
  for (const { propertyName, name: inner, initializer } of name.elements) {
    const key = textOf(propertyName ?? inner)
    if (key === undefined) continue
    if (initializer !== undefined && out.required !== undefined) {
      out.required = out.required.filter((one) => one !== key)
    }
    const property = out.properties?.[key]
    if (property !== undefined && Object.hasOwn(out.properties as object, key)) {
      out.properties = { ...out.properties, [key]: relax(property, inner, definitions) }
    }
  }
  return out
}

const textOf = (name: ts.PropertyName | ts.BindingName): string | undefined => {
  if (ts.isComputedPropertyName(name)) return ts.isStringLiteralLike(name.expression) ? name.expression.text : undefined
  return ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isNumericLiteral(name) ? name.text : undefined
}
