import { describeError, errorMessage, errorName, isError } from '../language/errors.ts'
import { tryOr } from '../values.ts'

/** Most errors that are copied, causes included. */
const maxErrors = 20

/**
 * Returns a copy of an error that has its class, its texts, its causes and the errors of an AggregateError, and nothing else. Loggers
 * write all members of an error, and what its `toJSON` returns: these may be requests, headers and messages. Never throws.
 */
export const bareError = (root: Error): Error => {
  const copied = new Set<unknown>()

  const copy = (error: Error): Error => {
    const read = (name: string): unknown => tryOr(() => error[name as keyof Error], undefined)
    const [stack, cause, errors] = ['stack', 'cause', 'errors'].map(read)
    const bare = new Error(errorMessage(error), cause === undefined ? undefined : { cause: copyCause(cause) })
    tryOr(() => Object.setPrototypeOf(bare, Object.getPrototypeOf(error)), bare)
    const hide = (name: string, value: unknown): void => {
      Object.defineProperty(bare, name, { value, configurable: true, writable: true })
    }
    hide('stack', typeof stack === 'string' ? stack : describeError(error))
    const name = errorName(error)
    if (tryOr(() => bare.name, undefined) !== name) hide('name', name)
    if ('toJSON' in bare) hide('toJSON', undefined)
    if (Array.isArray(errors)) hide('errors', errors.slice(0, maxErrors).map(copyCause))
    return bare
  }

  /** A cause that is not an Error may be a value of the message. */
  const copyCause = (cause: unknown): unknown => {
    if (!isError(cause)) return errorMessage(cause)
    if (copied.has(cause) || copied.size === maxErrors) return describeError(cause)
    copied.add(cause)
    return copy(cause)
  }

  copied.add(root)
  return copy(root)
}
