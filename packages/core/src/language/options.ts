import { isObject, typeName } from '../values.ts'
import { invalidConfiguration } from './errors.ts'

/** A rule of its own: what is expected, for the error text, and a test. */
export interface Expectation {
  readonly expected: string
  readonly accepts: (value: unknown) => boolean
}

/**
 * What an option must be: `any`, a type, one of some strings, a number not below this one, a `count` (1, 2, 3, ... or Infinity),
 * or an expectation.
 */
export type Rule =
  | 'any'
  | 'string'
  | 'boolean'
  | 'object'
  | 'array'
  | 'function'
  | 'count'
  | readonly string[]
  | number
  | Expectation

/** The options that a factory takes, with their rules. */
export type Rules = Readonly<Record<string, Rule>>

/**
 * Checks the options of a factory. Unknown options are refused, because a misspelt one would be ignored. An option that
 * is undefined counts as not given.
 *
 * @param factory the name of the factory, for the error text
 * @param options the user's options
 * @param rules the options that the factory takes
 * @throws InvalidConfigurationError that names the option, what was expected and what was received
 * @example
 * checkOptions('audit', options, { level: ['info', 'debug'], every: 1 })
 */
export const checkOptions = (factory: string, options: unknown, rules: Rules): void => {
  if (!isObject(options))
    invalidConfiguration(`${factory}: expected an object of options, received ${typeName(options)}`)
  for (const name of Object.keys(options)) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined
    if (rule === undefined) {
      invalidConfiguration(`${factory}: unknown option \`${name}\`. Known options: ${Object.keys(rules).join(', ')}`)
    }
    const value = options[name]
    if (value === undefined) continue
    const { expected, accepts } = expectationOf(rule)
    if (!accepts(value)) {
      invalidConfiguration(`${factory}: \`${name}\` must be ${expected}, received ${received(value)}`)
    }
  }
}

const count: Expectation = {
  expected: 'a whole number of at least 1, or Infinity',
  accepts: (value) => value === Infinity || (Number.isInteger(value) && Number(value) >= 1),
}

const expectationOf = (rule: Rule): Expectation => {
  if (typeof rule === 'number') {
    return { expected: `a number of at least ${rule}`, accepts: (value) => typeof value === 'number' && value >= rule }
  }
  if (rule === 'count') return count
  if (typeof rule === 'string') {
    const article = /^[aeiou]/.test(rule) ? 'an' : 'a'
    return { expected: `${article} ${rule}`, accepts: (value) => rule === 'any' || typeName(value) === rule }
  }
  if (isObject(rule)) return rule as unknown as Expectation
  const list = rule as readonly string[]
  return { expected: `'${list.join("' or '")}'`, accepts: (value) => list.includes(value as string) }
}

/** Options are not values of a message: short ones are quoted. */
const received = (value: unknown): string => {
  if (typeof value === 'string' && value.length <= 100) return `'${value}'`
  return typeof value === 'number' ? String(value) : typeName(value)
}
