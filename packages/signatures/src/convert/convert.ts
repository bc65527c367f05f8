import ts from 'typescript'
import { jsonProblem } from '../json-types.ts'
import type { Schema } from '../normalize.ts'
import type { Tag } from '../tags.ts'
import { nothing } from '../type-kinds.ts'
import type { Resolved, Written } from '../written/index.ts'
import type { Context, Conversion } from './conversion.ts'
import { definitionOf } from './definition-of.ts'
import { intersectionOf } from './intersections.ts'
import { narrow } from './narrow.ts'
import { isWrittenUnion, unionOf } from './unions.ts'

/**
 * Converts a type, and narrows its schema by its tags. Returns false for a type that no JSON value has.
 *
 * @param own the tags of the declaration that has the type
 * @param reportLostTags called with a reference to a type whose tags have no place in the schema
 */
export const convertType = (
  conversion: Conversion,
  type: ts.Type,
  context: Context,
  own: readonly (readonly Tag[])[],
  reportLostTags: (reference: ts.Node) => void,
): Schema | false => {
  const { written } = conversion
  const resolved = context.written === undefined ? undefined : resolveFor(conversion, type, context.written)
  if (resolved !== undefined) written.keep(resolved)
  if (resolved !== undefined && written.losesTags(resolved.written)) reportLostTags(resolved.written.node)
  const groups = [...own, ...(resolved?.tags ?? []), ...written.tagsOfType(type)]
  const hasPattern = context.hasPattern || groups.flat().some(({ name }) => name === 'pattern')
  const schema = withoutTags(conversion, type, { ...context, written: resolved?.written, hasPattern })
  return schema === false ? false : narrow(conversion, schema, type, groups, context)
}

/** Resolves a written type; of a union or an intersection, of which the type is one member, that member. */
const resolveFor = ({ written }: Conversion, type: ts.Type, as: Written): Resolved => {
  const resolved = written.resolve(as)
  const { node, args } = resolved.written
  const isPart =
    (ts.isUnionTypeNode(node) && !type.isUnion()) || (ts.isIntersectionTypeNode(node) && !type.isIntersection())
  if (!isPart) return resolved
  const members = (node as ts.UnionOrIntersectionTypeNode).types
    .map((member) => written.resolve({ node: member, args }))
    .filter((member) => written.typeOf(member.written) === type)
  const [member, ...others] = members
  if (member === undefined || others.length > 0) return resolved
  return {
    tags: [...resolved.tags, ...member.tags],
    written: member.written,
    tagged: [...resolved.tagged, ...member.tagged],
  }
}

const withoutTags = (conversion: Conversion, type: ts.Type, context: Context): Schema | false => {
  const { checker, program, fail } = conversion
  const { flags } = type
  if ('intrinsicName' in type && type.intrinsicName === 'error') {
    return fail(context, 'has a type that is not known. Is it imported?')
  }
  if (flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return {}
  if (flags & nothing || isImpossible(checker, type)) return false
  if (flags & ts.TypeFlags.Boolean) return { type: 'boolean' }
  if (type.isUnion() || isWrittenUnion(conversion, type, context.written)) return unionOf(conversion, type, context)
  if (flags & ts.TypeFlags.BooleanLiteral) return { const: checker.typeToString(type) === 'true' }
  if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value }
  if (flags & (ts.TypeFlags.TemplateLiteral | ts.TypeFlags.StringMapping)) {
    if (!context.hasPattern) {
      fail(context, `is ${checker.typeToString(type)}, which is not validated. Add the tag \`@pattern\``)
    }
    return { type: 'string' }
  }
  if (flags & ts.TypeFlags.StringLike) return { type: 'string' }
  if (flags & ts.TypeFlags.NumberLike) return { type: 'number' }
  if (flags & ts.TypeFlags.Null) return { type: 'null' }
  if (flags & ts.TypeFlags.NonPrimitive) return { type: ['object', 'array'] }
  const problem = jsonProblem(program, type)
  if (problem !== undefined) return fail(context, problem)
  if (type.isIntersection()) return intersectionOf(conversion, type, context)
  if (flags & ts.TypeFlags.Object) return definitionOf(conversion, type, context)
  return fail(
    context,
    `is ${checker.typeToString(type)}, which depends on a type parameter. Write the type that a message has`,
  )
}

/** Whether no value has a type: `{ kind: 'a' } & { kind: 'b' }`. The compiler computes that late. */
const isImpossible = (checker: ts.TypeChecker, type: ts.Type): boolean =>
  type.isIntersection() && checker.isTypeAssignableTo(type, checker.getNeverType())
