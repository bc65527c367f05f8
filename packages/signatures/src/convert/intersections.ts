import ts from 'typescript'
import { isList } from '../json-types.ts'
import type { Schema } from '../normalize.ts'
import { isScalar } from '../type-kinds.ts'
import type { Written } from '../written/index.ts'
import type { Context, Conversion } from './conversion.ts'
import { definitionOf } from './definition-of.ts'
import { narrow } from './narrow.ts'

/** Converts an intersection: of objects as one object, otherwise each member by itself. */
export const intersectionOf = (conversion: Conversion, type: ts.IntersectionType, context: Context): Schema | false => {
  const { checker, written } = conversion
  // A brand, such as `string & { __brand: 'id' }`, is not in the message.
  const values = type.types.filter((one) => isScalar(one) || isList(checker, one))
  const hasIndex = type.types.some((one) => checker.getIndexInfosOfType(one).length > 0)
  if (values.length === 0 && !hasIndex) {
    const members = membersOf(context.written).map(written.resolve)
    members.forEach(written.keep)
    const groups = [...members.flatMap(({ tags }) => tags), ...type.types.flatMap(written.tagsOfType)]
    return narrow(conversion, definitionOf(conversion, type, context), type, groups, context)
  }
  const parts = (values.length > 0 ? values : type.types).map((one) => conversion.convert(one, context))
  if (parts.includes(false)) return false
  const [first, ...others] = parts as Schema[]
  return first !== undefined && others.length === 0 ? first : { allOf: parts as Schema[] }
}

const membersOf = (as: Written | undefined): readonly Written[] =>
  as !== undefined && ts.isIntersectionTypeNode(as.node) ? as.node.types.map((node) => ({ node, args: as.args })) : []
