/** What the compiler checks about the edges between Lambdas. Only types: each problem is a text, which the compiler shows. */
import type { Queue } from '@lpipe/core'
import type { GraphOf, HandlerGraph, KwargsProblem } from '@lpipe/core/middleware'

/**
 * The modules of a system's handlers, or in the place of a module the texts of what its queues promise wrongly. Nothing is checked
 * where the type of a handler or a queue is not known: `check()` sees their values.
 *
 * @param M the modules by function
 * @param N the names of the sources of each function
 * @param H the name of the handler in each module
 * @param T the names of the topics that deliver to each queue
 */
export type CheckedModules<M, N, H, T> = {
  readonly [F in keyof M]: [FunctionProblem<M, N, H, T, F>] extends [never] ? object : FunctionProblem<M, N, H, T, F>
}

type FunctionProblem<M, N, H, T, F extends keyof M> =
  | ExportProblem<M[F], NameOf<H, F>>
  | ModuleProblem<GraphIn<M, H, F>, M, N, H, T>

/** Nothing is known of a module without exports: its type may be `object`. */
type ExportProblem<M, X> = [keyof M] extends [never]
  ? never
  : X extends keyof M
    ? never
    : M extends { readonly default: infer D }
      ? X extends keyof D
        ? never
        : `the module has no export ${X & string}`
      : `the module has no export ${X & string}`

type GraphIn<M, H, F extends keyof M> = GraphOf<ExportOf<M[F], NameOf<H, F>>>

/** The name of the handler; unknown to the compiler if the option is missing. */
type NameOf<H, F> = F extends keyof H
  ? string extends H[F]
    ? 'handler'
    : unknown extends H[F]
      ? 'handler'
      : H[F]
  : 'handler'

/** `import()` of a CommonJS module has its exports in `default`. */
type ExportOf<M, X> = X extends keyof M
  ? M[X]
  : M extends { readonly default: infer D }
    ? X extends keyof D
      ? D[X]
      : unknown
    : unknown

type ModuleProblem<G, M, N, H, T> = G extends HandlerGraph ? QueueProblem<G['sends'], M, N, H, T> : never

/** Distributes over the queues that a graph sends to. */
type QueueProblem<Q, M, N, H, T> =
  Q extends Queue<infer K, infer Name, infer P>
    ? string extends Name
      ? never
      : {
          [R in keyof M]: Reads<N, R, ResourceName<Name>, T> extends true
            ? ReaderProblem<GraphIn<M, H, R>, PromiseOf<Q, K>, P, Name, R>
            : never
        }[keyof M]
    : never

/** What a queue promises about its kwargs: without a schema no more than what its callbacks read. */
interface Promised {
  readonly kwargs: unknown
  readonly isWhole: boolean
}

interface PromiseOf<Q, K> extends Promised {
  readonly kwargs: K
  readonly isWhole: Q extends { readonly schema: undefined } ? false : true
}

/** The name of an SNS topic in code is its ARN. */
type ResourceName<N extends string> = N extends `arn:${string}:${string}:${string}:${string}:${infer Name}` ? Name : N

/** Whether a queue, a stream or a topic feeds a function: directly, or a topic through a queue. */
type Reads<N, R, Name, T> = R extends keyof N
  ? [Extract<Name, N[R]>] extends [never]
    ? DeliversTo<T, N[R], Name>
    : IsKnown<N[R]>
  : false

type IsKnown<Names> = string extends Names ? false : unknown extends Names ? false : true

type DeliversTo<T, Queues, Topic> =
  IsKnown<Queues> extends true
    ? true extends {
        [Q in keyof T]: Q extends Queues ? ([Extract<Topic, T[Q]>] extends [never] ? false : IsKnown<T[Q]>) : false
      }[keyof T]
      ? true
      : false
    : false

/** A path that may be one of many, such as `string` or `A_${string}`, is not known. */
type ReaderProblem<G, K extends Promised, P, Name extends string, R> = G extends HandlerGraph
  ? P extends string
    ? Record<never, never> extends Record<P, unknown>
      ? never
      : PathProblem<G, K, `${P}`, `queue ${Name}`, `${R & string}`>
    : StartProblem<G, K, `queue ${Name}`, `${R & string}`>
  : never

/** A queue with a path sends `{ path, kwargs }`. */
type PathProblem<
  G extends HandlerGraph,
  K extends Promised,
  P extends string,
  Label extends string,
  R extends string,
> = [G['start']] extends [never]
  ? P extends keyof G['accepts']
    ? IsEntry<P, G['entries']> extends true
      ? FitProblem<K, G['accepts'][P], Label, `path ${P} of ${R}`>
      : `${Label}: path ${P} is not one of the entries of ${R}`
    : `${Label}: ${R} has no path ${P}`
  : `${Label}: it has path ${P}, but ${R} takes the whole message for kwargs, because of defaultPath or call`

type IsEntry<P, E> = [E] extends [never] ? true : string extends E ? true : P extends `${E & string}` ? true : false

/** A queue without a path sends the kwargs alone. */
type StartProblem<G extends HandlerGraph, K extends Promised, Label extends string, R extends string> = [
  G['start'],
] extends [never]
  ? unknown extends K['kwargs']
    ? never
    : K extends { readonly isWhole: false } | { readonly kwargs: { readonly path: unknown } }
      ? never
      : `${Label}: it has no path, but ${R} expects { path, kwargs }`
  : `${G['start']}` extends keyof G['accepts']
    ? FitProblem<K, G['accepts'][`${G['start']}`], Label, `path ${G['start']} of ${R}`>
    : never

type FitProblem<K extends Promised, W, Label extends string, To extends string> = unknown extends K['kwargs']
  ? never
  : `${Label}: ${KwargsProblem<K['kwargs'], K['isWhole'] extends true ? W : Common<W, K['kwargs']>, To>}`

/** What is accepted of the members that are known. */
type Common<W, K> = W extends readonly [infer I] ? [Pick<I, keyof I & keyof K>] : never
