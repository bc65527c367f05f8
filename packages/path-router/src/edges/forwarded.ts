/** What the compiler checks about the kwargs that actions forward. Each problem is a text. */
import type { AnyFunction, Output, Queue, Signed, StandardSchema } from '@lpipe/core'
import type { IsAccepted, Json, MemberProblem, Param } from '@lpipe/core/middleware'
import type { InputOf, InputOfAll, MemberOf, NameAfter } from './accepted.ts'
import type { IsUnknownName } from './path-names.ts'

/** What is known of the kwargs that an action forwards, and whether they may hold more. */
interface Forward<out K, out IsOpen extends boolean> {
  readonly known: K
  readonly isOpen: IsOpen
}

/** What an action forwards, by its functions, its `requiredParams` and `includeAllParams`. */
export type Forwarded<F extends readonly AnyFunction[], R extends readonly Param[], A> = R extends readonly []
  ? [A] extends [false]
    ? ForwardedBySignatures<F[number]>
    : Forward<InputOfAll<F[number]>, true>
  : Forward<Renamed<R, InputOfAll<F[number]>>, [A] extends [false] ? false : true>

type Renamed<R extends readonly Param[], I> = {
  readonly [M in R[number] as M extends string ? M : M[1]]: Exclude<MemberOf<I, M extends string ? M : M[1]>, undefined>
}

/** Signatures forward the message's own values of what they declare. A function without one forwards everything. */
type ForwardedBySignatures<F> = [F] extends [Signed<StandardSchema>]
  ? [Declared<F>] extends [never]
    ? Forward<InputOfAll<F>, true>
    : Forward<
        Pick<InputOfAll<F>, Declared<F> & keyof InputOfAll<F>> &
          Record<Exclude<Declared<F>, keyof InputOfAll<F>>, unknown>,
        false
      >
  : Forward<InputOfAll<F>, true>

/** The names of the members that signatures declare; never if nothing is known of them. */
type Declared<F> = F extends Signed<infer S> ? KeyOf<Output<S>> : never

type KeyOf<T> = T extends unknown ? keyof T : never

/** The problem of `requiredParams` that lack what a function requires: functions receive only what these pick. */
export type PickProblem<F, R extends readonly Param[], A> = R extends readonly []
  ? never
  : [A] extends [false]
    ? F extends AnyFunction
      ? `requiredParams lacks the member ${Lacking<InputOf<F>, NameAfter<R[number]>>}, which a function of the action requires`
      : never
    : never

type Lacking<I, Names> = {
  [M in keyof I & string]-?: M extends Names
    ? never
    : string extends Names
      ? never
      : object extends Pick<I, M>
        ? never
        : M
}[keyof I & string]

/**
 * The problems of what an action forwards to a path or queue; never if there is none.
 *
 * @param N the name of a path, or a queue
 * @param W what the action forwards
 * @param G what each path of the graph accepts
 */
export type NextProblem<N, W, G> =
  W extends Forward<infer K, infer IsOpen>
    ? N extends string
      ? IsUnknownName<N> extends true
        ? never
        : `${N}` extends keyof G
          ? ForwardProblem<K, IsOpen, G[`${N}`], `path ${N}`>
          : `no path is called ${N}`
      : N extends Queue<infer C, infer Q>
        ? ForwardProblem<K, IsOpen, [C], QueueLabel<Q>> | JsonProblem<K, QueueLabel<Q>>
        : never
    : never

type QueueLabel<N extends string> = string extends N ? 'the queue' : `queue ${N}`

/** @param W a union of tuples of what each function accepts */
type ForwardProblem<K, IsOpen, W, To extends string> = W extends readonly [infer I]
  ? IsAccepted<K, I> extends true
    ? never
    : {
        [M in keyof I & string]-?: M extends keyof K
          ? MemberProblem<K[M], I[M], M, To>
          : IsOpen extends true
            ? never
            : object extends Pick<I, M>
              ? never
              : `${To} requires the member ${M}, which the action does not forward`
      }[keyof I & string]
  : never

type JsonProblem<K, To extends string> =
  K extends Json<K>
    ? never
    : {
        [M in keyof K & string]-?: Pick<K, M> extends Json<Pick<K, M>>
          ? never
          : `${To}: JSON cannot carry the member ${M}`
      }[keyof K & string]
