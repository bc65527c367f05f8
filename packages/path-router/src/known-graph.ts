/** What the type of a handler says about its graph. Only types. */
import type { Action, AnyFunction, Payload, Queue, State } from '@lpipe/core'
import type { Param, WithGraph } from '@lpipe/core/middleware'
import type { MiddlewareObj } from '@middy/core'
import type { Accepted, AcceptedByFunction } from './edges/accepted.ts'

/** A middleware whose type says which graph it runs. middy keeps that in the type of the handler. */
export type GraphMiddleware<P, C, D, E> = MiddlewareObj<
  unknown,
  unknown,
  Error,
  State['context'],
  WithGraph<KnownGraph<P, C, D, E>>
>

/**
 * The graph of a handler, in its type. It is computed when it is read.
 *
 * @param P the paths
 * @param C the one function of a graph without paths
 * @param D the path of every message
 * @param E the paths that messages may name
 */
export interface KnownGraph<P, C, D, E> {
  readonly accepts: IsOneFunction<C> extends true ? { readonly '(every message)': AcceptedByFunction<C> } : Accepted<P>
  readonly sends: SentBy<P[keyof P]> | SentByFunction<C>
  readonly start: IsOneFunction<C> extends true ? '(every message)' : D
  readonly entries: E
}

/** Without `call` its type is that of any function. */
type IsOneFunction<C> = AnyFunction extends C ? false : true

type SentBy<D> = D extends readonly (infer E)[] ? SentByEntry<E> : never

type SentByEntry<E> =
  E extends Action<infer N, infer F, infer Q, readonly Param[], boolean>
    ? Extract<N[number] | Q[number], Queue> | SentByFunction<F[number]>
    : SentByFunction<E>

type SentByFunction<F> = F extends (...args: never) => infer R
  ? unknown extends R
    ? never
    : SentIn<Awaited<R>>
  : never

type SentIn<R> =
  R extends Payload<unknown, infer Q> ? Extract<Q, Queue> : R extends readonly (infer E)[] ? SentInElement<E> : never

type SentInElement<E> = E extends Payload<unknown, infer Q> ? Extract<Q, Queue> : never
