import {
  type Action,
  type AnyFunction,
  isAction,
  isQueue,
  kindOf,
  misconfigured,
  nameOf,
  paramsFor,
  type Queue,
  type ReadParams,
} from '@lpipe/core'
import { type Find, finderOf } from './names.ts'
import type { Paths } from './paths.ts'

/** A graph that was checked: every name leads somewhere. */
export interface Graph {
  readonly find: Find<Path>
  /** the path of every message, if the graph has one */
  readonly start: Path | undefined
  /** that no path has this name, and which there are, for an error message */
  readonly missing: (name: string | undefined) => string
  /** whether an action has queues */
  readonly sends: boolean
}

/** A path, its actions one after the other: of each how its kwargs are made, its functions, its paths and its queues. */
export interface Path {
  /** none for the one function of `call` */
  readonly name: string | undefined
  readonly steps: readonly Step[]
}

export type Step = ReadParams | Runnable | Path | Queue

export interface Runnable {
  readonly name: string
  /** its position in its action */
  readonly index: number
  readonly run: (kwargs: unknown, call: unknown) => unknown
}

export interface GraphOptions {
  readonly call?: AnyFunction | undefined
  readonly paths?: Paths | undefined
  readonly defaultPath?: string | undefined
}

/**
 * Checks a graph and makes it ready to run.
 *
 * @throws InvalidConfigurationError with the path, the action and the cure
 */
export const makeGraph = ({ call, paths, defaultPath }: GraphOptions): Graph => {
  const names = Object.keys(paths ?? {})
  if (call === undefined ? names.length === 0 : paths || defaultPath) {
    wrong('give it `call` alone, or `paths`, not empty, with or without defaultPath')
  }
  const defined = names.map((name) => ({ name, steps: [] as Step[] }))
  const find = finderOf(defined, (one, other) =>
    wrong(`its paths '${one.name}' and '${other.name}' are equal but for case`),
  )
  const missing: Graph['missing'] = (name) => `no path is called '${name}'. There are: ${names.join(', ') || 'none'}`
  const mustFind = (name: string, place: string): Path => find(name) ?? wrong(`${place}: ${missing(name)}`)

  for (const { name, steps } of defined) {
    const where = `path ${name}`
    for (const [index, action] of actionsOf(paths?.[name], where).entries()) {
      steps.push(...stepsOf(action, `${where}, action ${index + 1}`, mustFind))
    }
  }
  const first = defaultPath ? mustFind(defaultPath, 'its defaultPath') : undefined
  const start =
    call === undefined ? first : { name: undefined, steps: stepsOf({ functions: [call] }, 'call', mustFind) }
  return {
    find,
    start,
    missing,
    sends: defined.some(({ steps }) => steps.some(isQueue)),
  }
}

/** A list of functions is one action. */
const actionsOf = (definition: unknown, where: string): readonly Partial<Action>[] => {
  const list: readonly unknown[] = Array.isArray(definition) ? definition : []
  const actions = list.filter(isAction)
  if (list.length === 0 || ![0, list.length].includes(actions.length)) {
    wrong(
      `${where}: it must be an array of actions, or one of functions, not empty, not mixed, got ${kindOf(definition)}`,
    )
  }
  return actions.length > 0 ? actions : [{ functions: list as readonly AnyFunction[] }]
}

const stepsOf = (
  {
    functions = [],
    paths = [],
    queues = [],
    ...params
  }: Omit<Partial<Action>, 'functions'> & { readonly functions?: readonly unknown[] },
  place: string,
  mustFind: (name: string, place: string) => Path,
): readonly Step[] => {
  const next = [...paths, ...queues].map((goal: unknown) => {
    if (isQueue(goal)) return goal
    if (typeof goal !== 'string') wrong(`${place}: its paths hold ${kindOf(goal)}. Name paths, or use queue()`)
    return mustFind(goal, place)
  })
  if (functions.length + next.length === 0) wrong(`${place}: it needs functions, paths or queues`)
  const runnables = functions.map((run, index) => {
    if (typeof run !== 'function') wrong(`${place}: its functions hold ${kindOf(run)}. Was it imported?`)
    return { name: nameOf(run), index, run: run as Runnable['run'] }
  })
  const paramsOf = paramsFor(functions as readonly AnyFunction[], params, `pathRouter: ${place}`)
  return [paramsOf, ...runnables, ...next]
}

const wrong: (what: string) => never = (what) => misconfigured(`pathRouter: ${what}`)
