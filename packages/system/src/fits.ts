import { getOwn, isObject, typeName } from '@lpipe/core/middleware'
import type { JsonSchema } from './description.ts'

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
  const from = resolved(given)
  const to = resolved(wanted)
  if (depth > maxDepth || to === undefined || from === undefined) return []
  const step = (one: unknown, other: unknown, at = place) =>
    compare({ schema: one, root: given.root }, { schema: other, root: wanted.root }, at, depth + 1)

  const alternatives = alternativesOf(from)
  if (alternatives !== undefined) return unique(alternatives.flatMap((one) => step(one, to)))
  const parts = arrayOf(to['allOf'])
  if (parts !== undefined) return unique(parts.flatMap((one) => step(from, one)))
  const accepted = alternativesOf(to)
  if (accepted !== undefined) {
    const results = accepted.map((one) => step(from, one))
    if (results.some((problems) => problems.length === 0)) return []
    return results.length === 1 ? (results[0] ?? []) : [`${named(place)}fits none of ${results.length} alternatives`]
  }
  const types = typesOf(from)
  const wantedTypes = typesOf(to)
  const refused = types?.filter((type) => wantedTypes !== undefined && !takes(wantedTypes, type)) ?? []
  if (refused.length > 0) {
    return [`${named(place)}may be ${refused.join(' or ')}, expected ${wantedTypes?.join(' or ')}`]
  }
  // Values of any type are sent to something that does not take any type.
  if (types === undefined && wantedTypes !== undefined && valuesOf(from) === undefined) {
    return isUnconstrained(from) ? [] : unique(membersOf(from, to, place, step))
  }
  return unique([
    ...valueProblems(from, to, place),
    ...limits.flatMap((limit) => limit(from, to, place)),
    ...membersOf(from, to, place, step),
  ])
}

/** `{}` is what a library gives for what it cannot express: nothing is certain then. */
const isUnconstrained = (schema: JsonSchema): boolean => Object.keys(schema).length === 0

type Step = (from: unknown, to: unknown, place: string) => readonly string[]

const membersOf = (from: JsonSchema, to: JsonSchema, place: string, step: Step): readonly string[] => {
  const declared = isObject(from['properties']) ? from['properties'] : {}
  const expected = isObject(to['properties']) ? to['properties'] : {}
  const required = arrayOf(to['required']) ?? []
  const always = new Set(arrayOf(from['required']) ?? [])
  const at = (name: string): string => (place === '' ? name : `${place}.${name}`)
  const missing = required.filter((name) => !always.has(name)).map((name) => String(name))
  return [
    ...missing.map(
      (name) => `${at(name)}: ${Object.hasOwn(declared, name) ? 'may be missing' : 'is missing'}, but required`,
    ),
    ...Object.keys(declared)
      .filter((name) => Object.hasOwn(expected, name))
      .flatMap((name) => step(declared[name], expected[name], at(name))),
    ...(to['additionalProperties'] === false
      ? Object.keys(declared)
          .filter((name) => !Object.hasOwn(expected, name) && !isObject(to['patternProperties']))
          .map((name) => `${at(name)}: is not accepted`)
      : []),
    ...(isObject(from['items']) && isObject(to['items']) ? step(from['items'], to['items'], `${place}[]`) : []),
  ]
}

/** Compares `const` and `enum`. */
const valueProblems = (from: JsonSchema, to: JsonSchema, place: string): readonly string[] => {
  const wanted = valuesOf(to)
  if (wanted === undefined) return []
  const given = valuesOf(from)
  if (given === undefined) return [`${named(place)}may have any value, expected one of ${wanted.length}`]
  const texts = new Set(wanted.map((value) => JSON.stringify(value)))
  const refused = given.map((value) => JSON.stringify(value)).filter((text) => !texts.has(text))
  return refused.length === 0 ? [] : [`${named(place)}may be ${refused.join(' or ')}, which is not accepted`]
}

const valuesOf = (schema: JsonSchema): readonly unknown[] | undefined =>
  Object.hasOwn(schema, 'const') ? [schema['const']] : arrayOf(schema['enum'])

/** A limit that is wider in what is sent, or missing there. */
const limitOf =
  (keyword: string, isNarrower: (to: number, from: number) => boolean) =>
  (from: JsonSchema, to: JsonSchema, place: string): readonly string[] => {
    const wanted = to[keyword]
    const given = from[keyword]
    if (typeof wanted !== 'number' || valuesOf(from) !== undefined) return []
    if (typeof given === 'number' && !isNarrower(wanted, given)) return []
    return [`${named(place)}\`${keyword}\` is ${typeof given === 'number' ? given : 'not set'}, expected ${wanted}`]
  }

const isHigher = (to: number, from: number): boolean => to > from
const isLower = (to: number, from: number): boolean => to < from
/** zod writes the range of safe integers for each integer, which says nothing. */
const withoutSafeIntegers =
  (limit: ReturnType<typeof limitOf>): ReturnType<typeof limitOf> =>
  (from, to, place) =>
    Math.abs(Number(to['minimum'] ?? to['maximum'])) === Number.MAX_SAFE_INTEGER ? [] : limit(from, to, place)

const limits = [
  withoutSafeIntegers(limitOf('minimum', isHigher)),
  withoutSafeIntegers(limitOf('maximum', isLower)),
  limitOf('exclusiveMinimum', isHigher),
  limitOf('exclusiveMaximum', isLower),
  limitOf('minLength', isHigher),
  limitOf('maxLength', isLower),
  limitOf('minItems', isHigher),
  limitOf('maxItems', isLower),
]

/** The types that a schema names, otherwise those of its values. */
const typesOf = (schema: JsonSchema): readonly string[] | undefined => {
  const type = schema['type']
  if (typeof type === 'string') return [type]
  const types = arrayOf(type) as readonly string[] | undefined
  return types ?? (valuesOf(schema) && unique(valuesOf(schema)?.map(typeOfValue) ?? []))
}

const typeOfValue = (value: unknown): string => (Number.isInteger(value) ? 'integer' : typeName(value))

const takes = (accepted: readonly string[], type: string): boolean =>
  accepted.includes(type) || (type === 'integer' && accepted.includes('number'))

const alternativesOf = (schema: JsonSchema): readonly unknown[] | undefined =>
  arrayOf(schema['anyOf']) ?? arrayOf(schema['oneOf'])

const arrayOf = (value: unknown): readonly unknown[] | undefined => (Array.isArray(value) ? value : undefined)

/** Follows `$ref` within its document. */
const resolved = ({ schema, root }: Located, depth = 0): JsonSchema | undefined => {
  if (!isObject(schema)) return undefined
  const reference = schema['$ref']
  if (typeof reference !== 'string') return schema
  if (!reference.startsWith('#') || depth > maxDepth) return undefined
  const target = reference
    .split('/')
    .slice(1)
    .reduce<unknown>((value, part) => getOwn(value, part.replaceAll('~1', '/').replaceAll('~0', '~')), root)
  return resolved({ schema: target, root }, depth + 1)
}

const named = (place: string): string => (place === '' ? '' : `${place}: `)

const unique = (problems: readonly string[]): readonly string[] => [...new Set(problems)]
