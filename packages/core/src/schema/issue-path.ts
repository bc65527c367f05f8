import { setOwn, tryOr } from '../values.ts'
import { type ExpectedIssue, expectedOf } from './issue-expected.ts'
import { hasIssues, type SchemaResult, type StandardSchema, validate } from './standard-schema.ts'

/** Stands for the name of a property that the message chose: it may be a secret. */
const unknownName = '*'

/** How often the schema is asked about the names of one message, and for how many milliseconds. Later ones count as unknown. */
const maxQuestions = 100
const maxMillis = 1000

/** Most names of a path that are written. Those of a longer one count as chosen by the message. */
const maxNames = 20
/** Most values that are copied beside the path, and most characters of a string among them and of a declared name. */
const maxBeside = 50
const maxShort = 100
/** Most members of an object beside whose path others are copied: the message chose the names of one with more. */
const maxMembers = 1000

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
      String(keys[at]).length > maxShort ||
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

/** Returns a function that copies what is on a path, with short values beside it, as the name of a union's branch. */
const branchCopier = (
  root: unknown,
): ((keys: readonly PropertyKey[], renamedAt?: number, newName?: string) => unknown) => {
  const known = new Map<object, readonly (readonly [string, unknown])[]>()

  /** They are searched once, for many names are those of one object. */
  const shortMembersOf = (value: object): readonly (readonly [string, unknown])[] => {
    let members = known.get(value)
    if (members === undefined) {
      const names = Object.keys(value)
      members = (names.length > maxMembers ? [] : names)
        .map((name) => [name, value[name as keyof typeof value]] as const)
        .filter(([, member]) => isShort(member))
        .slice(0, maxBeside)
      known.set(value, members)
    }
    return members
  }

  return (keys, renamedAt, newName) => {
    const copy = (value: unknown, at: number): unknown => {
      if (at === keys.length || typeof value !== 'object' || value === null) return value
      const key = String(keys[at])
      const child = (): unknown => copy((value as Readonly<Record<string, unknown>>)[key], at + 1)
      if (Array.isArray(value)) {
        const index = Number(key)
        // The position counts in a tuple, which is short.
        return index < maxBeside ? [...value.slice(0, index), child()] : [child()]
      }
      const out: Record<string, unknown> = {}
      for (const [name, member] of shortMembersOf(value)) if (name !== key) setOwn(out, name, member)
      if (Object.hasOwn(value, key)) setOwn(out, at === renamedAt ? (newName ?? key) : key, child())
      return out
    }
    return copy(root, 0)
  }
}

const isShort = (value: unknown): boolean =>
  value === null || (typeof value === 'string' ? value.length <= maxShort : typeof value !== 'object')
