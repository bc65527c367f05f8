import { InvalidConfigurationError } from './errors.ts'
import { isObject, kindOf } from './values.ts'

/**
 * Refuses an option that does not exist: a misspelt one would be ignored in silence.
 *
 * @param who the factory that takes the options
 * @param options what the user gave
 * @param known the names it takes
 * @throws InvalidConfigurationError
 */
export const checkOptions = (who: string, options: unknown, known: readonly string[]): void => {
  if (!isObject(options)) {
    throw new InvalidConfigurationError(`${who}: expected an object of options, got ${kindOf(options)}`)
  }
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) {
      throw new InvalidConfigurationError(`${who}: unknown option '${name}'. It takes: ${known.join(', ')}`)
    }
  }
}
