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
  /** which names there are, for an error message */
  readonly hint: string
  /** the path of every message, if the graph has one */
  readonly start: Path | undefined
  /** whether an action has queues */
  readonly sends: boolean
}

export interface Path {
  /** none for the one function of `call` */
  readonly name: string | undefined
  readonly steps: readonly Step[]
}

/** An action, ready to run. */
export interface Step {
  readonly functions: readonly Runnable[]
  readonly paramsOf: ReadParams
  /** paths first, then queues */
  readonly next: readonly (Path | Queue)[]
}

export interface Runnable {
  readonly name: string
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
  if ((call === undefined) === (paths === undefined)) {
    wrong('give it either `call`, one function, or `paths`, an object of paths')
  }
  if (paths !== undefined) return graphOf(paths, defaultPath || undefined)
  if (defaultPath) wrong(`its defaultPath '${defaultPath}' is for \`paths\`. Remove it, or \`call\``)
  const start = { name: undefined, steps: [stepOf({ functions: [call] }, 'call', wrong)] }
  return {
    find: (name) => (name === undefined ? start : undefined),
    hint: 'With `call` there are no paths',
    start,
    sends: false,
  }
}

const graphOf = (paths: Paths, defaultPath: string | undefined): Graph => {
  const names = Object.keys(paths)
  if (names.length === 0) wrong('its paths are empty. Define one')
  const defined = names.map((name) => ({ name, steps: [] as Step[] }))
  const find = finderOf(defined, (one, other) =>
    wrong(`its paths '${one.name}' and '${other.name}' are equal but for case. Rename one`),
  )
  const hint = `There are: ${names.join(', ')}`
  const mustFind = (name: string, what: string): Path =>
    find(name) ?? wrong(`${what} '${name}' does not exist. Define it. ${hint}`)

  for (const { name, steps } of defined) {
    const where = `path ${name}`
    for (const [index, action] of actionsOf(paths[name], where).entries()) {
      steps.push(stepOf(action, `${where}, action ${index + 1}`, mustFind))
    }
  }
  return {
    find,
    hint,
    start: defaultPath === undefined ? undefined : mustFind(defaultPath, 'its defaultPath'),
    sends: defined.some(({ steps }) => steps.some(({ next }) => next.some(isQueue))),
  }
}

/** A list of functions is one action. */
const actionsOf = (definition: unknown, where: string): readonly Partial<Action>[] => {
  const list: readonly unknown[] = Array.isArray(definition) ? definition : []
  if (list.length === 0) {
    wrong(`${where}: it must be an array of actions or functions and not empty, got ${kindOf(definition)}`)
  }
  if (list.every(isAction)) return list
  if (list.some(isAction)) {
    wrong(`${where}: it mixes actions with something else. Put functions into an action: action({ functions: [...] })`)
  }
  return [{ functions: list as readonly AnyFunction[] }]
}

const stepOf = (
  {
    functions = [],
    paths = [],
    queues = [],
    ...params
  }: Omit<Partial<Action>, 'functions'> & { readonly functions?: readonly unknown[] },
  place: string,
  mustFind: (name: string, what: string) => Path,
): Step => {
  const next = [...paths, ...queues].map((goal: unknown) => {
    if (isQueue(goal)) return goal
    if (typeof goal !== 'string') wrong(`${place}: its paths hold ${kindOf(goal)}. Use names of paths, or queue(...)`)
    return mustFind(goal, `${place}: its path`)
  })
  if (functions.length + next.length === 0) wrong(`${place}: it does nothing. Give it functions, paths or queues`)
  return {
    functions: functions.map((run) => {
      if (typeof run !== 'function')
        wrong(`${place}: its functions hold ${kindOf(run)}. Was it imported, or made with action()?`)
      return { name: nameOf(run), run: run as Runnable['run'] }
    }),
    paramsOf: paramsFor(functions as readonly AnyFunction[], params, `pathRouter: ${place}`),
    next,
  }
}

const wrong: (what: string) => never = (what) => misconfigured(`pathRouter: ${what}`)
