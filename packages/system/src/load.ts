import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { InvalidConfigurationError, type Queue } from '@lpipe/core'
import { errorMessage, type GraphMade } from '@lpipe/core/middleware'
import { pathTo } from './options/check-values.ts'
import type { CheckedOptions } from './options/types.ts'

/** A handler, with what was made while its module was imported. */
export interface LoadedFunction {
  readonly handler: (event: never, context: never, callback: never) => unknown
  /** Undefined if the handler existed before, so that its graph is not known. */
  readonly made: Made | undefined
}

/** What factories of lpipe published. */
export interface Made {
  readonly graphs: readonly GraphMade[]
  readonly queues: readonly Queue[]
}

/** Imports the handler of a function. It is imported once. */
export type Loader = (name: string) => Promise<LoadedFunction>

/**
 * Returns a function that imports handlers, one after another, so that what is published meanwhile belongs to one module.
 *
 * @throws InvalidConfigurationError if a module cannot be imported, or lacks the export
 */
export const createLoader = (functions: NonNullable<CheckedOptions['functions']>): Loader => {
  const loaded = new Map<string, Promise<LoadedFunction>>()
  const madeBy = new Map<object, Made>()
  let last: Promise<unknown> = Promise.resolve()

  const load = async (name: string): Promise<LoadedFunction> => {
    const fn = functions[name]
    const place = pathTo('functions', name)
    if (fn === undefined) throw new InvalidConfigurationError(`system: there is no function \`${name}\``)
    if (fn.load === undefined) return { handler: fn.handler, made: undefined }
    const restore = setVariables(fn.environment)
    const { module, made } = await importWatched(fn.load, place).finally(restore)
    // Two functions may have their handlers in one module, which runs once.
    const first = madeBy.get(module) ?? made
    madeBy.set(module, first)
    return { handler: exportOf(module, fn.handler ?? 'handler', place), made: first }
  }

  return (name) => {
    let result = loaded.get(name)
    if (result === undefined) {
      result = last.then(() => load(name))
      last = result.catch(() => undefined)
      loaded.set(name, result)
    }
    return result
  }
}

/** @returns a function that restores the variables */
const setVariables = (variables: Readonly<Record<string, string>> = {}): (() => void) => {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const)
  Object.assign(process.env, variables)
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  }
}

const importWatched = async (
  load: () => Promise<object>,
  place: string,
): Promise<{ readonly module: object; readonly made: Made }> => {
  const graphs: GraphMade[] = []
  const queues: Queue[] = []
  const onGraph = (graph: unknown): void => void graphs.push(graph as GraphMade)
  const onQueue = (queue: unknown): void => void queues.push(queue as Queue)
  subscribe('lpipe:graph', onGraph)
  subscribe('lpipe:queue', onQueue)
  try {
    const module = await load()
    if (typeof module !== 'object' || module === null) {
      throw new InvalidConfigurationError(
        `system: \`${place}.load\` must return the module: () => import('./handler.ts')`,
      )
    }
    return { module, made: { graphs, queues } }
  } catch (error) {
    if (error instanceof InvalidConfigurationError && error.message.startsWith('system: ')) throw error
    throw new InvalidConfigurationError(
      `system: \`${place}.load\` failed: ${errorMessage(error)}. If the module reads environment variables, set \`${place}.environment\``,
      { cause: error },
    )
  } finally {
    unsubscribe('lpipe:graph', onGraph)
    unsubscribe('lpipe:queue', onQueue)
  }
}

const exportOf = (module: object, name: string, place: string): LoadedFunction['handler'] => {
  const exports = module as Readonly<Record<string, unknown>>
  // `import()` of a CommonJS module has its exports in `default`.
  const found = exports[name] ?? (exports['default'] as Readonly<Record<string, unknown>> | undefined)?.[name]
  if (typeof found === 'function') return found as LoadedFunction['handler']
  const names = Object.keys(exports).join(', ') || 'none'
  throw new InvalidConfigurationError(
    `system: the module of \`${place}\` exports no function \`${name}\` (exports: ${names}). Set \`${place}.handler\` to the name of the export`,
  )
}
