import { InvalidPayloadError, type Issue } from './errors.ts'
import { kindOf } from './values.ts'

/**
 * The error of a message that a signature refused. It names what was expected and what kind came, never the value.
 *
 * @param who the function
 * @param where what to add at the end, such as ` (path SUBSCRIBE)`
 */
export const refusal = (who: string, issues: readonly Issue[], kwargs: unknown, where = ''): InvalidPayloadError => {
  const error = new InvalidPayloadError(`${who}: ${summary(issues, kwargs)}${where}`)
  // Not enumerable, for loggers and Sentry print an error's own members.
  return Object.defineProperty(error, 'issues', { value: issues })
}

/** The most issues that a message names; all are in `error.issues`. */
const mostNamed = 5

/** The longest text of a place or of an expectation: a message may choose the names of its members. */
const longest = 100

const summary = (issues: readonly Issue[], kwargs: unknown): string => {
  const named = issues.slice(0, mostNamed).map((issue) => describe(issue, kwargs))
  if (issues.length > mostNamed) named.push(`and ${issues.length - mostNamed} more`)
  return named.join('; ')
}

const describe = (issue: Issue, kwargs: unknown): string => {
  // Array.from, for a library's own class of paths may make a map() of no parts one of one part.
  const keys = Array.from(issue.path ?? [], (part) => (typeof part === 'object' ? part.key : part))
  let got = kwargs
  for (const key of keys) {
    got = typeof got === 'object' && got !== null && Object.hasOwn(got, key) ? got[key as keyof typeof got] : undefined
  }
  const place = keys.length === 0 ? 'kwargs' : cut(keys.slice(0, longest).map(String).join('.'))
  return `${place}: ${expected(issue, keys.at(-1))}, got ${kindOf(got)}`
}

/** What the libraries add to an issue to say what their schema wants. Their messages may quote the value: not taken. */
interface Wish {
  /** zod, valibot, arktype: a type in words */
  readonly expected?: unknown
  /** zod, arktype: the branches of a union; what arktype says of it as a whole quotes the value */
  readonly errors?: unknown
  /** zod: literals */
  readonly values?: unknown
  /** zod: the name of a format */
  readonly format?: unknown
  /** zod: a bound, and whether it is allowed itself */
  readonly minimum?: unknown
  readonly maximum?: unknown
  readonly inclusive?: unknown
  /** valibot: what was asked for, where `expected` is null */
  readonly type?: unknown
}

const expected = (issue: Issue & Wish, key: PropertyKey | undefined): string => {
  const wish = wishOf(issue)
  if (wish === undefined || wish.includes('(was ')) return 'not accepted'
  // valibot: the member itself is what is missing
  if (wish === JSON.stringify(key)) return 'required'
  return `expected ${cut(wish.replace(/\b(?:a )?string\b/g, 'text').replace(/\bint\b/, 'integer'))}`
}

const wishOf = (issue: Issue & Wish): string | undefined => {
  const { expected, errors, values, format, minimum, maximum, inclusive, type } = issue
  if (Array.isArray(errors)) return branchesOf(errors, issue)
  if (typeof expected === 'string') return expected
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value) ?? String(value)).join(' or ')
  if (typeof format === 'string') return format
  if (isLimit(minimum)) return `${inclusive === false ? 'more than' : 'at least'} ${minimum}`
  if (isLimit(maximum)) return `${inclusive === false ? 'less than' : 'at most'} ${maximum}`
  return expected === null && typeof type === 'string' ? type : undefined
}

/** What a union's branches want of the value itself. Zod tells an array of issues for each, arktype one of all. */
const branchesOf = (errors: readonly unknown[], { path = [] }: Issue): string | undefined => {
  const depth = errors.some(Array.isArray) ? 0 : path.length
  const issues = errors.flat() as readonly (Issue & Wish)[]
  const wishes = issues.map((issue) => ((issue.path?.length ?? 0) > depth ? undefined : wishOf(issue)))
  return wishes.includes(undefined) ? undefined : [...new Set(wishes)].join(' or ')
}

const isLimit = (limit: unknown): boolean => typeof limit === 'number' || typeof limit === 'bigint'

const cut = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}...` : text)
