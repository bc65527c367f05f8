import ts from 'typescript'
import { union } from '../combine.ts'
import type { Schema } from '../normalize.ts'
import { partsOf } from '../type-kinds.ts'
import type { Written, WrittenTypes } from '../written/index.ts'
import type { Context, Conversion } from './conversion.ts'

/** Converts a union. Members with tags are converted as they are written, the others as the compiler knows them. */
export const unionOf = (conversion: Conversion, type: ts.Type, context: Context): Schema | false => {
  const { written } = conversion
  const members = membersOf(context.written)
  const branches: Schema[] = []
  const add = (part: ts.Type, as: Written | undefined): void => {
    const schema = conversion.convert(part, { ...context, written: as })
    if (schema !== false) branches.push(schema)
  }
  const untagged = new Set(inOrder(written, partsOf(type), members))
  const tagged = members.filter(written.holdsTags)
  const others = members.filter((member) => !tagged.includes(member)).map(written.typeOf)
  for (const member of tagged) {
    const part = written.typeOf(written.resolve(member).written)
    if (part === undefined) continue
    for (const one of partsOf(part)) {
      if (!others.some((other) => other !== undefined && partsOf(other).includes(one))) untagged.delete(one)
    }
    add(part, member)
  }
  const isBoolean = [...untagged].filter(({ flags }) => flags & ts.TypeFlags.BooleanLiteral).length === 2
  if (isBoolean) branches.push({ type: 'boolean' })
  for (const part of untagged) {
    if (isBoolean && part.flags & ts.TypeFlags.BooleanLiteral) continue
    add(part, members.length > 0 ? memberFor(written, members, part) : context.written)
  }
  return branches.length === 0 ? false : union(branches)
}

const membersOf = (as: Written | undefined): readonly Written[] =>
  as !== undefined && ts.isUnionTypeNode(as.node) ? as.node.types.map((node) => ({ node, args: as.args })) : []

/** Whether a type that is not a union to the compiler is written as one, whose members have different tags: `Short | Long`. */
export const isWrittenUnion = ({ written }: Conversion, type: ts.Type, as: Written | undefined): boolean => {
  const same = membersOf(as).filter((member) => written.typeOf(written.resolve(member).written) === type)
  return same.length > 1 && same.some(written.holdsTags)
}

/** Sorts types as they are written. The compiler's order depends on other code, and would change the generated module. */
const inOrder = (written: WrittenTypes, types: readonly ts.Type[], members: readonly Written[]): readonly ts.Type[] => {
  const order = members.map(written.typeOf)
  const indexOf = (type: ts.Type) => (order.includes(type) ? order.indexOf(type) : order.length)
  return types.toSorted((a, b) => indexOf(a) - indexOf(b))
}

/** Returns the written member of a union that a type comes from, if only one may be it. */
const memberFor = (written: WrittenTypes, members: readonly Written[], type: ts.Type): Written | undefined => {
  const resolved = members.map((member) => written.resolve(member).written)
  const [member, ...others] = resolved.filter((one) => written.declares(one, type))
  return others.length === 0 ? member : undefined
}
