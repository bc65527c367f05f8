import type { Call } from './batch.ts'
import { checkOptions } from './options.ts'
import { makeParams, maker } from './params.ts'
import type { Queue } from './queue.ts'
import { isBranded } from './values.ts'

/**
 * Any function that a path can run. A method's type, so that kwargs may be of whatever type the function says. One that
 * does not say is given an `object`: annotate it, or give it a signature with `fn`.
 */
export type AnyFunction = { run(kwargs: object, call: Call): unknown }['run']

/** A parameter to hand on, or `[from, to]` to hand it on under another name. */
export type Param = string | readonly [from: string, to: string]

/** What an action does: functions first, then paths, then queues, all with the same kwargs. */
export interface ActionOptions<P extends string = string> {
  readonly functions?: readonly AnyFunction[]
  /** names of paths; a queue is accepted here too */
  readonly paths?: readonly (P | Queue)[]
  readonly queues?: readonly Queue[]
  /** the parameters the action hands on, instead of those its functions' signatures let through */
  readonly requiredParams?: readonly Param[]
  /** hand on everything the message holds */
  readonly includeAllParams?: boolean
}

const brand: unique symbol = Symbol.for('@lpipe/core:action') as never

/** A step of a path. `P` are the names of the paths it runs. */
export interface Action<out P extends string = string> extends ActionOptions<P> {
  readonly [brand]: true
}

/**
 * A step of a path: functions to run, then paths to run, then queues to send to.
 *
 * @throws InvalidConfigurationError if an option is unknown or is not the list or the boolean it must be
 */
export const action = <const P extends string = never>(options: ActionOptions<P>): Action<`${P}`> => {
  const list = 'an array'
  checkOptions('action', options, {
    functions: list,
    paths: list,
    queues: list,
    requiredParams: list,
    includeAllParams: 'a boolean',
  })
  return Object.freeze({ ...options, [brand]: true, [maker]: makeParams }) as Action<`${P}`>
}

/** Whether a value was made by `action()`. */
export const isAction = (value: unknown): value is Action => isBranded(value, brand)
