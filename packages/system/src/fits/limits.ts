import type { JsonSchema } from '../description.ts'
import { valuesOf } from './keywords.ts'

/** The beginning of a problem. */
export const named = (place: string): string => (place === '' ? '' : `${place}: `)

/** Compares `const` and `enum`. */
export const valueProblems = (from: JsonSchema, to: JsonSchema, place: string): readonly string[] => {
  const wanted = valuesOf(to)
  if (wanted === undefined) return []
  const given = valuesOf(from)
  if (given === undefined) return [`${named(place)}may have any value, expected one of ${wanted.length}`]
  const texts = new Set(wanted.map((value) => JSON.stringify(value)))
  const refused = given.map((value) => JSON.stringify(value)).filter((text) => !texts.has(text))
  return refused.length === 0 ? [] : [`${named(place)}may be ${refused.join(' or ')}, which is not accepted`]
}

const isHigher = (to: number, from: number): boolean => to > from
const isLower = (to: number, from: number): boolean => to < from

/** Limits, and when that of the accepted values is narrower. */
const limits: readonly (readonly [keyword: string, isNarrower: (to: number, from: number) => boolean])[] = [
  ['minimum', isHigher],
  ['maximum', isLower],
  ['exclusiveMinimum', isHigher],
  ['exclusiveMaximum', isLower],
  ['minLength', isHigher],
  ['maxLength', isLower],
  ['minItems', isHigher],
  ['maxItems', isLower],
]

/** Returns the limits that are wider in what is sent, or missing there. */
export const limitProblems = (from: JsonSchema, to: JsonSchema, place: string): readonly string[] =>
  valuesOf(from) !== undefined
    ? []
    : limits.flatMap(([keyword, isNarrower]) => {
        const wanted = to[keyword]
        const given = from[keyword]
        if (typeof wanted !== 'number' || saysNothing(keyword, to)) return []
        if (typeof given === 'number' && !isNarrower(wanted, given)) return []
        return [`${named(place)}\`${keyword}\` is ${typeof given === 'number' ? given : 'not set'}, expected ${wanted}`]
      })

/** zod writes the range of safe integers for each integer. */
const saysNothing = (keyword: string, { minimum, maximum }: JsonSchema): boolean =>
  (keyword === 'minimum' || keyword === 'maximum') && Math.abs(Number(minimum ?? maximum)) === Number.MAX_SAFE_INTEGER
