import { isObject } from '@lpipe/core/middleware'
import type { JsonSchema } from '../description.ts'
import { arrayOf, propertiesOf, tupleOf } from './keywords.ts'

/** Compares the schemas of a member. */
type Step = (from: unknown, to: unknown, place: string) => readonly string[]

/** Compares the members of objects and the elements of arrays. */
export const memberProblems = (from: JsonSchema, to: JsonSchema, place: string, step: Step): readonly string[] => [
  ...missingMembers(from, to, place),
  ...sharedMembers(from, to, place, step),
  ...otherMembers(from, to, place, step),
  ...elementProblems(from, to, place, step),
]

const missingMembers = (from: JsonSchema, to: JsonSchema, place: string): readonly string[] => {
  const declared = propertiesOf(from)
  const always = new Set(arrayOf(from['required']) ?? [])
  return (arrayOf(to['required']) ?? [])
    .filter((name) => !always.has(name))
    .map((one) => {
      const name = String(one)
      return `${memberOf(place, name)}: ${Object.hasOwn(declared, name) ? 'may be missing' : 'is missing'}, but required`
    })
}

const sharedMembers = (from: JsonSchema, to: JsonSchema, place: string, step: Step): readonly string[] => {
  const [declared, expected] = [propertiesOf(from), propertiesOf(to)]
  return Object.keys(declared)
    .filter((name) => Object.hasOwn(expected, name))
    .flatMap((name) => step(declared[name], expected[name], memberOf(place, name)))
}

/** Members that `properties` of the accepted schema does not name: `additionalProperties` may refuse them, or say their type. */
const otherMembers = (from: JsonSchema, to: JsonSchema, place: string, step: Step): readonly string[] => {
  const [declared, expected] = [propertiesOf(from), propertiesOf(to)]
  const wanted = to['additionalProperties']
  if (isObject(to['patternProperties'])) return []
  const names = Object.keys(declared).filter((name) => !Object.hasOwn(expected, name))
  if (wanted === false) return names.map((name) => `${memberOf(place, name)}: is not accepted`)
  if (!isObject(wanted)) return []
  const given = from['additionalProperties']
  return [
    ...names.flatMap((name) => step(declared[name], wanted, memberOf(place, name))),
    ...(isObject(given) ? step(given, wanted, `${place}[name]`) : []),
  ]
}

const elementProblems = (from: JsonSchema, to: JsonSchema, place: string, step: Step): readonly string[] => {
  const wanted = tupleOf(to)
  return [
    ...(isObject(from['items']) && isObject(to['items']) ? step(from['items'], to['items'], `${place}[]`) : []),
    ...tupleOf(from)
      .slice(0, wanted.length)
      .flatMap((item, index) => step(item, wanted[index], `${place}[${index}]`)),
  ]
}

const memberOf = (place: string, name: string): string => (place === '' ? name : `${place}.${name}`)
