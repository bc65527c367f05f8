import { isError } from '../language/errors.ts'
import { ignoreRejection, isThenable, tryOr } from '../values.ts'
import { maxJsonValues } from './safe-json.ts'

/** JSON would carry a value as another one, or has none for it. */
export class InexactJsonError extends TypeError {
  static override readonly name: string = 'InexactJsonError'
  /** Where it is, for example `['orders', '0', 'customer']`. Empty for the root. */
  readonly path: readonly string[]

  constructor(problem: string, path: readonly string[]) {
    super(problem)
    this.path = path
  }
}

/**
 * Returns a value as JSON text; undefined if JSON has none for it. What JSON leaves out, such as a member that is undefined or
 * a function, is left out.
 *
 * @throws InexactJsonError for what JSON would carry as another value: a promise, a Map, an Error or a RegExp as `{}`, NaN as `null`;
 * and for a bigint; and for more than `maxJsonValues` values
 * @throws whatever JSON.stringify throws
 */
export const exactJson = (value: unknown): string | undefined => {
  const countdown = { values: maxJsonValues }
  // Nearly all values are plain. To look at them first is faster than a replacer.
  if (tryOr(() => isPlain(value, countdown), false)) return JSON.stringify(value)
  if (countdown.values < 0) throw tooManyValues()
  return JSON.stringify(value, refuseInexact())
}

const tooManyValues = (): InexactJsonError => new InexactJsonError(`more than ${maxJsonValues} values`, [])

/** Values that may still be read. */
interface Countdown {
  values: number
}

/** Whether JSON carries a value as it is, and nothing in it has a `toJSON`. */
const isPlain = (value: unknown, countdown: Countdown): boolean => {
  countdown.values -= 1
  if (countdown.values < 0) return false
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null) return typeof value !== 'bigint'
  if (Array.isArray(value)) return value.every((one) => isPlain(one, countdown))
  const prototype: unknown = Object.getPrototypeOf(value)
  if ((prototype !== Object.prototype && prototype !== null) || 'toJSON' in value || 'then' in value) {
    ignoreRejection(value) // a getter may return another promise when it is read again
    return false
  }
  for (const name in value) if (!isPlain((value as Readonly<Record<string, unknown>>)[name], countdown)) return false
  return true
}

type Replacer = (this: unknown, key: string, value: unknown) => unknown

const refuseInexact = (): Replacer => {
  /** Where each object was found. */
  const places = new Map<unknown, readonly [holder: unknown, key: string]>()
  let values = 0

  const pathTo = (holder: unknown, key: string): readonly string[] => {
    const path: string[] = []
    for (let place = [holder, key] as const; places.has(place[0]); place = places.get(place[0]) as typeof place) {
      path.unshift(place[1])
    }
    return path
  }

  return function (key, value) {
    values += 1
    if (values > maxJsonValues) throw tooManyValues()
    const problem = problemOf(this as Readonly<Record<string, unknown>>, key, value)
    if (problem !== undefined) throw new InexactJsonError(problem, pathTo(this, key))
    if (typeof value === 'object' && value !== null) places.set(value, [this, key])
    return value
  }
}

/** @param value the member of the holder, after its `toJSON` was called */
const problemOf = (holder: Readonly<Record<string, unknown>>, key: string, value: unknown): string | undefined => {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `${value}`
  if (value === null) return holder[key] instanceof Date ? 'an invalid Date' : undefined
  if (typeof value !== 'object') return typeof value === 'bigint' ? 'a bigint: send its toString()' : undefined
  if (isThenable(value)) {
    ignoreRejection(value)
    return 'a promise: await it'
  }
  if (value instanceof Map) return 'a Map: send an object or an array'
  if (value instanceof Set) return 'a Set: send an array'
  if (isError(value)) return 'an Error: send its message'
  return emptyObjectProblem(value)
}

/** The kinds of objects that JSON carries as they are, also if they have no members of their own. */
const plainKinds: ReadonlySet<string> = new Set(['Object', 'Array', 'String', 'Number', 'Boolean'])

/** A RegExp, an ArrayBuffer, a stream and the like keep what they hold out of their members. */
const emptyObjectProblem = (value: object): string | undefined => {
  if (Object.keys(value).length > 0) return undefined
  const kind = Object.prototype.toString.call(value).slice('[object '.length, -1)
  if (plainKinds.has(kind)) return undefined
  // A class may take the name of its kind from the message.
  const name = Object.hasOwn(globalThis, kind) ? kind : 'object'
  return `${/^[AEIOUo]/.test(name) ? 'an' : 'a'} ${name}, which JSON carries as {}`
}
