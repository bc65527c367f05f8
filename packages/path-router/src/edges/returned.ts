/** What the compiler checks about the values that functions return. Each problem is a text. */
import type { Payload } from '@lpipe/core'
import type { KwargsProblem } from '@lpipe/core/middleware'
import type { IsUnknownName } from './path-names.ts'

/** The problems of what a function returns; never if there is none. */
export type ReturnProblem<F, G> = F extends (...args: never) => infer R
  ? unknown extends R
    ? never
    : ReturnedProblem<Awaited<R>, G>
  : never

type ReturnedProblem<R, G> = unknown extends R
  ? never
  : R extends object
    ? R extends Payload<infer K, infer N>
      ? PayloadProblem<K, N, G>
      : R extends readonly (infer E)[]
        ? ElementProblem<E, G>
        : NearPayload<R>
    : never

type ElementProblem<E, G> = unknown extends E
  ? never
  : E extends object
    ? E extends Payload<infer K, infer N>
      ? PayloadProblem<K, N, G>
      : E extends readonly unknown[]
        ? [PayloadIn<E>] extends [never]
          ? never
          : 'payloads in a nested array would be lost: return array.flat()'
        : E extends PromiseLike<unknown>
          ? 'promises in an array would be lost: return Promise.all(array)'
          : NearPayload<E>
    : never

type PayloadIn<E> = E extends Payload
  ? E
  : E extends readonly (infer I)[]
    ? unknown extends I
      ? never
      : PayloadIn<I>
    : never

/** Values that look like payloads and would run nothing. */
type NearPayload<R> = R extends ReadonlySet<infer E> | ReadonlyMap<unknown, infer E>
  ? [Extract<E, Payload>] extends [never]
    ? never
    : 'payloads in a Set or Map would be lost: return an array'
  : R extends Iterable<infer E> | AsyncIterable<infer E>
    ? R extends { next(...args: never): unknown }
      ? 'a generator never runs: return an array of payloads'
      : unknown extends E
        ? never
        : [Extract<E, Payload>] extends [never]
          ? never
          : 'a generator never runs: return an array of payloads'
    : R extends { readonly kwargs: unknown } & ({ readonly path: unknown } | { readonly queue: unknown })
      ? 'an object with kwargs and a path or queue runs nothing: make it with payload()'
      : never

/** Names that are not literals are not known: they are checked when the payload runs. */
type PayloadProblem<K, N, G> = N extends string
  ? IsUnknownName<N> extends true
    ? never
    : `${N}` extends keyof G
      ? KwargsProblem<Exclude<K, undefined>, G[`${N}`], `path ${N}`>
      : `no path is called ${N}`
  : never
