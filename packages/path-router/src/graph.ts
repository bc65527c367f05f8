import { type AnyFunction, InvalidPathError, type Message } from '@lpipe/core'
import { isQueue, quotes, typeName } from '@lpipe/core/middleware'
import { type Find, finderOf } from './names.ts'
import type { Paths } from './paths.ts'
import { actionsOf, invalid, type Path, type RunnableAction, runnableOf } from './runnable.ts'

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

/** The options of `pathRouter()` that make the graph. */
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

/**
 * Finds the path that a payload names; without a name, the start.
 *
 * @param message the message that led to the payload: a name that it holds is not quoted
 * @throws InvalidPathError if there is none
 */
export const resolvePath = (
  { find, start, names }: Graph,
  name: string | undefined,
  { body }: Pick<Message, 'body'>,
): Path => {
  const path = name === undefined ? start : find(name)
  if (path !== undefined) return path
  const problem = quotes(String(name), undefined, body)
    ? 'a payload names a path that does not exist'
    : `no path is called '${name}'`
  throw new InvalidPathError(`${problem}. Paths: ${names}`)
}

/**
 * Finds the path that a message names. The name is not quoted, because it is a value of the message.
 *
 * @throws InvalidPathError if there is none, or if it is not one of the `entries`
 */
export const entryPath = ({ find, entries, names }: Graph, name: string): Path => {
  const path = find(name)
  if (path === undefined) throw new InvalidPathError(`the message names a path that does not exist. Paths: ${names}`)
  // mutant: only-entries
  if (entries?.has(path) === false) {
    throw new InvalidPathError(`the message names the path ${path.name}, which is not one of the \`entries\``)
  }
  return path
}
