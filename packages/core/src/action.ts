import type { Call } from './batch.ts'
import { InvalidConfigurationError } from './errors.ts'
import { checkOptions } from './options.ts'
import type { Queue } from './queue.ts'
import { kindOf } from './values.ts'

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

const lists = ['functions', 'paths', 'queues', 'requiredParams'] as const

/**
 * A step of a path: functions to run, then paths to run, then queues to send to.
 *
 * @throws InvalidConfigurationError if an option is unknown or is not the list or the boolean it must be
 */
export const action = <const P extends string = never>(options: ActionOptions<P>): Action<`${P}`> => {
  checkOptions('action', options, [...lists, 'includeAllParams'])
  for (const key of lists) {
    if (options[key] !== undefined && !Array.isArray(options[key])) {
      throw new InvalidConfigurationError(`action: its ${key} must be an array, got ${kindOf(options[key])}`)
    }
  }
  const { includeAllParams: all = false } = options
  if (typeof all !== 'boolean') {
    throw new InvalidConfigurationError(`action: its includeAllParams must be true or false, got ${kindOf(all)}`)
  }
  return Object.freeze({ ...options, [brand]: true as const }) as Action<`${P}`>
}

/** Whether a value was made by `action()`. */
export const isAction = (value: unknown): value is Action =>
  typeof value === 'object' && value !== null && (value as { readonly [brand]?: boolean })[brand] === true
