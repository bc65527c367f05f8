/** Whether kwargs fit what receives them. Only types: each problem is a text, which the compiler shows. */

/**
 * The texts of what is wrong with kwargs; never if they fit.
 *
 * @param K the kwargs
 * @param W a union of tuples of what each function accepts
 * @param To the receiver, for example `path SHIP`
 */
export type KwargsProblem<K, W, To extends string> = W extends readonly [infer I]
  ? IsAccepted<K, I> extends true
    ? never
    : IsOpaque<K> extends true
      ? never
      : [Misfits<K, I, To>] extends [never]
        ? `${To}: the kwargs do not fit its functions`
        : Misfits<K, I, To>
  : never

/** The texts of what is wrong with a member; never if it fits. */
export type MemberProblem<K, I, M extends string, To extends string> =
  IsAccepted<K, I> extends true
    ? never
    : `${To}: the member ${M} ${Mismatch<JsonType<K>, JsonType<Exclude<I, undefined>>>}`

/** Whether a type is accepted, or nothing is known of it. A literal is read-only only because `payload()` keeps it as it is written. */
export type IsAccepted<K, I> = [K] extends [I]
  ? true
  : unknown extends K
    ? true
    : [Mutable<K>] extends [I]
      ? true
      : false

type Misfits<K, I, To extends string> = {
  [M in keyof I & string]-?: M extends keyof K
    ? MemberProblem<K[M], I[M], M, To>
    : object extends Pick<I, M>
      ? never
      : `${To} requires the member ${M}`
}[keyof I & string]

type Mismatch<K extends string, I extends string> = [Exclude<K, I>] extends [never]
  ? 'has the wrong type'
  : `must be ${I}, received ${Exclude<K, I>}`

/** JSON's word for a type. */
type JsonType<T> = T extends string
  ? 'string'
  : T extends number
    ? 'number'
    : T extends boolean
      ? 'boolean'
      : T extends null
        ? 'null'
        : T extends undefined
          ? 'missing'
          : T extends readonly unknown[]
            ? 'array'
            : 'object'

/** Whether kwargs may hold any members: a record or an `object`. */
type IsOpaque<K> = string extends keyof K ? true : [keyof K] extends [never] ? (string extends K ? false : true) : false

type Mutable<T> = T extends string | number | boolean | null | undefined | ((...args: never) => unknown)
  ? T
  : { -readonly [M in keyof T]: Mutable<T[M]> }
