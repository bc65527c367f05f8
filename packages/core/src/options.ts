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
    const value = options[name]
    if (!Object.hasOwn(rules, name)) {
      misconfigured(`${who}: unknown option '${name}'. It takes: ${Object.keys(rules).join(', ')}`)
    }
    const rule = rules[name] as Rule
    const wish = value === undefined ? false : wishOf(rule, value)
    if (wish)
      misconfigured(
        `${who}: its ${name} must be ${wish}, got ${typeof rule === 'string' ? kindOf(value) : shown(value)}`,
      )
  }
}

/** What a value should have been, if it is something else. */
const wishOf = (rule: Rule, value: unknown): string | false => {
  if (typeof rule === 'number') return !(typeof value === 'number' && value >= rule) && `a number of at least ${rule}`
  if (typeof rule !== 'string') return !rule.includes(value as string) && `'${rule.join("' or '")}'`
  return rule !== 'any' && !rule.endsWith(kindOf(value)) && rule
}

const shown = (value: unknown): unknown =>
  typeof value === 'string' ? `'${value}'` : typeof value === 'number' ? value : kindOf(value)
