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
export interface ActionOptions<
  out P extends readonly (string | Queue)[] = readonly (string | Queue)[],
  out F extends readonly AnyFunction[] = readonly AnyFunction[],
  out Q extends readonly Queue[] = readonly Queue[],
  out R extends readonly Param[] = readonly Param[],
  out A extends boolean = boolean,
> {
  readonly functions?: F
  /** Names of paths. A queue is accepted here too. */
  readonly paths?: P
  readonly queues?: Q
  /** The parameters that the action forwards, instead of those that its functions' signatures declare. */
  readonly requiredParams?: R
  /** Whether everything in the message is forwarded. Default: false. */
  readonly includeAllParams?: A
}

const brand: unique symbol = Symbol.for('@lpipe/core:action') as never

/** Any step of a path, of whose options nothing is known. */
export interface AnyAction {
  readonly [brand]: true
}

/** A step of a path. It keeps the types of its options, so that the compiler can check it where the graph is made. */
export interface Action<
  out P extends readonly (string | Queue)[] = readonly (string | Queue)[],
  out F extends readonly AnyFunction[] = readonly AnyFunction[],
  out Q extends readonly Queue[] = readonly Queue[],
  out R extends readonly Param[] = readonly Param[],
  out A extends boolean = boolean,
> extends AnyAction,
    ActionOptions<P, F, Q, R, A> {}

/**
 * Makes a step of a path: functions to run, then paths to run, then queues to send to.
 *
 * @throws InvalidConfigurationError if an option is unknown or has the wrong type
 * @example
 * const ship = action({ functions: [pack], paths: ['INVOICE'], queues: [queue({ type: 'sqs', name: 'parcels' })] })
 */
export const action = <
  const F extends readonly AnyFunction[],
  const P extends readonly (string | Queue)[] = readonly [],
  const Q extends readonly Queue[] = readonly [],
  const R extends readonly Param[] = readonly [],
  const A extends boolean = false,
>(
  options: ActionOptions<P, F, Q, R, A>,
): Action<P, F, Q, R, A> => {
  checkOptions('action', options, {
    functions: 'array',
    paths: 'array',
    queues: 'array',
    requiredParams: 'array',
    includeAllParams: 'boolean',
  })
  return Object.freeze({ ...options, [brand]: true }) as Action<P, F, Q, R, A>
}

/** Whether a value was made by `action()`. */
export const isAction = (value: unknown): value is Action => isBranded(value, brand)
