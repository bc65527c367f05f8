import { invalidConfiguration, isObject, typeName } from '@lpipe/core/middleware'
import { isMetricName } from './invocation-metrics.ts'

/** Most dimensions beside `service`: CloudWatch takes 30, and Powertools reserves one. */
const maxDimensions = 28

/** Most characters of a name, and of a value. */
const maxNameLength = 250
const maxValueLength = 1024

/** Printable ASCII, with at least one character that is not a space. */
const isAscii = (text: string): boolean => /^[\x20-\x7E]*$/.test(text) && text.trim() !== ''

/**
 * Checks a namespace.
 *
 * @throws InvalidConfigurationError if CloudWatch does not take it
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#Namespace
 */
export const checkNamespace = (namespace: unknown): void => {
  const invalid: (problem: string) => never = (problem) =>
    invalidConfiguration(`metrics: \`namespace\` must ${problem}`)
  if (typeof namespace !== 'string') invalid(`be a string, received ${typeName(namespace)}`)
  if (namespace.trim() === '') invalid('not be empty')
  if (namespace.length > 255) invalid(`have at most 255 characters, received ${namespace.length}`)
  if (namespace.startsWith('AWS/')) invalid("not begin with 'AWS/', which CloudWatch reserves for AWS services")
  if (!/^[\w./# -][\w./#: -]*$/.test(namespace)) {
    invalid('have only the characters A-Z, a-z, 0-9, `.`, `-`, `_`, `/`, `#`, `:` and space, and not begin with `:`')
  }
}

/**
 * Checks the value of the dimension `service`.
 *
 * @throws InvalidConfigurationError if CloudWatch does not take it
 */
export const checkService = (service: string): void => checkValue('the dimension `service`', service)

/**
 * Checks dimensions.
 *
 * @throws InvalidConfigurationError if CloudWatch does not take one, or if its name is used otherwise in the line
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html
 */
export const checkDimensions = (dimensions: unknown): void => {
  // A Map has no members.
  if (!isObject(dimensions) || Symbol.iterator in dimensions) {
    invalidConfiguration(`metrics: \`dimensions\` must be an object of strings, received ${typeName(dimensions)}`)
  }
  for (const [name, value] of Object.entries(dimensions)) {
    const dimension = `the dimension '${name.slice(0, 100)}'`
    const invalid: (problem: string) => never = (problem) => invalidConfiguration(`metrics: ${dimension} ${problem}`)
    if (name.length > maxNameLength) {
      invalid(`must have a name of at most ${maxNameLength} characters, received ${name.length}`)
    }
    if (!isAscii(name)) invalid('must have a name of printable ASCII characters, not only spaces')
    if (name.startsWith(':')) invalid('must have a name that does not begin with `:`')
    if (isMetricName(name)) invalid('has the name of a metric. Rename it')
    if (name === '_aws' || name === '__proto__') invalid('has a reserved name. Rename it')
    checkValue(dimension, value)
  }
  const count = Object.keys(dimensions).filter((name) => name !== 'service').length
  if (count > maxDimensions) {
    invalidConfiguration(`metrics: \`dimensions\` must have at most ${maxDimensions} members, received ${count}`)
  }
}

const checkValue = (dimension: string, value: unknown): void => {
  const invalid: (problem: string) => never = (problem) => invalidConfiguration(`metrics: ${dimension} must ${problem}`)
  if (typeof value !== 'string') invalid(`be a string, received ${typeName(value)}`)
  if (value.trim() === '') invalid('not be empty')
  if (value.length > maxValueLength) invalid(`have at most ${maxValueLength} characters, received ${value.length}`)
  if (!isAscii(value)) invalid('have only printable ASCII characters')
}
