/** String keys and values of any type: what a JSON object becomes. */
export type Kwargs = Readonly<Record<string, unknown>>

/** Whether a value is an object, not an array and not null. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Returns an own member of a value, if the value is an object that has it. */
export const getOwn = (value: unknown, name: string): unknown =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined

/** Whether one of lpipe's factories has branded a value. */
export const isBranded = (value: unknown, brand: symbol): boolean =>
  (value as Readonly<Record<symbol, unknown>> | null | undefined)?.[brand] === true

/** Returns a value that is a non-empty string. */
export const nonEmptyString = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

/** Sets an own member. An assignment to `__proto__` would set the prototype, and one to a member of a frozen prototype throws. */
export const setOwn = (target: Record<string, unknown>, key: string, value: unknown): void => {
  if (key in target && !Object.hasOwn(target, key)) {
    Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true })
  } else {
    target[key] = value
  }
}

/** Whether a value must be awaited. An `await` of anything else costs a turn of the microtask queue. */
export const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as { then?: unknown } | null | undefined)?.then === 'function'

/** Returns the type of a value in JSON's words: string, number, boolean, array, object, null or missing. */
export const typeName = (value: unknown): string => {
  if (value === null) return 'null'
  if (value === undefined) return 'missing'
  return Array.isArray(value) ? 'array' : typeof value
}

/** Returns what a function returns, or `otherwise` if it throws, as a getter or a revoked proxy may, or returns a promise. */
export const tryOr = <T>(read: () => T, otherwise: T): T => {
  try {
    return notPromise(read(), 'it')
  } catch {
    return otherwise
  }
}

/**
 * Returns the result of a function that must be synchronous. The rejection of a promise is handled, because otherwise it
 * would end the process.
 *
 * @param what the function, for the error text
 * @throws TypeError if it is a promise
 */
export const notPromise = <T>(value: T, what: string): T => {
  if (!isThenable(value)) return value
  ignoreRejection(toPromise(value))
  throw new TypeError(`${what} must not return a promise`)
}

/**
 * Returns a promise of what a thenable settles with. It also rejects if `then` is asynchronous and rejects: nothing else would
 * handle that, and it would end the process.
 */
export const toPromise = <T>(thenable: PromiseLike<T>): Promise<T> => {
  if (isPromise(thenable)) return thenable
  return new Promise((resolve, reject) => {
    const returned: unknown = thenable.then(resolve, reject)
    if (isPromise(returned)) returned.then(undefined, reject)
  })
}

const isPromise = (value: unknown): value is Promise<never> => value instanceof Promise

/**
 * Handles the rejection of a promise that is not awaited: otherwise it would end the process. Other thenables are left alone,
 * because `then` of a lazy one would start its work.
 *
 * @returns the value itself
 */
export const ignoreRejection = <T>(value: T): T => {
  try {
    if (isPromise(value)) value.then(undefined, () => undefined)
  } catch {} // a subclass may throw
  return value
}

/** Handles the rejections of an object, if it is a promise, and of its members. */
export const ignoreRejections = (value: unknown): void => {
  ignoreRejection(value)
  // A getter may throw.
  if (isObject(value)) tryOr(() => Object.values(value).forEach(ignoreRejection), undefined)
}

/** Returns a number with its noun: `1 message`, `2 messages`. */
export const quantity = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/**
 * Returns the SHA-256 of a text as 64 hexadecimal characters. `node:crypto` is loaded at the first call: few Lambdas need
 * it.
 */
export const sha256 = (text: string): string => process.getBuiltinModule('node:crypto').hash('sha256', text)
