import type { Action, AnyFunction, Queue } from '@lpipe/core'
import {
  invalidConfiguration,
  isAction,
  isQueue,
  nameOf,
  type ReadParams,
  readParamsOf,
  typeName,
} from '@lpipe/core/middleware'

/** A path, with its actions. */
export interface Path {
  /** Undefined for the one function of `call`. */
  readonly name: string | undefined
  readonly actions: readonly RunnableAction[]
  /** Its only action, if that has one function and nothing after it. */
  readonly single: RunnableAction | undefined
}

/** An action that is ready to run. */
export interface RunnableAction {
  readonly readParams: ReadParams
  readonly functions: readonly RunnableFunction[]
  /** What runs after the functions: paths, and queues to send to. */
  readonly next: readonly (Path | Queue)[]
}

/** A function with its name for logs and errors. */
export interface RunnableFunction {
  readonly name: string
  readonly run: (kwargs: unknown, call: unknown) => unknown
}

/** @throws InvalidConfigurationError that names the middleware */
export const invalid: (text: string) => never = (text) => invalidConfiguration(`pathRouter: ${text}`)

/**
 * Returns the actions of a path. A list of functions is one action.
 *
 * @param where for error texts: `path ORDER`
 * @throws InvalidConfigurationError if it is not a list of actions or of functions
 */
export const actionsOf = (definition: unknown, where: string): readonly Partial<Action>[] => {
  if (!Array.isArray(definition)) {
    return invalid(`${where}: must be an array of actions or of functions, received ${typeName(definition)}`)
  }
  const list: readonly unknown[] = definition
  if (list.length === 0) invalid(`${where}: must have at least one action or function`)
  const actions = list.filter(isAction)
  if (actions.length === 0) return [{ functions: list as readonly AnyFunction[] }]
  if (actions.length === list.length) return actions
  return invalid(`${where}: mixes actions and functions; wrap the functions: \`action({ functions: [...] })\``)
}

/** An action whose functions may be anything, because they are checked at run time too. */
type UncheckedAction = Omit<Partial<Action>, 'functions'> & { readonly functions?: readonly unknown[] }

/**
 * Makes an action ready to run.
 *
 * @param place for error texts: `path ORDER, action 1`
 * @param mustFind returns the path of a name. It throws an InvalidConfigurationError if there is none
 * @throws InvalidConfigurationError with the place and the fix
 */
export const runnableOf = (
  { functions = [], paths = [], queues = [], ...params }: UncheckedAction,
  place: string,
  mustFind: (name: string, place: string) => Path,
): RunnableAction => {
  const next = [...paths, ...queues].map((target: unknown) => {
    if (isQueue(target)) return target
    if (typeof target === 'string') return mustFind(target, place)
    return invalid(
      `${place}: \`paths\` and \`queues\` must hold names of paths and queues, received ${typeName(target)}`,
    )
  })
  if (functions.length + next.length === 0) invalid(`${place}: requires functions, paths or queues`)
  const runnables = functions.map((run, index) => {
    if (typeof run !== 'function') {
      invalid(`${place}: function ${index + 1} must be a function, received ${typeName(run)}. Is its import right?`)
    }
    if (isClass(run)) invalid(`${place}: function ${index + 1} must be a function, received a class`)
    return { name: nameIn(run as AnyFunction, place, index), run: run as RunnableFunction['run'] }
  })
  const readParams = readParamsOf(
    functions as readonly AnyFunction[],
    { ...params, forwards: next.length > 0, names: runnables.map(({ name }) => name) },
    `pathRouter: ${place}`,
  )
  return { readParams, functions: runnables, next }
}

/** A class can only be called with `new`: each message would be dropped. */
const isClass = (run: unknown): boolean => /^class\b/.test(Function.prototype.toString.call(run))

/** An anonymous function is named by its place, so that logs and errors can name it. */
const nameIn = (run: AnyFunction, place: string, index: number): string =>
  run.name ? nameOf(run) : `anonymous ${index + 1} (${place})`
