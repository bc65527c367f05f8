/** What the compiler checks about the edges of a graph. Only types: each problem is a text, which the compiler shows. */
import type { Action, AnyFunction, Input, Output, Payload, Queue, Signed, StandardSchema } from '@lpipe/core'
import type { AnyAction, IsAccepted, Json, KwargsProblem, MemberProblem, Param } from '@lpipe/core/middleware'

/** The names of a graph's paths. A member of an enum counts as its text. */
type Names<P> = `${keyof P & string}`

/** What an option that names a path must be: the name as it was written if there is such a path, otherwise one of the names. */
export type Named<D, P> = D extends NoInfer<Names<P>> ? D : NoInfer<Names<P>>

/** What the functions of each path accept. Each type is in a tuple, because it may be a union. */
export type Accepted<P> = {
  readonly [N in Names<P>]: P extends Readonly<Record<N, infer D>> ? AcceptedBy<D> : never
}

/**
 * What an entry of a path must be: an action or a function, or the texts of its problems.
 *
 * @param G what each path of the graph accepts
 */
export type Entry<E, G> = [EntryProblem<E, G>] extends [never] ? AnyAction | AnyFunction : Texts<EntryProblem<E, G>>

/** The one function of a graph without paths, or the texts of its problems. */
export type Called<C> = [ReturnProblem<C, object>] extends [never] ? C : Texts<ReturnProblem<C, object>>

/** Several texts are shown as such: otherwise the compiler shows the name of the type that makes them. */
type Texts<T> = `${T & string}`

type EntryProblem<E, G> =
  E extends Action<infer N, infer F, infer Q, infer R, infer A>
    ?
        | ReturnProblem<F[number], G>
        | PickProblem<F[number], R, A>
        | NextProblem<N[number] | Q[number], Forwarded<F, R, A>, G>
    : ReturnProblem<E, G>

// What functions return

type ReturnProblem<F, G> = F extends (...args: never) => infer R
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

/** Whether a name may be one of many: a `string`, a branded one, or a template such as `A_${string}`. */
type IsUnknownName<N extends string> = Record<never, never> extends Record<N, unknown> ? true : false

// What paths accept

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

type NameAfter<R> = R extends readonly [string, infer To] ? To : R

type MemberOf<I, M> = M extends keyof I ? I[M] : unknown

/** What a function accepts: its schema's input, or its first parameter. */
type InputOf<F> = F extends Signed<infer S> ? InputOfSchema<S, F> : FirstParameter<F>

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
type InputOfAll<F> = (F extends AnyFunction ? (box: { readonly of: InputOf<F> }) => void : never) extends (
  box: infer B extends { readonly of: unknown },
) => void
  ? B['of']
  : unknown

// What actions forward

/** What is known of the kwargs that an action forwards, and whether they may hold more. */
interface Forward<out K, out IsOpen extends boolean> {
  readonly known: K
  readonly isOpen: IsOpen
}

type Forwarded<F extends readonly AnyFunction[], R extends readonly Param[], A> = R extends readonly []
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

/** Functions receive only what `requiredParams` picks. */
type PickProblem<F, R extends readonly Param[], A> = R extends readonly []
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

type NextProblem<N, W, G> =
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
