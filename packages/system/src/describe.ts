import type { AnyFunction, Queue } from '@lpipe/core'
import { getOwn, isAction, isObject, isQueue, nameOf, type Param, signatureOf } from '@lpipe/core/middleware'
import type {
  ActionDescription,
  Description,
  FunctionDescription,
  JsonSchema,
  PathDescription,
  QueueReference,
  SignedDescription,
} from './description.ts'
import { referenceId } from './description.ts'
import { jsonSchemaOf } from './json-schema.ts'
import type { Made } from './load.ts'
import { defaultMemory, defaultTimeout, type SystemFunction, sourcesOf } from './options/types.ts'
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
  const allPaths = Object.entries(paths).map(([path, definition]) => pathOf(path, definition, payloads?.of(name)))
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
      ...made.queues.filter((queue) => queue !== deadLetter).map(referenceOf),
    ]),
    ...(isQueue(deadLetter) ? { deadLetter: referenceOf(deadLetter) } : {}),
    options: plainOptions(options),
  }
}

/** The queues that a path is known to send to. */
export const queuesOfPath = ({ actions, payloads }: PathDescription): QueueReference[] => [
  ...actions.flatMap(({ queues }) => queues),
  ...payloads.flatMap(({ queue }) => queue ?? []),
]

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

const pathOf = (
  name: string,
  definition: unknown,
  payloads: ReturnType<Payloads['of']> | undefined,
): PathDescription => {
  const list: readonly unknown[] = Array.isArray(definition) ? definition : []
  const actions = list.every(isAction) ? list.map((action) => actionOf(action)) : [actionOf({ functions: list })]
  const functions = actions.flatMap((action) => action.functions)
  return { name, actions, payloads: functions.flatMap((fn) => payloads?.(fn.name) ?? []) }
}

const actionOf = (action: {
  readonly functions?: readonly unknown[]
  readonly paths?: readonly unknown[]
  readonly queues?: readonly unknown[]
  readonly requiredParams?: readonly Param[]
  readonly includeAllParams?: boolean
}): ActionDescription => {
  const { functions = [], paths = [], queues = [], requiredParams = [], includeAllParams = false } = action
  const next = [...paths, ...queues]
  const picked = requiredParams.map((param) => (typeof param === 'string' ? ([param, param] as const) : param))
  return {
    functions: functions.map((fn) => signedOf(fn as AnyFunction, picked, includeAllParams)),
    ...(picked.length === 0 ? {} : { requires: [...new Set(picked.map(([from]) => from))] }),
    paths: next.filter((one) => typeof one === 'string'),
    queues: next.filter(isQueue).map(referenceOf),
  }
}

type Rename = readonly [from: string, to: string]

const signedOf = (fn: AnyFunction, picked: readonly Rename[], keepsOthers: boolean): SignedDescription => {
  const given = jsonSchemaOf(signatureOf(fn)?.schema)
  const schema = given === undefined || picked.length === 0 ? given : beforePicking(given, picked, keepsOthers)
  return { name: nameOf(fn), ...(schema === undefined ? {} : { schema }) }
}

/** Returns what a message must hold, so that a schema accepts what `requiredParams` picks from it; undefined if it is not known. */
const beforePicking = (schema: JsonSchema, picked: readonly Rename[], keepsOthers: boolean): JsonSchema | undefined => {
  const { properties, required = [], additionalProperties, ...rest } = schema
  if (!isObject(properties) || !Array.isArray(required)) {
    return picked.every(([from, to]) => from === to) ? schema : undefined
  }
  const sources = new Map(picked.map(([from, to]) => [to, from]))
  const namesOf = (name: string): string[] => [sources.get(name) ?? (keepsOthers ? name : [])].flat()
  return {
    ...rest,
    properties: Object.fromEntries(
      Object.entries(properties).flatMap(([name, member]) => namesOf(name).map((one) => [one, member])),
    ),
    required: (required as readonly string[]).flatMap(namesOf),
    ...(keepsOthers && additionalProperties !== undefined ? { additionalProperties } : {}),
  }
}

/** A schema that kwargs must fit: the signature of a function, or `requiredParams` of an action. */
export interface Requirement {
  readonly of: 'function' | 'action'
  /** The function, or `requiredParams`. */
  readonly name: string
  readonly schema: JsonSchema
}

/** Returns what a path requires of kwargs: the schemas of its functions, and the members that its actions pick. */
export const requirementsOf = (fn: FunctionDescription, path: string): Requirement[] =>
  fn.paths
    .filter(({ name }) => name === path)
    .flatMap(({ actions }) => actions)
    .flatMap(({ functions, requires }) => [
      ...functions.flatMap(({ name, schema }) =>
        schema === undefined ? [] : [{ of: 'function' as const, name, schema }],
      ),
      ...(requires === undefined
        ? []
        : [{ of: 'action' as const, name: 'requiredParams', schema: withMembers(requires) }]),
    ])

const withMembers = (names: readonly string[]): JsonSchema => ({
  type: 'object',
  properties: Object.fromEntries(names.map((name) => [name, {}])),
  required: names,
})

/** Describes a queue that code made. */
const referenceOf = (queue: Queue): QueueReference => {
  const { type, name, url = '', path } = queue
  const schema = jsonSchemaOf(queue.schema)
  return {
    type,
    name: resourceName(name ?? url),
    ...(path === undefined ? {} : { path }),
    ...(schema === undefined ? {} : { schema }),
  }
}

/** The name of a resource in its URL or ARN: SNS topics are named by their ARNs in code. */
const resourceName = (text: string): string => {
  const [, ofArn] = /^arn:[^:]*:[^:]*:[^:]*:[^:]*:([^:]+)$/.exec(text) ?? []
  return ofArn ?? text.slice(text.lastIndexOf('/') + 1)
}

const uniqueReferences = (references: readonly QueueReference[]): QueueReference[] => [
  ...new Map(references.map((one) => [referenceId(one), one])).values(),
]

/**
 * Finds a path as the path router does: exact; otherwise without regard to the case of ASCII letters; otherwise by the part
 * after the last dot.
 */
export const pathNamed = (names: readonly string[], wanted: string): string | undefined => {
  const upper = upperCase(wanted)
  return (
    names.find((name) => name === wanted) ??
    names.find((name) => upperCase(name) === upper) ??
    names.find((name) => upperCase(name) === upper.slice(upper.lastIndexOf('.') + 1))
  )
}

const upperCase = (name: string): string => name.replace(/[a-z]/g, (letter) => letter.toUpperCase())

/** Whether a value looks like what `describe()` returns. */
export const isDescription = (value: unknown): value is Description =>
  isObject(value) && value['version'] === 1 && Array.isArray(value['functions']) && Array.isArray(value['resources'])
