import type { AnyFunction, Queue } from '@lpipe/core'
import { isAction, isObject, isQueue, nameOf, type Param, signatureOf } from '@lpipe/core/middleware'
import type {
  ActionDescription,
  JsonSchema,
  PathDescription,
  QueueReference,
  SignedDescription,
} from './description.ts'
import { jsonSchemaOf } from './json-schema.ts'
import type { Payloads } from './payloads.ts'

/** Describes a path that code defines. */
export const describePath = (
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
    queues: next.filter(isQueue).map(describeQueue),
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

/** Describes a queue that code made. */
export const describeQueue = (queue: Queue): QueueReference => {
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
