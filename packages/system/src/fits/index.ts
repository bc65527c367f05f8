import type { JsonSchema } from '../description.ts'
import { branchesOf } from './branches.ts'
import { alternativesOf, arrayOf, isUnconstrained, resolved, typesOf, unique, valuesOf } from './keywords.ts'
import { limitProblems, named, valueProblems } from './limits.ts'
import { memberProblems } from './members.ts'

/**
 * Returns why values of one JSON Schema would be refused by another: the members and types. It reports only what is certain:
 * keywords that it does not compare (patterns, formats, `not`, `if`) are left out.
 *
 * @param from the schema of what is sent, or was accepted before
 * @param to the schema of what is accepted
 * @returns one line for each problem, with the place, for example `item.price: may be null, expected number`
 */
export const problemsBetween = (from: JsonSchema, to: JsonSchema): readonly string[] =>
  compare({ schema: from, root: from }, { schema: to, root: to }, '', 0)

/** A schema with the document that its `$ref`s lead into. */
interface Located {
  readonly schema: unknown
  readonly root: JsonSchema
}

/** Schemas may refer to themselves. */
const maxDepth = 12

const compare = (given: Located, wanted: Located, place: string, depth: number): readonly string[] => {
  const from = resolved(given.schema, given.root)
  const to = resolved(wanted.schema, wanted.root)
  if (depth > maxDepth || to === undefined || from === undefined) return []
  const step = (one: unknown, other: unknown, at = place) =>
    compare({ schema: one, root: given.root }, { schema: other, root: wanted.root }, at, depth + 1)

  const branches = branchesOf(from, to, given.root)
  if (branches !== undefined) return unique(branches.flatMap((one) => step(one, to)))
  const parts = arrayOf(to['allOf'])
  if (parts !== undefined) return unique(parts.flatMap((one) => step(from, one)))
  const alternatives = alternativesOf(to)
  if (alternatives !== undefined)
    return leastOf(
      alternatives.map((one) => step(from, one)),
      place,
    )

  const types = typesOf(from)
  const wantedTypes = typesOf(to)
  const refused = types?.filter((type) => wantedTypes !== undefined && !takes(wantedTypes, type)) ?? []
  if (refused.length > 0) {
    return [`${named(place)}may be ${refused.join(' or ')}, expected ${wantedTypes?.join(' or ')}`]
  }
  const members = memberProblems(from, to, place, step)
  // Values of any type are sent to something that does not take any type.
  if (types === undefined && wantedTypes !== undefined && valuesOf(from) === undefined) {
    return isUnconstrained(from) ? [] : unique(members)
  }
  return unique([...valueProblems(from, to, place), ...limitProblems(from, to, place), ...members])
}

/** One of the alternatives must accept the values. */
const leastOf = (results: readonly (readonly string[])[], place: string): readonly string[] => {
  if (results.some((problems) => problems.length === 0)) return []
  return results.length === 1 ? (results[0] ?? []) : [`${named(place)}fits none of ${results.length} alternatives`]
}

const takes = (accepted: readonly string[], type: string): boolean =>
  accepted.includes(type) || (type === 'integer' && accepted.includes('number'))
