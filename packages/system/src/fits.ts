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

  const branches = branchesOf(from, to, given.root)
  if (branches !== undefined) return unique(branches.flatMap((one) => step(one, to)))
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

/**
 * Splits a schema into schemas that together accept the same values: its alternatives, each of its types, and, if there are alternatives to
 * compare with, each of its values and each value of a member by which those differ.
 */
const branchesOf = (from: JsonSchema, to: JsonSchema, root: JsonSchema): readonly unknown[] | undefined => {
  const parts = arrayOf(from['allOf'])
  if (parts !== undefined) {
    const { allOf: _, ...rest } = from
    return intersectionOf([rest, ...parts].map((schema) => resolved({ schema, root }) ?? {}))
  }
  const alternatives = alternativesOf(from)
  if (alternatives !== undefined) return alternatives
  const types = arrayOf(from['type'])
  if (types !== undefined && valuesOf(from) === undefined) return types.map((type) => ({ ...from, type }))
  const accepted = alternativesOf(to)
  if (accepted === undefined) return undefined
  const values = valuesOf(from) ?? []
  return values.length > 1 ? values.map((value) => ({ const: value })) : branchesByMember(from, accepted, root)
}

/** A member with several values, which an alternative accepts some of. */
const branchesByMember = (
  from: JsonSchema,
  accepted: readonly unknown[],
  root: JsonSchema,
): readonly unknown[] | undefined => {
  const { properties } = from
  if (!isObject(properties)) return undefined
  for (const [name, schema] of Object.entries(properties)) {
    const values = valuesOf(resolved({ schema, root }) ?? {}) ?? []
    const decides = accepted.some((one) => {
      const member = getOwn(getOwn(one, 'properties'), name)
      return isObject(member) && valuesOf(member) !== undefined
    })
    if (values.length > 1 && decides) {
      return values.map((value) => ({ ...from, properties: { ...properties, [name]: { const: value } } }))
    }
  }
  return undefined
}

/** The values that all schemas accept: one schema, or one for each alternative of a part. */
const intersectionOf = (parts: readonly JsonSchema[]): readonly JsonSchema[] => {
  const at = parts.findIndex((part) => alternativesOf(part) !== undefined)
  const part = parts[at]
  const alternatives = part && alternativesOf(part)
  if (alternatives !== undefined) {
    return alternatives.map((one) => ({ allOf: parts.map((other, index) => (index === at ? one : other)) }))
  }
  const properties = new Map<string, unknown>()
  for (const [name, schema] of parts.flatMap((one) => Object.entries(one['properties'] ?? {}))) {
    properties.set(name, properties.has(name) ? { allOf: [properties.get(name), schema] } : schema)
  }
  const required = unique(parts.flatMap((one) => (arrayOf(one['required']) ?? []) as readonly string[]))
  return [
    Object.assign(
      {},
      ...parts,
      properties.size > 0 ? { properties: Object.fromEntries(properties) } : {},
      required.length > 0 ? { required } : {},
    ),
  ]
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
    ...recordProblems(from, to, place, step),
    ...(isObject(from['items']) && isObject(to['items']) ? step(from['items'], to['items'], `${place}[]`) : []),
    ...tupleOf(from).flatMap((item, index) => {
      const wanted = tupleOf(to)[index]
      return wanted === undefined ? [] : step(item, wanted, `${place}[${index}]`)
    }),
  ]
}

/** Members that `properties` does not name, if `additionalProperties` says of which type they are. */
const recordProblems = (from: JsonSchema, to: JsonSchema, place: string, step: Step): readonly string[] => {
  const declared = isObject(from['properties']) ? from['properties'] : {}
  const expected = isObject(to['properties']) ? to['properties'] : {}
  const wanted = to['additionalProperties']
  if (!isObject(wanted) || isObject(to['patternProperties'])) return []
  const given = from['additionalProperties']
  return [
    ...Object.keys(declared)
      .filter((name) => !Object.hasOwn(expected, name))
      .flatMap((name) => step(declared[name], wanted, place === '' ? name : `${place}.${name}`)),
    ...(isObject(given) ? step(given, wanted, `${place}[name]`) : []),
  ]
}

/** The schemas of the first elements of an array. */
const tupleOf = (schema: JsonSchema): readonly unknown[] =>
  arrayOf(schema['prefixItems']) ?? arrayOf(schema['items']) ?? []

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

const valuesOf = (schema: JsonSchema): readonly unknown[] | undefined => {
  if (Object.hasOwn(schema, 'const')) return [schema['const']]
  return arrayOf(schema['enum']) ?? (schema['type'] === 'boolean' ? [true, false] : undefined)
}

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
