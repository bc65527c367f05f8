import { type Action, type AnyFunction, InvalidPathError, type Queue } from '@lpipe/core'
import {
  invalidConfiguration,
  isAction,
  isQueue,
  nameOf,
  type ReadParams,
  readParamsOf,
  typeName,
} from '@lpipe/core/middleware'
import { type Find, finderOf } from './names.ts'
import type { Paths } from './paths.ts'

/** A checked graph: every name leads somewhere. */
export interface Graph {
  readonly find: Find<Path>
  /** The path of every message, if the graph has one: `call` or `defaultPath`. */
  readonly start: Path | undefined
  /** The names of the paths, for error texts. */
  readonly names: string
  /** Whether an action has queues. */
  readonly hasQueues: boolean
  /** The paths that messages may name; undefined: all. */
  readonly entries: ReadonlySet<Path> | undefined
}

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

export interface RunnableFunction {
  readonly name: string
  readonly run: (kwargs: unknown, call: unknown) => unknown
}

export interface GraphOptions {
  readonly call?: AnyFunction | undefined
  readonly paths?: Paths | undefined
  readonly defaultPath?: string | undefined
  readonly entries?: readonly string[] | undefined
}

/**
 * Checks a graph and makes it ready to run.
 *
 * @throws InvalidConfigurationError with the path, the action and the fix
 */
export const createGraph = ({ call, paths, defaultPath, entries }: GraphOptions): Graph => {
  const names = Object.keys(paths ?? {})
  if (call !== undefined && (paths || defaultPath)) {
    invalid('`call` cannot be combined with `paths` or `defaultPath`. Set either `call` or `paths`')
  }
  if (call === undefined && names.length === 0) invalid('requires `call`, or `paths` with at least one path')
  if (names.includes('')) invalid('`paths` has an empty name, which no message can have')
  // Paths name each other: they exist before their actions.
  const defined = names.map((name) => ({
    name,
    actions: [] as RunnableAction[],
    single: undefined as RunnableAction | undefined,
  }))
  const find = finderOf(defined, (one, other) =>
    invalid(`the names of the paths '${one.name}' and '${other.name}' differ only in case`),
  )
  const known = names.join(', ') || 'none'
  const mustFind = (name: string, place: string): Path =>
    find(name) ?? invalid(`${place}: no path is called '${name}'. Paths: ${known}`)

  for (const path of defined) {
    const where = `path ${path.name}`
    for (const [index, action] of actionsOf(paths?.[path.name], where).entries()) {
      path.actions.push(runnableOf(action, `${where}, action ${index + 1}`, mustFind))
    }
    path.single = singleOf(path.actions)
  }
  const first = defaultPath ? mustFind(defaultPath, '`defaultPath`') : undefined
  const start = call === undefined ? first : pathOfCall(call, mustFind)
  if (entries?.length === 0 && start === undefined) {
    invalid(
      '`entries` is empty, so that every message would be dropped. Name the paths that messages may name, or remove it',
    )
  }
  return {
    find,
    start,
    names: known,
    hasQueues: defined.some(({ actions }) => actions.some(({ next }) => next.some(isQueue))),
    entries: entries && new Set(entries.map((name: unknown) => entryOf(name, mustFind))),
  }
}

const entryOf = (name: unknown, mustFind: (name: string, place: string) => Path): Path =>
  typeof name === 'string'
    ? mustFind(name, '`entries`')
    : invalid(`\`entries\` must hold names of paths, received ${typeName(name)}`)

const pathOfCall = (call: AnyFunction, mustFind: (name: string, place: string) => Path): Path => {
  const actions = [runnableOf({ functions: [call] }, '`call`', mustFind)]
  return { name: undefined, actions, single: singleOf(actions) }
}

const singleOf = ([action, ...others]: readonly RunnableAction[]): RunnableAction | undefined =>
  others.length === 0 && action?.functions.length === 1 && action.next.length === 0 ? action : undefined

/** A list of functions is one action. */
const actionsOf = (definition: unknown, where: string): readonly Partial<Action>[] => {
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

/** A function that lacks its type, because users' values are checked at run time too. */
type UncheckedAction = Omit<Partial<Action>, 'functions'> & { readonly functions?: readonly unknown[] }

const runnableOf = (
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

/**
 * Finds the path that a payload names; without a name, the start.
 *
 * @param name a name that the developer's code wrote; undefined for the start
 * @throws InvalidPathError if there is none
 */
export const resolvePath = ({ find, start, names }: Graph, name: string | undefined): Path => {
  const path = name === undefined ? start : find(name)
  if (path === undefined) throw new InvalidPathError(`no path is called '${name}'. Paths: ${names}`)
  return path
}

/**
 * Finds the path that a message names. The name is not quoted, because it is a value of the message.
 *
 * @throws InvalidPathError if there is none, or if it is not one of the `entries`
 */
export const entryPath = ({ find, entries, names }: Graph, name: string): Path => {
  const path = find(name)
  if (path === undefined) throw new InvalidPathError(`the message names a path that does not exist. Paths: ${names}`)
  if (entries?.has(path) === false) {
    throw new InvalidPathError(`the message names the path ${path.name}, which is not one of the \`entries\``)
  }
  return path
}

const invalid: (text: string) => never = (text) => invalidConfiguration(`pathRouter: ${text}`)
