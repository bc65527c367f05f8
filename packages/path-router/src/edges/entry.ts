/** What the compiler checks about the edges of a graph. Only types: each problem is a text, which the compiler shows. */
import type { Action, AnyFunction } from '@lpipe/core'
import type { AnyAction } from '@lpipe/core/middleware'
import type { Forwarded, NextProblem, PickProblem } from './forwarded.ts'
import type { ReturnProblem } from './returned.ts'

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
