import ts from 'typescript'
import type { Schema } from '../normalize.ts'
import { withOtherTypes } from '../other-types.ts'
import { tagsOf } from '../tags.ts'
import { isUndefinable } from '../type-kinds.ts'
import type { Arguments, Written } from '../written/index.ts'
import type { Context, Conversion } from './conversion.ts'

/** How the properties of an object type are written. */
interface WrittenProperties {
  readonly args: Arguments
  /** The type of those that a mapped type makes. */
  readonly mapped: Written | undefined
}

type Named = readonly [name: string, schema: Schema | false]

/** Converts an object type: its properties, and its index signatures. */
export const objectOf = (conversion: Conversion, type: ts.Type, context: Context): Schema => {
  const as = writtenPropertiesOf(conversion, context.written)
  const schema: Schema = { type: 'object' }
  const { properties, required } = propertiesOf(conversion, type, context, as)
  const declared = properties.filter(([name]) => name !== '__proto__')
  if (declared.length > 0) schema.properties = Object.fromEntries(declared)
  if (required.length > 0) schema.required = required
  // ajv ignores a property of this name; as a pattern it is one like any other.
  const patterns = properties.filter(([name]) => name === '__proto__').map(([, one]): Named => ['^__proto__$', one])
  const { byText, byNumber } = indexesOf(conversion, type, context, as)
  if (byText !== undefined) schema.additionalProperties = byText
  if (byNumber !== undefined) patterns.push([numeric, byNumber])
  if (patterns.length > 0) schema.patternProperties = Object.fromEntries(patterns)
  return context.place === 'kwargs' ? schema : withOtherTypes(conversion.checker, type, schema, byNumber ?? {})
}

const writtenPropertiesOf = ({ written }: Conversion, as: Written | undefined): WrittenProperties => ({
  args: as === undefined ? new Map() : written.scopeOf(as),
  mapped: written.mappedValueOf(as),
})

const writtenType = (declaration: ts.Declaration | undefined, { args }: WrittenProperties): Written | undefined => {
  const node = (declaration as { readonly type?: ts.Node } | undefined)?.type
  return node !== undefined && ts.isTypeNode(node) ? { node, args } : undefined
}

const propertiesOf = (
  conversion: Conversion,
  type: ts.Type,
  context: Context,
  as: WrittenProperties,
): { readonly properties: readonly Named[]; readonly required: string[] } => {
  const { checker } = conversion
  const properties: Named[] = []
  const required: string[] = []
  for (const property of checker.getPropertiesOfType(type)) {
    const { name, declarations = [] } = property
    if (/^__[@#]/.test(String(property.escapedName))) continue // a symbol, or private
    const [declaration] = declarations
    const isForeign = declaration === undefined || declaration.getSourceFile().isDeclarationFile
    const inner: Context = {
      ...context,
      place: context.place === 'kwargs' ? name : `${context.place}.${name}`,
      at: isForeign ? context.at : declaration,
      written: writtenType(declaration, as) ?? as.mapped,
    }
    if (declarations.some(isHidden)) {
      conversion.fail(inner, 'is not public, so no message can have it. Use an interface')
      continue
    }
    for (const one of declarations) conversion.visit(one, one === declaration ? inner.written : writtenType(one, as))
    const propertyType = checker.getTypeOfSymbol(property)
    const isOptional = (property.flags & ts.SymbolFlags.Optional) !== 0 || isUndefinable(propertyType)
    if (!isOptional) required.push(name)
    properties.push([name, conversion.convert(propertyType, inner, declarations.map(tagsOf))])
  }
  return { properties, required }
}

const isHidden = (declaration: ts.Declaration): boolean =>
  (ts.getCombinedModifierFlags(declaration) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) !== 0

/** Names of properties that are numbers, as TypeScript has them. */
const numeric = '^(?:-?(?:0|[1-9]\\d*)(?:\\.\\d*[1-9])?(?:e[+-]\\d+)?|-?Infinity|NaN)$'

/** What index signatures say of the other properties, and of those whose names are numbers. */
interface Indexes {
  byText?: Schema | false
  byNumber?: Schema | false
}

const indexesOf = (conversion: Conversion, type: ts.Type, context: Context, as: WrittenProperties): Indexes => {
  const { checker } = conversion
  const indexes: Indexes = {}
  for (const { declaration, keyType, type: valueType } of checker.getIndexInfosOfType(type)) {
    const written = writtenType(declaration, as) ?? as.mapped
    if (declaration !== undefined) conversion.visit(declaration, written)
    const schema = conversion.convert(
      valueType,
      { ...context, written, place: `a property of ${context.place}` },
      declaration === undefined ? [] : [tagsOf(declaration)],
    )
    if (keyType.flags & ts.TypeFlags.String) indexes.byText = schema
    else if (keyType.flags & ts.TypeFlags.Number) indexes.byNumber = schema
    else if (!(keyType.flags & ts.TypeFlags.ESSymbolLike)) {
      conversion.fail(
        context,
        `has properties named ${checker.typeToString(keyType)}, which is not validated. Use Record<string, ...>`,
      )
    }
  }
  return indexes
}
