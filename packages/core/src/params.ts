import type { Param } from './action.ts'
import { InvalidPayloadError, misconfigured } from './errors.ts'
import { isObject, isThenable, type Kwargs, kindOf, put } from './values.ts'

/** What an action's functions see, and what it hands on to its paths and queues. */
export interface Params {
  /** what each function sees, if that is not the same for all */
  readonly seen: readonly unknown[] | undefined
  /** what they all see */
  readonly given: Kwargs
  readonly passed: Kwargs
}

/**
 * Makes the params of an action from kwargs, before its first function runs.
 *
 * @param path for error messages
 * @returns a promise if a signature is asynchronous
 * @throws InvalidPayloadError for the first function that refuses
 */
export type ReadParams = (kwargs: Kwargs, path: string | undefined) => Params | Promise<Params>

/** What an action says of its params. */
interface Wanted {
  readonly requiredParams?: readonly Param[] | undefined
  readonly includeAllParams?: boolean | undefined
}

/**
 * Tells how an action's params are made. `fn()` and `action()` bring this along: a Lambda without them carries nothing
 * of it in its bundle.
 *
 * @param place of the action, for error messages
 * @throws InvalidConfigurationError for params that are no names or renames
 */
export type MakeParams = (functions: readonly object[], action: Wanted, place: string) => ReadParams

/**
 * What a signature makes of kwargs.
 *
 * @param where what to add to an error, such as ` (path SUBSCRIBE)`
 * @returns a promise for a schema that is asynchronous
 * @throws InvalidPayloadError if it refuses them
 */
export type Reader = (kwargs: unknown, where: string) => unknown

/** What a function or an action has that asks for more than plain params. */
export interface WithParams {
  readonly [maker]?: MakeParams
  /** a function's signature's */
  readonly [reader]?: Reader
}

export const maker: unique symbol = Symbol.for('@lpipe/core:params') as never
export const reader: unique symbol = Symbol.for('@lpipe/core:reader') as never

/** How the params of an action are made: plainly, unless it or one of its functions asks for more. */
export const paramsFor: MakeParams = (functions, action, place) => {
  const make = [action, ...functions].map((one: WithParams) => one[maker]).find(Boolean)
  return make?.(functions, action, place) ?? passAll
}

const nothing: Kwargs = /* @__PURE__ */ Object.freeze({})
const passAll: ReadParams = (given) => ({ seen: undefined, given, passed: given })

/** For an action with signatures, `requiredParams` or `includeAllParams`. */
export const makeParams: MakeParams = (functions, { requiredParams = [], includeAllParams }, place) => {
  const select = requiredParams.map((param) => renameOf(param, place)) // an empty list counts as none
  const readers = functions.map((fn: WithParams) => fn[reader])
  const signed = readers.some((read) => read !== undefined)

  /** What goes on whatever the signatures say. */
  const baseOf = (kwargs: Kwargs, where: string): Kwargs | undefined => {
    if (select.length === 0) return includeAllParams ? kwargs : undefined
    const picked: Record<string, unknown> = {}
    for (const [from, to] of select) {
      if (!Object.hasOwn(kwargs, from)) throw new InvalidPayloadError(`${from}: required, got nothing${where}`)
      put(picked, to, kwargs[from])
    }
    return includeAllParams ? { ...picked, ...kwargs } : picked
  }

  return (kwargs, path) => {
    const where = path === undefined ? '' : ` (path ${path})`
    const base = baseOf(kwargs, where)
    const given = base ?? kwargs
    if (!signed) return { seen: undefined, given, passed: base ?? (functions.length === 0 ? nothing : kwargs) }
    const paramsFrom = (values: readonly unknown[]): Params => ({
      seen: base === undefined ? values : values.map((value) => (isObject(value) ? { ...base, ...value } : value)),
      given,
      passed: base ?? passedOf(values, kwargs),
    })
    const values = readAll(readers, given, where, [])
    return isThenable(values) ? values.then(paramsFrom) : paramsFrom(values)
  }
}

/** What each function is called with, asked one after the other, so that the first that refuses is told. */
const readAll = (
  readers: readonly (Reader | undefined)[],
  given: Kwargs,
  where: string,
  values: unknown[],
): unknown[] | Promise<unknown[]> => {
  for (const read of readers.slice(values.length)) {
    const value = read === undefined ? { ...given } : read(given, where)
    if (isThenable(value)) {
      return Promise.resolve(value).then((settled) => readAll(readers, given, where, [...values, settled]))
    }
    values.push(value)
  }
  return values
}

/** The message's own values of what the signatures let through: no defaults, nothing transformed. */
const passedOf = (values: readonly unknown[], kwargs: Kwargs): Kwargs => {
  const passed: Record<string, unknown> = {}
  for (const value of values) {
    if (!isObject(value)) continue
    for (const key of Object.keys(value)) {
      if (Object.hasOwn(kwargs, key)) put(passed, key, kwargs[key])
    }
  }
  return passed
}

const renameOf = (param: unknown, place: string): readonly [from: string, to: string] => {
  if (typeof param === 'string') return [param, param]
  if (Array.isArray(param) && param.length === 2) {
    const [from, to]: unknown[] = param
    if (typeof from === 'string' && typeof to === 'string') return [from, to]
  }
  const got = Array.isArray(param) ? `an array of ${param.length}: ${JSON.stringify(param)}` : kindOf(param)
  return misconfigured(`${place}: its requiredParams take names and renames such as ['from', 'to'], got ${got}`)
}
