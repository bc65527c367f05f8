import { getOwn, isQueue } from '@lpipe/core/middleware'
import { describePath, describeQueue } from './describe-path.ts'
import {
  type Description,
  type FunctionDescription,
  type QueueReference,
  queuesOfPath,
  referenceId,
} from './description.ts'
import type { Made } from './load.ts'
import { defaultMemory, defaultTimeout, type SystemFunction, sourcesOf } from './options/types.ts'
import { pathNamed } from './path-named.ts'
import { type Payloads, payloadsIn } from './payloads.ts'
import { resourcesOf, sourceOf } from './resources.ts'
import { loaderOf, type System } from './system.ts'

/** Options of `describe()`. */
export interface DescribeOptions {
  /**
   * The file that calls `system()`, as a path or a `file:` URL: then the payloads that functions return are read from its
   * TypeScript sources. Default: payloads are not described.
   */
  readonly file?: string | URL
}

/**
 * Imports the handlers of a system and describes it: its queues, streams and topics, and each Lambda with its paths, actions, functions,
 * queues and options. The handlers are imported once, one after another.
 *
 * A handler that another module has imported before has run already, so that its graph is not known: `known` is false.
 *
 * @returns plain JSON
 * @throws InvalidConfigurationError if a handler cannot be imported
 * @example
 * const description = await describe(theSystem, { file: import.meta.url })
 */
export const describe = async (system: System<string>, options: DescribeOptions = {}): Promise<Description> => {
  const load = loaderOf(system)
  const loaded: [name: string, made: Made | undefined][] = []
  for (const name of Object.keys(system.functions)) loaded.push([name, (await load(name)).made])
  const payloads = options.file === undefined ? undefined : await payloadsIn(options.file)
  const functions = attributed(loaded.map(([name, made]) => functionOf(name, system.functions[name], made, payloads)))
  return { version: 1, resources: resourcesOf(system, functions), functions }
}

const functionOf = (
  name: string,
  fn: Partial<SystemFunction> = {},
  made: Made = { graphs: [], queues: [] },
  payloads: Payloads | undefined,
): FunctionDescription => {
  const options = mergedOptions(made)
  const call = options['call']
  const paths: Record<string, unknown> =
    call === undefined ? Object.assign({}, ...graphsOf(made)) : { [callPath]: [call] }
  const defaultPath = call === undefined ? options['defaultPath'] : callPath
  const deadLetter = options['deadLetter']
  const allPaths = Object.entries(paths).map(([path, definition]) => describePath(path, definition, payloads?.of(name)))
  const names = Object.keys(paths)
  return {
    name,
    handler: fn.handler ?? 'handler',
    timeout: fn.timeout ?? defaultTimeout,
    memory: fn.memory ?? defaultMemory,
    recursiveLoop: fn.recursiveLoop ?? 'Terminate',
    sources: sourcesOf(fn).map(sourceOf),
    known: made.graphs.length > 0,
    paths: allPaths,
    ...(typeof defaultPath === 'string' ? { defaultPath: pathNamed(names, defaultPath) ?? defaultPath } : {}),
    ...(Array.isArray(options['entries'])
      ? { entries: options['entries'].map((one) => pathNamed(names, one) ?? one) }
      : {}),
    ...namesIn('eventSources', options['source']),
    ...namesIn('envelopes', options['envelopes']),
    queues: uniqueReferences([
      ...allPaths.flatMap(queuesOfPath),
      ...made.queues.filter((queue) => queue !== deadLetter).map(describeQueue),
    ]),
    ...(isQueue(deadLetter) ? { deadLetter: describeQueue(deadLetter) } : {}),
    options: plainOptions(options),
  }
}

/**
 * A module that several Lambdas share makes its queues while the first of them is imported. A queue that another Lambda is known
 * to send to belongs to that one.
 */
const attributed = (functions: readonly FunctionDescription[]): FunctionDescription[] => {
  const known = new Map(
    functions.map(({ name, paths }) => [name, new Set(paths.flatMap(queuesOfPath).map(referenceId))]),
  )
  const isOfAnother = (queue: QueueReference, name: string): boolean =>
    !known.get(name)?.has(referenceId(queue)) && [...known.values()].some((keys) => keys.has(referenceId(queue)))
  return functions.map((fn) => ({ ...fn, queues: fn.queues.filter((queue) => !isOfAnother(queue, fn.name)) }))
}

/** The name of the one path of `call`. */
const callPath = '(every message)'

/** `lpipe()` publishes all options, the path router its own ones: later ones take precedence. */
const mergedOptions = ({ graphs }: Made): Readonly<Record<string, unknown>> =>
  Object.assign({}, ...graphs.map(({ options }) => options))

/** Returns the names of event sources or envelopes, one or a list of them, as a member of the description. */
const namesIn = (member: 'eventSources' | 'envelopes', option: unknown): Partial<FunctionDescription> => {
  if (option === undefined) return {}
  const names = (Array.isArray(option) ? option : [option]).flatMap((one: unknown) => {
    const name = typeof one === 'string' ? one : getOwn(one, 'name')
    return typeof name === 'string' ? [name] : []
  })
  return { [member]: names }
}

const graphsOf = ({ graphs }: Made): readonly unknown[] => graphs.map(({ options }) => getOwn(options, 'paths') ?? {})

/** Options that have members of their own in the description. */
const described: ReadonlySet<string> = new Set(['defaultPath', 'source'])

const plainOptions = (options: Readonly<Record<string, unknown>>): FunctionDescription['options'] =>
  Object.fromEntries(
    Object.entries(options).filter(
      ([name, value]) => !described.has(name) && ['string', 'number', 'boolean'].includes(typeof value),
    ),
  ) as FunctionDescription['options']

const uniqueReferences = (references: readonly QueueReference[]): QueueReference[] => [
  ...new Map(references.map((one) => [referenceId(one), one])).values(),
]
