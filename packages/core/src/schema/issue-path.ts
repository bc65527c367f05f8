import { tryOr } from '../values.ts'
import { branchCopier } from './copy-branch.ts'
import { type ExpectedIssue, expectedOf } from './issue-expected.ts'
import { hasIssues, type SchemaResult, type StandardSchema, validate } from './standard-schema.ts'

/** Stands for the name of a property that the message chose: it may be a secret. */
const unknownName = '*'

/** How often the schema is asked about the names of one message, and for how many milliseconds. Later ones count as unknown. */
const maxQuestions = 100
const maxMillis = 1000

/** Most names of a path that are written. Those of a longer one count as chosen by the message. */
const maxNames = 20
/** Most characters of a declared name. */
const maxLength = 100

/** Zod has one issue for all properties that a strict object does not declare. Returns one for each. */
export const perProperty = (issue: ExpectedIssue): readonly ExpectedIssue[] =>
  issue.code === 'unrecognized_keys' && Array.isArray(issue.keys)
    ? issue.keys.map((key: PropertyKey) => ({ message: '', path: [...keysOf(issue), key], expected: 'never' }))
    : [issue]

/** Returns the names in an issue's path. Array.from, because the map() of an empty path of arktype's own class may return one element. */
export const keysOf = ({ path }: ExpectedIssue): readonly PropertyKey[] =>
  Array.from(path ?? [], (part) => (typeof part === 'object' ? part.key : part))

/**
 * Returns a function that writes the path of an issue for an error text. A name that the schema does not declare is `*`,
 * because the message chose it.
 *
 * No library says which names are declared, so the schema is asked: a property is renamed in a copy of what is on the path.
 * If the schema has something to say about the new name too, the name is the message's.
 *
 * @param schema undefined: all names count as chosen by the message
 */
export const pathWriter = (schema: StandardSchema | undefined, kwargs: unknown): ((issue: ExpectedIssue) => string) => {
  const end = performance.now() + maxMillis
  const copyBranch = branchCopier(kwargs)
  let questions = 0

  const issuesOf = (value: unknown): readonly ExpectedIssue[] | undefined => {
    questions += 1
    if (schema === undefined || questions > maxQuestions || performance.now() > end) return undefined
    const result = tryOr(() => validate(schema, value), undefined)
    return result !== undefined && hasIssues(result as SchemaResult<unknown>)
      ? (result as { readonly issues: readonly ExpectedIssue[] }).issues.flatMap(perProperty)
      : undefined
  }

  return (issue) => {
    const keys = keysOf(issue)
    // A copy in which the schema does not find the issue again proves nothing.
    const isReproduced = once(() => issuesOf(copyBranch(keys))?.some((one) => startsWith(keysOf(one), keys)))
    const isChosen = (at: number): boolean =>
      keys.length > maxNames ||
      String(keys[at]).length > maxLength ||
      isReproduced() !== true ||
      otherNames(String(keys[at])).some((name) =>
        issuesOf(copyBranch(keys, at, name))?.some(
          (one) => keysOf(one)[at] === name && (forbidsIt(issue) || !forbidsIt(one)),
        ),
      )
    let parent: unknown = kwargs
    const names = keys.slice(0, maxNames).map((key, at) => {
      const isOwn = typeof parent === 'object' && parent !== null && Object.hasOwn(parent, key)
      const isName = isOwn && !Array.isArray(parent)
      parent = isOwn ? (parent as Readonly<Record<PropertyKey, unknown>>)[key] : undefined
      return isName && isChosen(at) ? unknownName : String(key)
    })
    return names.length === 0 ? 'kwargs' : names.join('.')
  }
}

/** Whether an issue says that there must be no such property. */
const forbidsIt = (issue: ExpectedIssue): boolean => expectedOf(issue, undefined) === 'no value'

/** Whether a path begins with keys. Positions in arrays may differ in a copy. */
const startsWith = (path: readonly PropertyKey[], keys: readonly PropertyKey[]): boolean =>
  keys.every((key, at) => String(path[at]) === String(key) || (isPosition(path[at]) && isPosition(key)))

const isPosition = (key: PropertyKey | undefined): boolean => /^\d+$/.test(String(key))

const once = <T>(read: () => T): (() => T) => {
  let value: readonly [T] | undefined
  return () => {
    value ??= [read()]
    return value[0]
  }
}

/** Returns names like another one, which most patterns accept too: longer, with two characters swapped, with another last one. */
const otherNames = (name: string): readonly string[] => {
  const last = name.slice(-1)
  const other = last.replace(/[a-z0-9]/i, (sign) => String.fromCharCode(nextSign(sign.charCodeAt(0))))
  return [`${name}~`, name.replace(/(.)(?!\1)(.)$/, '$2$1'), name.slice(0, -1) + other].filter((one) => one !== name)
}

const nextSign = (code: number): number => {
  const [first, size, step] = code < 65 ? [48, 10, 3] : code < 97 ? [65, 26, 7] : [97, 26, 7]
  return first + ((code - first + step) % size)
}
