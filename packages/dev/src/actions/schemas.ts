import { isObject } from '@lpipe/core/middleware'
import type { FunctionDescription, JsonSchema, PathDescription } from '@lpipe/system'
import type { PathSchema } from '../api/types.ts'
import type { DescribedSystem } from '../environment/protocol.ts'

/** Returns the paths that messages can be sent to, with the schemas of their kwargs. */
export const pathSchemas = ({ description }: DescribedSystem): PathSchema[] =>
  description.functions.flatMap((fn) => entriesOf(fn).map((path) => pathSchema(fn, path)))

/** The paths that a message from outside may name. */
const entriesOf = ({ paths, entries }: FunctionDescription): readonly PathDescription[] =>
  entries === undefined ? paths : paths.filter(({ name }) => entries.includes(name))

const pathSchema = ({ name: lambda, sources, defaultPath }: FunctionDescription, path: PathDescription): PathSchema => {
  const functions = path.actions.flatMap((action) => action.functions)
  const withSchema = functions.flatMap(({ name, schema }) => (schema === undefined ? [] : [{ name, schema }]))
  const schema = mergeSchemas(withSchema.map((one) => one.schema))
  return {
    lambda,
    path: path.name,
    queues: sources.map(({ name }) => name),
    isDefault: defaultPath === path.name,
    functions: withSchema.map(({ name }) => name),
    ...(schema === undefined ? {} : { schema: { ...schema } }),
  }
}

/** Returns a schema of what all schemas accept: all functions of a path receive the same kwargs. */
const mergeSchemas = (schemas: readonly JsonSchema[]): JsonSchema | undefined => {
  const [first, ...others] = [...new Map(schemas.map((one) => [JSON.stringify(one), one])).values()]
  if (first === undefined) return undefined
  if (others.length === 0) return first
  const all = [first, ...others]
  if (!all.every(isPlainObject)) return { allOf: all }
  const properties = new Map<string, JsonSchema[]>()
  for (const one of all) {
    for (const [name, property] of Object.entries(membersOf(one['properties']))) {
      properties.set(name, [...(properties.get(name) ?? []), membersOf(property)])
    }
  }
  const required = new Set(all.flatMap((one) => (Array.isArray(one['required']) ? one['required'] : [])))
  return {
    type: 'object',
    properties: Object.fromEntries([...properties].map(([name, list]) => [name, mergeSchemas(list) ?? {}])),
    required: [...required],
  }
}

const mergeable = new Set(['type', 'properties', 'required', 'additionalProperties', 'description', 'title'])

const isPlainObject = (schema: JsonSchema): boolean =>
  schema['type'] === 'object' && Object.keys(schema).every((key) => mergeable.has(key))

const membersOf = (value: unknown): JsonSchema => (isObject(value) ? value : {})
