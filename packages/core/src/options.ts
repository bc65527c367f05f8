import { misconfigured } from './errors.ts'
import { isObject, kindOf } from './values.ts'

/**
 * What an option may be: `any`; a kind in the words of `kindOf`, with an article if it reads better; one of some texts;
 * or a number, and not less than this one.
 */
export type Rule = string | readonly string[] | number

/** The options that a factory takes, with their rules. */
export type Rules = Readonly<Record<string, Rule>>

/**
 * Refuses an option that does not exist, for a misspelt one would be ignored in silence, and one that breaks its rule.
 * An option that is undefined counts as not given.
 *
 * @param who the factory that takes the options
 * @param options what the user gave
 * @throws InvalidConfigurationError
 */
export const checkOptions = (who: string, options: unknown, rules: Rules): void => {
  if (!isObject(options)) misconfigured(`${who}: expected an object of options, got ${kindOf(options)}`)
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(rules, name)) {
      misconfigured(`${who}: unknown option '${name}'. It takes: ${Object.keys(rules).join(', ')}`)
    }
    const value = options[name]
    const wish = value === undefined ? undefined : wishOf(rules[name], value)
    if (wish !== undefined) misconfigured(`${who}: its ${name} must be ${wish}`)
  }
}

/** What a value should be and what it is, if it is something else. */
const wishOf = (rule: Rule | undefined, value: unknown): string | undefined => {
  if (typeof rule === 'number') {
    return typeof value === 'number' && value >= rule ? undefined : `a number of at least ${rule}, not ${shown(value)}`
  }
  if (typeof rule === 'object') {
    return rule.includes(value as string) ? undefined : `'${rule.join("' or '")}', not ${shown(value)}`
  }
  const kind = kindOf(value)
  return rule === undefined || rule === 'any' || rule.endsWith(kind) ? undefined : `${rule}, got ${kind}`
}

const shown = (value: unknown): unknown => {
  if (typeof value === 'string') return `'${value}'`
  return typeof value === 'number' ? value : kindOf(value)
}
