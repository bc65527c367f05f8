/** What paths and functions accept, as types. */
import type { Action, AnyFunction, Input, Output, Queue, Signed, StandardSchema } from '@lpipe/core'
import type { Param } from '@lpipe/core/middleware'
import type { Names } from './path-names.ts'

/** What the functions of each path accept. Each type is in a tuple, because it may be a union. */
export type Accepted<P> = {
  readonly [N in Names<P>]: P extends Readonly<Record<N, infer D>> ? AcceptedBy<D> : never
}

type AcceptedBy<D> = D extends readonly (infer E)[] ? AcceptedByEntry<E> : never

type AcceptedByEntry<E> =
  E extends Action<readonly (string | Queue)[], infer F, readonly Queue[], infer R, infer A>
    ? R extends readonly []
      ? AcceptedByFunction<F[number]>
      : [Picked<R, A, InputOfAll<F[number]>>]
    : AcceptedByFunction<E>

/** What one function accepts, in a tuple. */
export type AcceptedByFunction<F> = F extends AnyFunction ? [InputOf<F>] : never

/** What kwargs must hold so that an action can pick its `requiredParams` from them. */
type Picked<R extends readonly Param[], A, I> = {
  readonly [M in R[number] as M extends string ? M : M[0]]: MemberOf<I, M extends string ? M : M[1]>
} & ([A] extends [false] ? unknown : Omit<I, NameAfter<R[number]>>)

/** The name of a parameter in the picked kwargs: `['from', 'to']` renames it. */
export type NameAfter<R> = R extends readonly [string, infer To] ? To : R

/** The type of a member of `I`, if it is known. */
export type MemberOf<I, M> = M extends keyof I ? I[M] : unknown

/** What a function accepts: its schema's input, or its first parameter. */
export type InputOf<F> = F extends Signed<infer S> ? InputOfSchema<S, F> : FirstParameter<F>

type FirstParameter<F> = F extends (kwargs: infer I, ...rest: never) => unknown ? I : unknown

/** A schema without types belongs to a function that has them: `@lpipe/signatures` makes such schemas. */
type InputOfSchema<S extends StandardSchema, F> =
  unknown extends Input<S>
    ? unknown extends Output<S>
      ? FirstParameter<F>
      : unknown
    : [Input<S>] extends [never]
      ? unknown
      : Input<S>

/** The intersection of what functions accept. */
export type InputOfAll<F> = (F extends AnyFunction ? (box: { readonly of: InputOf<F> }) => void : never) extends (
  box: infer B extends { readonly of: unknown },
) => void
  ? B['of']
  : unknown
