import { InvalidConfigurationError } from '@lpipe/core'
import { isObject } from '@lpipe/core/middleware'

/** @throws InvalidConfigurationError always */
export const invalid = (text: string): never => {
  throw new InvalidConfigurationError(`system: ${text}`)
}

/** Returns the path of a member, such as `queues.orders` or `queues['orders.fifo']`. */
export const pathTo = (path: string, member: string): string =>
  /^\w+$/.test(member) ? `${path}.${member}` : `${path}['${member}']`

/** Returns a value of the configuration in words. */
const received = (value: unknown): string => {
  if (value === undefined) return 'missing'
  if (typeof value === 'string') return JSON.stringify(value)
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value)
  return Array.isArray(value) ? 'array' : typeof value
}

/** @throws InvalidConfigurationError if the value is not as expected */
export const checkValue = (holds: boolean, path: string, expected: string, value: unknown): void => {
  if (!holds) invalid(`\`${path}\` must be ${expected}, received ${received(value)}`)
}

/** @throws InvalidConfigurationError if the value is not an object, or has a member that is not listed */
export const checkMembers = (path: string, value: unknown, members: readonly string[]): void => {
  checkValue(isObject(value), path, 'an object', value)
  for (const name of Object.keys(value as object)) {
    if (!members.includes(name)) {
      invalid(`\`${path}\` has the unknown option \`${name}\`; the options are ${members.join(', ')}`)
    }
  }
}

/** Checks a whole number. @throws InvalidConfigurationError */
export const checkInteger = (path: string, value: unknown, least: number, most: number): void =>
  checkValue(
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most,
    path,
    `an integer from ${least} to ${most}`,
    value,
  )

/** Checks a number. @throws InvalidConfigurationError */
export const checkNumber = (path: string, value: unknown, least: number, most: number): void =>
  checkValue(
    typeof value === 'number' && value >= least && value <= most,
    path,
    `a number from ${least} to ${most}`,
    value,
  )

/** Checks an optional boolean. @throws InvalidConfigurationError */
export const checkBoolean = (path: string, value: unknown): void =>
  checkValue(value === undefined || typeof value === 'boolean', path, 'a boolean', value)

/** Checks the name of a queue or a stream that another option declares. @throws InvalidConfigurationError */
export const checkDeclared = (
  path: string,
  name: unknown,
  option: string,
  declared: Readonly<Record<string, unknown>>,
): void => {
  if (typeof name === 'string' && Object.hasOwn(declared, name)) return
  const names = Object.keys(declared).join(', ') || 'none'
  invalid(`\`${path}\` must be one of \`${option}\` (declared: ${names}), received ${received(name)}`)
}
