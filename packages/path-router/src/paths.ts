import type { Action, AnyFunction } from '@lpipe/core'

/** A path: a list of actions, or a list of functions, which is one action. */
export type PathDefinition<Names extends string = string> = readonly (Action<Names> | AnyFunction)[]

/**
 * A graph whose actions name no path that it does not have. For a wrapper of your own:
 * `<const P extends Paths<P>>(paths: P) => lpipe({ paths, ... })`.
 */
export type Paths<P = Record<string, unknown>> = {
  readonly [K in keyof P]: PathDefinition<`${keyof P & string}`>
}
