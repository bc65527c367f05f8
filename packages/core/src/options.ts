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
    const [fits, wish] = judged(rules[name], value)
    if (value !== undefined && !fits) misconfigured(`${who}: its ${name} must be ${wish}, got ${shown(value)}`)
  }
}

/** Whether a value is what its rule says, in words. */
const judged = (rule: Rule | undefined = 'any', value: unknown): readonly [fits: boolean, wish: string] => {
  if (typeof rule === 'number') return [typeof value === 'number' && value >= rule, `a number of at least ${rule}`]
  if (typeof rule === 'object') return [rule.includes(value as string), `'${rule.join("' or '")}'`]
  return [rule === 'any' || rule.endsWith(kindOf(value)), rule]
}

const shown = (value: unknown): unknown => {
  if (typeof value === 'string') return `'${value}'`
  return typeof value === 'number' ? value : kindOf(value)
}
