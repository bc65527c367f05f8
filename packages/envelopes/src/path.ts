import type { Rule } from '@lpipe/core/middleware'
import { notPromise } from '@lpipe/core/middleware'

/** The path of a message: a name, or a function of the envelope. If it returns undefined, the body names its path itself. */
export type PathFrom<T> = string | ((envelope: T) => string | undefined)

/** The rule of the option `path`. */
export const pathRule: Rule = {
  expected: 'a non-empty string or a function',
  accepts: (value) => typeof value === 'function' || (typeof value === 'string' && value !== ''),
}

/** Returns the path of a message. */
export const pathOf = <T>(path: PathFrom<T> | undefined, envelope: T): string | undefined =>
  typeof path === 'function' ? notPromise(path(envelope), '`path`') : path
