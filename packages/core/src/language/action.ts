import { isBranded } from '../values.ts'
import type { Call } from './call.ts'
import { checkOptions } from './options.ts'
import type { Queue } from './queue.ts'

/**
 * Any function that a path can run. It has a method's type, so that `kwargs` may have the type that the function declares. A
 * function without a type for `kwargs` receives an `object`: annotate it, or give it a signature with `fn()`.
 */
export type AnyFunction = { run(kwargs: object, call: Call): unknown }['run']

/** A parameter to forward, or `[from, to]` to forward it under another name. */
export type Param = string | readonly [from: string, to: string]

/** What an action does: functions first, then paths, then queues, all with the same kwargs. */
export interface ActionOptions<P extends string = string> {
  readonly functions?: readonly AnyFunction[]
  /** Names of paths. A queue is accepted here too. */
  readonly paths?: readonly (P | Queue)[]
  readonly queues?: readonly Queue[]
  /** The parameters that the action forwards, instead of those that its functions' signatures declare. */
  readonly requiredParams?: readonly Param[]
  /** Whether everything in the message is forwarded. Default: false. */
  readonly includeAllParams?: boolean
}

const brand: unique symbol = Symbol.for('@lpipe/core:action') as never

/** A step of a path. `P` are the names of the paths that it runs. */
export interface Action<out P extends string = string> extends ActionOptions<P> {
  readonly [brand]: true
}

/**
 * Makes a step of a path: functions to run, then paths to run, then queues to send to.
 *
 * @throws InvalidConfigurationError if an option is unknown or has the wrong type
 * @example
 * const ship = action({ functions: [pack], paths: ['INVOICE'], queues: [queue({ type: 'sqs', name: 'parcels' })] })
 */
export const action = <const P extends string = never>(options: ActionOptions<P>): Action<`${P}`> => {
  checkOptions('action', options, {
    functions: 'array',
    paths: 'array',
    queues: 'array',
    requiredParams: 'array',
    includeAllParams: 'boolean',
  })
  return Object.freeze({ ...options, [brand]: true }) as Action<`${P}`>
}

/** Whether a value was made by `action()`. */
export const isAction = (value: unknown): value is Action => isBranded(value, brand)
