import { InvalidPayloadError, type Issue } from '../language/errors.ts'
import { typeName } from '../values.ts'
import { type ExpectedIssue, expectedOf, isOwnCheck } from './issue-expected.ts'
import { keysOf, pathWriter, perProperty } from './issue-path.ts'
import { quotes } from './issue-quotes.ts'
import type { StandardSchema } from './standard-schema.ts'

/**
 * Returns the error for kwargs that a function's schema did not accept. Its message names the expected and the received type, never
 * a value. The text of a user's own check (zod's `refine`, valibot's `check`) is used unless it quotes the message.
 *
 * @param functionName the function that the schema belongs to
 * @param issues the issues of the schema; they become `error.issues`
 * @param kwargs the value that was validated
 * @param where text to append, for example ` (path SUBSCRIBE)`
 * @param schema the schema. A name that it does not declare is written as `*`. Default: so are all that the message holds
 */
export const validationError = (
  functionName: string,
  issues: readonly Issue[],
  kwargs: unknown,
  where = '',
  schema?: StandardSchema,
): InvalidPayloadError => {
  const error = new InvalidPayloadError(`${functionName}: ${summary(issues, kwargs, schema)}${where}`)
  // Not enumerable, because loggers and Sentry print an error's own enumerable properties.
  return Object.defineProperty(error, 'issues', { value: issues })
}

/** An error message names at most this number of issues; `error.issues` has all of them. */
const maxNamed = 5

/** The longest path or expected type, in characters: a message may choose the names of its properties. */
const maxLength = 100

const summary = (issues: readonly Issue[], kwargs: unknown, schema: StandardSchema | undefined): string => {
  const all = issues.flatMap(perProperty)
  if (all.length === 0) return 'kwargs not accepted'
  const pathOf = pathWriter(schema, kwargs)
  const named = all.slice(0, maxNamed).map((issue) => describe(issue, kwargs, pathOf(issue)))
  if (all.length > maxNamed) named.push(`and ${all.length - maxNamed} more`)
  return named.join('; ')
}

const describe = (issue: ExpectedIssue, kwargs: unknown, path: string): string => {
  const keys = keysOf(issue)
  let received = kwargs
  for (const key of keys) {
    received =
      typeof received === 'object' && received !== null && Object.hasOwn(received, key)
        ? received[key as keyof typeof received]
        : undefined
  }
  return `${cut(path)}: ${expectation(issue, keys.at(-1), received, kwargs)}, received ${typeName(received)}`
}

/** arktype writes `a string`, zod and valibot write `string`. */
const article = /\ban? (?=(?:string|number|integer|boolean|array|object)\b)/g

const expectation = (
  issue: ExpectedIssue,
  key: PropertyKey | undefined,
  received: unknown,
  kwargs: unknown,
): string => {
  const own = ownText(issue)
  if (own !== undefined) return quotes(cut(own), received, kwargs) ? 'not accepted' : cut(own)
  const expected = expectedOf(issue, received)
  if (expected === undefined || expected.includes('(was ')) return 'not accepted'
  // arktype: the user's text for a narrowed value
  if (issue.code === 'predicate' && quotes(cut(expected), received, kwargs)) return 'not accepted'
  // valibot: the property itself is missing
  if (expected === JSON.stringify(key)) return 'required'
  return `expected ${cut(expected.replace(article, '').replace(/\bint\b/, 'integer'))}`
}

/** Returns the text of a check that the user wrote. The library's own text, used if the user gave none, says nothing. */
const ownText = (issue: ExpectedIssue): string | undefined => {
  const { code, message } = issue
  const isOwn = code === 'custom' || isOwnCheck(issue)
  return isOwn && message !== '' && !libraryText.test(message) ? message : undefined
}

/** What zod and valibot say where the user says nothing. */
const libraryText = /^Invalid (?:input$|[\w ]+: (?:Expected .* but r|R)eceived )/s

const cut = (text: string): string => (text.length > maxLength ? `${text.slice(0, maxLength)}...` : text)
