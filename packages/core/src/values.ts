/** Text keys and values of any kind: what a JSON object becomes. */
export type Kwargs = Readonly<Record<string, unknown>>

/** Whether a value is an object with members of its own: no array, no null. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** An own member of a value, if it is an object that has it. */
export const ownOf = (value: unknown, name: string): unknown =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined

/** Whether a factory of ours has marked a value as its own. */
export const isBranded = (value: unknown, brand: symbol): boolean =>
  (value as Readonly<Record<symbol, unknown>> | null | undefined)?.[brand] === true

/** A value that is text and not empty. */
export const textOrNone = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

/** Sets an own member, also one called `__proto__`, which an assignment would take for the prototype. */
export const put = (target: Record<string, unknown>, key: string, value: unknown): void => {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true })
  } else {
    target[key] = value
  }
}

/** Whether a value must be awaited. What is not thenable is not: an `await` costs a turn of the event loop's queue. */
export const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as { then?: unknown } | null | undefined)?.then === 'function'

/** The kind of a value in the words of JSON, for error messages, which never quote the value itself. */
export const kindOf = (value: unknown): string => {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'an array' : (kinds[typeof value] ?? typeof value)
}

const kinds: Readonly<Record<string, string>> = { undefined: 'nothing', string: 'text', object: 'an object' }

/** The type of a value in JSON's words, for error texts: string, number, boolean, array, object, null or missing. */
export const typeName = (value: unknown): string => {
  if (value === null) return 'null'
  if (value === undefined) return 'missing'
  return Array.isArray(value) ? 'array' : typeof value
}
