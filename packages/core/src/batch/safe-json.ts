import { errorMessage, errorName, isError } from '../language/errors.ts'
import { ignoreRejection, isThenable, setOwn, tryOr } from '../values.ts'

/** How a value is turned into one that JSON can carry. */
export interface SafeJsonOptions {
  /** Most levels of nesting. */
  readonly maxDepth?: number
  /** Most characters of a string. */
  readonly maxString?: number
  /** Most elements of an array, and most members of an object. */
  readonly maxItems?: number
  /** Most values. An object that occurs in many places counts in each. Default: `maxJsonValues`. */
  readonly maxValues?: number
}

/**
 * Most values that are written as JSON: at two bytes each they fill 10 MiB, the largest record of Kinesis. Thirty arrays, each of
 * which holds the next one twice, have a billion.
 */
export const maxJsonValues = 5 * 1024 * 1024

/** Most errors that are written in full, causes included. */
const maxErrors = 20

/**
 * Returns a copy of a value that JSON can carry. A bigint and NaN become a string; a promise, what cannot be read, a cycle, and
 * what is nested too deeply become a text that says so. The `toJSON` and the own members of an error are ignored, because they may hold
 * requests, headers and messages. Never throws.
 */
export const safeJson = (root: unknown, options: SafeJsonOptions = {}): unknown => {
  const { maxDepth = 32, maxString = Infinity, maxItems = Infinity, maxValues = maxJsonValues } = options
  const parents: unknown[] = []
  const errors = new Set<unknown>()
  let values = 0

  const cut = (text: string): string =>
    text.length > maxString ? `${text.slice(0, maxString)}... (${text.length} characters)` : text

  const copyError = (error: Error): unknown => {
    const message = cut(errorMessage(error))
    if (errors.has(error) || errors.size === maxErrors) return `${errorName(error)}: ${message}`
    errors.add(error)
    const read = (name: string): unknown => tryOr(() => error[name as keyof Error], undefined)
    const [stack, cause, inner] = ['stack', 'cause', 'errors'].map(read)
    return {
      name: errorName(error),
      message,
      ...(typeof stack === 'string' && { stack: cut(stack) }),
      ...(cause !== undefined && { cause: copyCause(cause) }),
      ...(Array.isArray(inner) && { errors: inner.slice(0, maxErrors).map(copyCause) }),
    }
  }

  /** A cause that is not an Error may be a value of the message. */
  const copyCause = (cause: unknown): unknown => (isError(cause) ? copy(cause) : errorMessage(cause))

  const copyObject = (value: object): unknown => {
    if (isThenable(value)) {
      ignoreRejection(value)
      return '[promise]'
    }
    const toJSON: unknown = (value as { toJSON?: unknown }).toJSON
    if (typeof toJSON === 'function') return copy(toJSON.call(value, ''))
    if (value instanceof Map || value instanceof Set) return `[${value.constructor.name} of ${value.size}]`
    const out: Record<string, unknown> = {}
    for (const key of Object.keys(value).slice(0, maxItems)) {
      setOwn(
        out,
        key,
        tryOr(() => copy((value as Record<string, unknown>)[key]), '[unreadable]'),
      )
    }
    return out
  }

  const copy = (value: unknown): unknown => {
    values += 1
    if (values > maxValues) return '[too many values]'
    if (typeof value === 'string') return cut(value)
    if (typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value))) return String(value)
    if (typeof value !== 'object' || value === null) return value
    if (parents.length >= maxDepth) return '[nested too deeply]'
    if (parents.includes(value)) return '[circular]'
    parents.push(value)
    try {
      if (isError(value)) return copyError(value)
      return Array.isArray(value) ? value.slice(0, maxItems).map(copy) : copyObject(value)
    } catch {
      return '[unreadable]'
    } finally {
      parents.pop()
    }
  }

  return copy(root)
}
