import ts from 'typescript'
import type { Schema } from '../normalize.ts'
import type { Context, Conversion } from './conversion.ts'

/** Converts an array or a tuple. */
export const listOf = (conversion: Conversion, type: ts.TypeReference, context: Context): Schema => {
  const { checker, written } = conversion
  const types = checker.getTypeArguments(type)
  const item = (index: number): Schema | false =>
    conversion.convert(
      types[index] as ts.Type,
      { ...context, written: written.itemOf(context.written, index), place: `an item of ${context.place}` },
      [written.entryTags(context.written, index)],
    )
  if (checker.isTupleType(type)) return tupleOf(conversion, type as ts.TupleTypeReference, context, item)
  const items = item(0)
  if (items === false) return { type: 'array', maxItems: 0 }
  return Object.keys(items).length === 0 ? { type: 'array' } : { type: 'array', items }
}

const tupleOf = (
  { checker, fail }: Conversion,
  type: ts.TupleTypeReference,
  context: Context,
  item: (index: number) => Schema | false,
): Schema => {
  const { minLength, fixedLength, elementFlags } = type.target
  const rest = elementFlags.findIndex((flag) => flag & ts.ElementFlags.Variable)
  if (rest !== -1 && (rest !== elementFlags.length - 1 || elementFlags[rest] === ts.ElementFlags.Variadic)) {
    return fail(
      context,
      `is ${checker.typeToString(type)}: JSON Schema has a rest at the end of a tuple only. Put it there`,
    )
  }
  const schema: Schema = { type: 'array', minItems: minLength }
  const items = Array.from({ length: fixedLength }, (_, index) => item(index))
  if (items.length > 0) schema.items = items
  if (rest === -1) return { ...schema, maxItems: fixedLength }
  const others = item(rest)
  if (items.length === 0) return { ...schema, items: others }
  return others === false ? { ...schema, maxItems: fixedLength } : { ...schema, additionalItems: others }
}
