import {
  type Action,
  type AnyFunction,
  isAction,
  isObject,
  isQueue,
  kindOf,
  misconfigured,
  nameOf,
  paramsFor,
  type Queue,
  type ReadParams,
} from '@lpipe/core'
import { type Names, namesOf } from './names.ts'
import type { Paths } from './paths.ts'

/** A graph that was checked: every name leads somewhere. */
export interface Graph {
  readonly find: Names<Path>['find']
  /** which names there are, for an error message */
  readonly hint: string
  /** the path of every message, if the graph has one */
  readonly start: Path | undefined
  /** where its first queue is, if it has one */
  readonly firstQueue: string | undefined
}

export interface Path {
  /** none for the one function of `call` */
  readonly name: string | undefined
  readonly steps: Step[]
}

/** An action, ready to run. */
export interface Step {
  readonly functions: readonly Runnable[]
  readonly paramsOf: ReadParams
  /** paths first, then queues */
  readonly next: (Path | Queue)[]
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
  if (call !== undefined && paths !== undefined) {
    wrong('it has both `call` and `paths`. Keep one: `call` for one function, `paths` for a graph')
  }
  if (call !== undefined) {
    if (typeof call !== 'function') wrong(`its call must be a function, got ${kindOf(call)}`)
    if (defaultPath) wrong(`its defaultPath '${defaultPath}' cannot exist beside \`call\`. Remove it, or use \`paths\``)
    const start = { name: undefined, steps: [stepOf([call], {}, 'call')] }
    return {
      find: (name) => (name === undefined ? start : undefined),
      hint: 'With `call` there are no paths',
      start,
      firstQueue: undefined,
    }
  }
  if (!isObject(paths)) {
    wrong(
      `it needs \`call\`, a function, or \`paths\`, an object of paths${paths === undefined ? '' : `; got ${kindOf(paths)}`}`,
    )
  }
  return graphOf(paths, defaultPath || undefined)
}

const graphOf = (paths: Paths, defaultPath: string | undefined): Graph => {
  const defined = new Map<string, Path>()
  const spelled = new Map<string, string>()
  for (const name of Object.keys(paths)) {
    const twin = spelled.get(name.toUpperCase())
    if (twin !== undefined) wrong(`its paths '${twin}' and '${name}' are equal but for case. Rename one`)
    spelled.set(name.toUpperCase(), name)
    defined.set(name, { name, steps: [] })
  }
  if (defined.size === 0) wrong('its `paths` are empty. Define at least one path')
  const { find } = namesOf(defined)
  const known = [...defined.keys()].join(', ')

  let firstQueue: string | undefined
  for (const path of defined.values()) {
    const where = `path ${path.name}`
    for (const [index, action] of actionsOf(paths[path.name as string], where).entries()) {
      const place = `${where}, action ${index + 1}`
      const step = stepOf(action.functions ?? [], action, place)
      for (const next of [...(action.paths ?? []), ...(action.queues ?? [])] as readonly unknown[]) {
        if (isQueue(next)) firstQueue ??= place
        step.next.push(isQueue(next) ? next : pathOf(next, find, place, known))
      }
      if (step.functions.length + step.next.length === 0) {
        wrong(`${place}: it does nothing. Give it functions, paths or queues`)
      }
      path.steps.push(step)
    }
  }
  const start = defaultPath === undefined ? undefined : find(defaultPath)
  if (defaultPath !== undefined && start === undefined) {
    wrong(`its defaultPath '${defaultPath}' does not exist. Define it, or use one of: ${known}`)
  }
  return { find, hint: `There are: ${known}`, start, firstQueue }
}

const actionsOf = (definition: unknown, where: string): readonly Action[] => {
  if (!Array.isArray(definition))
    wrong(`${where}: it must be an array of actions or functions, got ${kindOf(definition)}`)
  const list: readonly unknown[] = definition
  if (list.length === 0) wrong(`${where}: it is empty. Give it an action or a function`)
  if (list.every(isAction)) return list
  const stranger = list.findIndex((entry) => typeof entry !== 'function' && !isAction(entry))
  if (stranger !== -1) {
    wrong(
      `${where}: its entry ${stranger + 1} is ${kindOf(list[stranger])}. Use functions, or actions made with action()`,
    )
  }
  if (list.some(isAction)) {
    wrong(`${where}: it mixes functions with actions. Put the functions into an action: action({ functions: [...] })`)
  }
  return [{ functions: list } as unknown as Action]
}

const stepOf = (functions: readonly unknown[], action: Partial<Action>, place: string): Step => ({
  functions: functions.map((run) => {
    if (typeof run !== 'function') wrong(`${place}: its functions hold ${kindOf(run)}. Was the function imported?`)
    return { name: nameOf(run), run: run as Runnable['run'] }
  }),
  paramsOf: paramsFor(functions as readonly AnyFunction[], action, place),
  next: [],
})

const pathOf = (name: unknown, find: Graph['find'], place: string, known: string): Path => {
  if (typeof name !== 'string') wrong(`${place}: its paths hold ${kindOf(name)}. Use names of paths, or queue(...)`)
  return find(name) ?? wrong(`${place}: its path '${name}' does not exist. Define it, or use one of: ${known}`)
}

const wrong: (what: string) => never = (what) => misconfigured(`pathRouter: ${what}`)
