import { isObject } from '@lpipe/core/middleware'

/** A filter: the JSON of a pattern as AWS takes it, or the pattern as an object. */
export interface Filter {
  readonly pattern: string | object
}

/** Returns whether a record passes the filters of a mapping. */
export type Accepts<T> = (record: T) => boolean

/**
 * Returns a function that says whether one of the patterns matches. Without filters everything passes.
 *
 * @param property the only property of a record that AWS lets a pattern match: `body` of SQS, `data` of Kinesis
 * @param textOf returns the text of that property. A text that is JSON is matched as the value it holds.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
 */
export const createFilter = <T>(
  filters: readonly Filter[] | undefined,
  property: string,
  textOf: (record: T) => string,
): Accepts<T> => {
  if (filters === undefined || filters.length === 0) return () => true
  const patterns = filters.map(patternOf)
  return (record) => {
    const text = textOf(record)
    const json = parseJson(text)
    const value = json === undefined ? text : json
    return patterns.some((pattern) => {
      // An object as pattern requires JSON that is not a plain string or number.
      if (isObject(pattern[property]) && (typeof value !== 'object' || value === null)) return false
      return matchesObject(pattern, { [property]: value })
    })
  }
}

/**
 * Returns what is wrong with a filter, or undefined.
 *
 * @param property the only property that a pattern may name
 */
export const filterProblem = (filter: Filter, property: string): string | undefined => {
  const pattern: unknown = patternOf(filter)
  if (!isObject(pattern)) return 'must be an object, or the JSON of one'
  const text = typeof filter.pattern === 'string' ? filter.pattern : JSON.stringify(pattern)
  if (text.length > maxPatternLength) return `must have at most ${maxPatternLength} characters`
  const others = Object.keys(pattern).filter((key) => key !== property)
  if (others.length > 0) return `must only have the property \`${property}\`: AWS filters by no other one`
  return patternProblem(pattern)
}

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_Filter.html */
const maxPatternLength = 4096

const patternOf = ({ pattern }: Filter): Readonly<Record<string, unknown>> =>
  (typeof pattern === 'string' ? parseJson(pattern) : pattern) as Readonly<Record<string, unknown>>

const patternProblem = (pattern: unknown): string | undefined => {
  if (Array.isArray(pattern)) {
    if (pattern.length === 0) return 'must not have an empty array of rules'
    return pattern.map(ruleProblem).find((problem) => problem !== undefined)
  }
  if (!isObject(pattern)) return 'must have an array of rules, or an object, for each property'
  for (const [key, value] of Object.entries(pattern)) {
    const problem = key === '$or' && Array.isArray(value) ? alternativesProblem(value) : patternProblem(value)
    if (problem !== undefined) return problem
  }
  return Object.keys(pattern).length === 0 ? 'must not have an empty object' : undefined
}

const alternativesProblem = (alternatives: readonly unknown[]): string | undefined =>
  alternatives.length < 2
    ? 'must have at least two alternatives in `$or`'
    : alternatives.map((one) => (isObject(one) ? patternProblem(one) : '`$or` must hold objects')).find(Boolean)

const ruleProblem = (rule: unknown): string | undefined => {
  if (!isObject(rule)) return Array.isArray(rule) ? 'must not have an array in an array of rules' : undefined
  const [[name, operand] = ['', undefined], ...more] = Object.entries(rule)
  if (more.length > 0) return 'must have one operator in each rule'
  const operator = Object.hasOwn(operators, name) ? operators[name] : undefined
  if (operator === undefined) return `has the unknown operator \`${name}\`; known: ${Object.keys(operators).join(', ')}`
  return operator.takes(operand) ? undefined : `has a wrong operand for \`${name}\``
}

const matchesObject = (pattern: Readonly<Record<string, unknown>>, value: unknown): boolean =>
  Object.entries(pattern).every(([key, expected]) =>
    key === '$or' && Array.isArray(expected)
      ? expected.some((alternative) => matchesObject(alternative, value))
      : matches(expected, isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined),
  )

/** An array in the record matches if one of its elements does. */
const matches = (pattern: unknown, value: unknown): boolean => {
  const values: readonly unknown[] = Array.isArray(value) && value.length > 0 ? value : [value]
  if (Array.isArray(pattern)) return pattern.some((rule) => values.some((one) => matchesRule(rule, one)))
  return values.some((one) => matchesObject(pattern as Readonly<Record<string, unknown>>, one))
}

const matchesRule = (rule: unknown, value: unknown): boolean => {
  if (!isObject(rule)) return rule === value
  const [[name, operand] = ['', undefined]] = Object.entries(rule)
  return operators[name]?.matches(operand, value) ?? false
}

interface Operator {
  readonly takes: (operand: unknown) => boolean
  readonly matches: (operand: unknown, value: unknown) => boolean
}

const isString = (value: unknown): value is string => typeof value === 'string'
const isLiteral = (value: unknown): boolean => isString(value) || typeof value === 'number'

const textOperator = (test: (value: string, operand: string) => boolean): Operator => ({
  takes: isString,
  matches: (operand, value) => isString(value) && test(value, operand as string),
})

const comparisons: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '=': (value, limit) => value === limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
}

/** The pairs of `['>', 0, '<=', 5]`. */
const pairsOf = (operand: readonly unknown[]): [comparison: unknown, limit: unknown][] =>
  Array.from({ length: Math.ceil(operand.length / 2) }, (_, index) => [operand[2 * index], operand[2 * index + 1]])

const operators: Readonly<Record<string, Operator>> = {
  prefix: textOperator((value, operand) => value.startsWith(operand)),
  suffix: textOperator((value, operand) => value.endsWith(operand)),
  'equals-ignore-case': textOperator((value, operand) => value.toLowerCase() === operand.toLowerCase()),
  exists: {
    takes: (operand) => typeof operand === 'boolean',
    matches: (operand, value) => (value !== undefined && !isObject(value)) === operand,
  },
  'anything-but': {
    takes: (operand) =>
      isLiteral(operand) || (Array.isArray(operand) && operand.length > 0 && operand.every(isLiteral)),
    matches: (operand, value) => value !== undefined && !isObject(value) && ![operand].flat().includes(value),
  },
  numeric: {
    takes: (operand) =>
      Array.isArray(operand) &&
      operand.length > 0 &&
      pairsOf(operand).every(
        ([comparison, limit]) => Object.hasOwn(comparisons, String(comparison)) && typeof limit === 'number',
      ),
    matches: (operand, value) =>
      typeof value === 'number' &&
      pairsOf(operand as unknown[]).every(([comparison, limit]) =>
        comparisons[String(comparison)]?.(value, limit as number),
      ),
  },
}

/** Parses JSON. Returns `undefined` if the text is not JSON. */
const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
