import type { Issue } from '../language/errors.ts'

/** An issue with the properties that libraries add. */
export interface ExpectedIssue extends Issue {
  /** zod, valibot, arktype: the expected type */
  readonly expected?: unknown
  /** zod, arktype: the issues of a union's branches, or of an intersection's parts; arktype's text for the whole union quotes the value */
  readonly errors?: unknown
  /** zod: the allowed literals, of a value or of the discriminator of a union */
  readonly values?: unknown
  readonly options?: unknown
  /** zod: the name of the format, and its arguments */
  readonly format?: unknown
  readonly pattern?: unknown
  readonly prefix?: unknown
  readonly suffix?: unknown
  readonly includes?: unknown
  /** zod: a bound, whether it is itself allowed, whether it is both bounds, and what it bounds */
  readonly minimum?: unknown
  readonly maximum?: unknown
  readonly inclusive?: unknown
  readonly exact?: unknown
  readonly origin?: unknown
  /** zod: the divisor of `multipleOf` */
  readonly divisor?: unknown
  /** zod: the properties that are not declared */
  readonly keys?: unknown
  /** zod, arktype: the name of the check */
  readonly code?: unknown
  /** valibot: the expected type where `expected` is null, or the name of the check; and its argument */
  readonly type?: unknown
  readonly requirement?: unknown
  /** valibot: `schema` or `validation` */
  readonly kind?: unknown
}

/** Returns what an issue says was expected, or undefined if it does not say so. */
export const expectedOf = (issue: ExpectedIssue, received: unknown): string | undefined => {
  const { expected, errors, values, options, format, divisor, type, kind, requirement } = issue
  if (Array.isArray(values) && values.length > 0) return literals(values)
  if (Array.isArray(errors) && errors.length > 0) return expectedOfBranches(errors, issue, received)
  if (Array.isArray(options) && options.length > 0) return literals(options)
  const bound = boundOf(issue, received)
  if (bound !== undefined) return bound
  if (kind === 'validation' && type === 'multiple_of') return `a multiple of ${String(requirement)}`
  if (kind === 'validation' && type === 'regex') return `string matching ${String(expected)}`
  if (kind === 'validation' && typeof requirement === 'string' && Object.hasOwn(partsOfStrings, String(type))) {
    return `string ${partsOfStrings[String(type)]} ${JSON.stringify(requirement)}`
  }
  // arktype writes `removed`, the others `never`
  if (expected === 'never' || expected === 'removed') return 'no value'
  if (typeof expected === 'string') return expected.includes('anonymous predicate') ? undefined : expected
  if (typeof divisor === 'number') return `a multiple of ${divisor}`
  if (typeof format === 'string') return formatOf(issue, format)
  return expected === null && typeof type === 'string' && !isOwnCheck(issue) ? type : undefined
}

/** Whether the issue is of a function that the user passed to valibot. */
export const isOwnCheck = ({ kind, type }: ExpectedIssue): boolean =>
  kind === 'schema' ? type === 'custom' : ownChecks.test(String(type))

const ownChecks = /^(?:(?:partial_|raw_)?check(?:_items)?|(?:some|every)_item|guard|raw_transform)$/

/** The names of valibot's checks of a part of a string. */
const partsOfStrings: Readonly<Record<string, string>> = {
  starts_with: 'starting with',
  ends_with: 'ending with',
  includes: 'containing',
}

const literals = (values: readonly unknown[]): string =>
  values.map((value) => (typeof value === 'string' ? JSON.stringify(value) : String(value))).join(' or ')

/**
 * Returns what the branches of a union, or the parts of arktype's intersection, expect of the value itself. Zod has an array of issues for
 * each branch, arktype one array for all.
 */
const expectedOfBranches = (
  errors: readonly unknown[],
  { path = [], code }: ExpectedIssue,
  received: unknown,
): string | undefined => {
  const depth = errors.some(Array.isArray) ? 0 : path.length
  const issues = errors.flat() as readonly ExpectedIssue[]
  const expected = issues.map((issue) => ((issue.path?.length ?? 0) > depth ? undefined : expectedOf(issue, received)))
  return expected.length === 0 || expected.includes(undefined)
    ? undefined
    : [...new Set(expected)].join(code === 'intersection' ? ' and ' : ' or ')
}

/** Units of a bound, by zod's name of the type, and by valibot's name of the measure. */
const units: Readonly<Record<string, string>> = {
  array: 'item',
  set: 'item',
  map: 'entry',
  object: 'property',
  record: 'property',
  string: 'character',
  file: 'byte',
  size: 'item',
  entries: 'property',
  graphemes: 'character',
  words: 'word',
  bytes: 'byte',
}

/** Returns a bound with its unit: `at least 1 item`. A bound of a number or a date has none. */
const boundOf = (issue: ExpectedIssue, received: unknown): string | undefined => {
  const { minimum, maximum, inclusive, exact, origin } = issue
  if (isLimit(minimum) || isLimit(maximum)) {
    const [limit, word] = isLimit(minimum)
      ? [minimum, inclusive === false ? 'more than' : 'at least']
      : [maximum as number, inclusive === false ? 'less than' : 'at most']
    return `${exact === true ? 'exactly' : word} ${counted(limit, unitOf(String(origin)))}`
  }
  const [, bound, measure = ''] = valibotBound.exec(issue.kind === 'validation' ? String(issue.type) : '') ?? []
  if (measure === '') return undefined
  const unit =
    measure === 'length' || measure === 'empty' ? (Array.isArray(received) ? 'item' : 'character') : unitOf(measure)
  if (measure === 'empty') return `at least ${counted(1, unit)}`
  if (!isLimit(issue.requirement)) return undefined
  const words: Readonly<Record<string, string>> = { min: 'at least', max: 'at most' }
  return `${words[bound ?? ''] ?? 'exactly'} ${counted(issue.requirement, unit)}`
}

/** The names of valibot's checks that count: `min_length`, `max_size`, `length`, `non_empty`. */
const valibotBound = /^(?:(min|max|non)_)?(length|empty|size|entries|graphemes|words|bytes)$/

const unitOf = (name: string): string | undefined => (Object.hasOwn(units, name) ? units[name] : undefined)

const counted = (limit: number | bigint, unit: string | undefined): string => {
  if (unit === undefined) return String(limit)
  return `${limit} ${Number(limit) === 1 ? unit : unit.replace(/y$/, 'ie').concat('s')}`
}

const formatOf = ({ pattern, prefix, suffix, includes }: ExpectedIssue, format: string): string => {
  if (typeof prefix === 'string') return `string starting with ${JSON.stringify(prefix)}`
  if (typeof suffix === 'string') return `string ending with ${JSON.stringify(suffix)}`
  if (typeof includes === 'string') return `string containing ${JSON.stringify(includes)}`
  return format === 'regex' && typeof pattern === 'string' ? `string matching ${pattern}` : format
}

const isLimit = (limit: unknown): limit is number | bigint => typeof limit === 'number' || typeof limit === 'bigint'
