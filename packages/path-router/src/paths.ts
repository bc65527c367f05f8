import type { Action, AnyFunction } from '@lpipe/core'
import type { AnyAction } from '@lpipe/core/middleware'
import type { Accepted } from './edges/accepted.ts'
import type { Entry } from './edges/entry.ts'

/** A path: a list of actions, or a list of functions, which is one action. */
export type PathDefinition = readonly (Action | AnyFunction)[]

/**
 * A graph that the compiler checks: the paths of payloads and actions exist, and the kwargs that functions return and that actions
 * forward fit the functions that receive them. A wrong entry must be a text that names the problem, such as
 * `no path is called SHIP`, which the compiler shows. Where types are not known, nothing is checked. For a wrapper of your own:
 * `<const P extends Paths<P>>(paths: P) => lpipe({ paths, ... })`.
 */
export type Paths<P = Readonly<Record<string, PathDefinition>>> = {
  readonly [K in keyof P]: Entries<P[K], Accepted<P>>
}

type Entries<D, G> = D extends readonly unknown[]
  ? { readonly [I in keyof D]: Entry<D[I], G> }
  : readonly (AnyAction | AnyFunction)[]
