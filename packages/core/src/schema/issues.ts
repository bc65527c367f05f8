import { InvalidPayloadError, type Issue } from '../language/errors.ts'
import { typeName } from '../values.ts'

/**
 * Returns the error for kwargs that a function's schema did not accept. Its message names the expected and the received type, never
 * a value.
 *
 * @param functionName the function that the schema belongs to
 * @param issues the issues of the schema; they become `error.issues`
 * @param kwargs the value that was validated
 * @param where text to append, for example ` (path SUBSCRIBE)`
 */
export const validationError = (
  functionName: string,
  issues: readonly Issue[],
  kwargs: unknown,
  where = '',
): InvalidPayloadError => {
  const error = new InvalidPayloadError(`${functionName}: ${summary(issues, kwargs)}${where}`)
  // Not enumerable, because loggers and Sentry print an error's own enumerable properties.
  return Object.defineProperty(error, 'issues', { value: issues })
}

/** An error message names at most this number of issues; `error.issues` has all of them. */
const maxNamed = 5

/** The maxLength path or expected type, in characters: a message may choose the names of its properties. */
const maxLength = 100

const summary = (issues: readonly Issue[], kwargs: unknown): string => {
  const named = issues.slice(0, maxNamed).map((issue) => describe(issue, kwargs))
  if (issues.length > maxNamed) named.push(`and ${issues.length - maxNamed} more`)
  return named.join('; ')
}

const describe = (issue: Issue, kwargs: unknown): string => {
  // Array.from, because the map() of an empty path of arktype's own class may return one element.
  const keys = Array.from(issue.path ?? [], (part) => (typeof part === 'object' ? part.key : part))
  let received = kwargs
  for (const key of keys) {
    received =
      typeof received === 'object' && received !== null && Object.hasOwn(received, key)
        ? received[key as keyof typeof received]
        : undefined
  }
  const path = keys.length === 0 ? 'kwargs' : cut(keys.slice(0, maxLength).map(String).join('.'))
  return `${path}: ${expectation(issue, keys.at(-1))}, received ${typeName(received)}`
}

/** An issue with the properties that libraries add. Their messages are not used, because they may quote the value. */
export interface ExpectedIssue extends Issue {
  /** zod, valibot, arktype: the expected type */
  readonly expected?: unknown
  /** zod, arktype: the issues of a union's branches; arktype's text for the whole union quotes the value */
  readonly errors?: unknown
  /** zod: the allowed literals */
  readonly values?: unknown
  /** zod: the name of the format */
  readonly format?: unknown
  /** zod: a bound, and whether it is itself allowed */
  readonly minimum?: unknown
  readonly maximum?: unknown
  readonly inclusive?: unknown
  /** valibot: the expected type where `expected` is null */
  readonly type?: unknown
}

/** arktype writes `a string`, zod and valibot write `string`. */
const article = /\ban? (?=(?:string|number|integer|boolean|array|object)\b)/g

const expectation = (issue: ExpectedIssue, key: PropertyKey | undefined): string => {
  const expected = expectedOf(issue)
  if (expected === undefined || expected.includes('(was ')) return 'not accepted'
  // valibot: the property itself is missing
  if (expected === JSON.stringify(key)) return 'required'
  return `expected ${cut(expected.replace(article, '').replace(/\bint\b/, 'integer'))}`
}

/** Returns what an issue says was expected, or undefined if it does not say so. */
const expectedOf = (issue: ExpectedIssue): string | undefined => {
  const { expected, errors, values, format, minimum, maximum, inclusive, type } = issue
  if (Array.isArray(errors)) return expectedOfBranches(errors, issue)
  if (typeof expected === 'string') return expected
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value) ?? String(value)).join(' or ')
  if (typeof format === 'string') return format
  if (isLimit(minimum)) return `${inclusive === false ? 'more than' : 'at least'} ${minimum}`
  if (isLimit(maximum)) return `${inclusive === false ? 'less than' : 'at most'} ${maximum}`
  return expected === null && typeof type === 'string' ? type : undefined
}

/** Returns what a union's branches expect of the value itself. Zod has an array of issues for each branch, arktype one array for all. */
const expectedOfBranches = (errors: readonly unknown[], { path = [] }: Issue): string | undefined => {
  const depth = errors.some(Array.isArray) ? 0 : path.length
  const issues = errors.flat() as readonly ExpectedIssue[]
  const expected = issues.map((issue) => ((issue.path?.length ?? 0) > depth ? undefined : expectedOf(issue)))
  return expected.includes(undefined) ? undefined : [...new Set(expected)].join(' or ')
}

const isLimit = (limit: unknown): boolean => typeof limit === 'number' || typeof limit === 'bigint'

const cut = (text: string): string => (text.length > maxLength ? `${text.slice(0, maxLength)}...` : text)
