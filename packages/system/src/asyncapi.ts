import {
  type Description,
  type FunctionDescription,
  type JsonSchema,
  type Resource,
  resourceId,
} from './description.ts'
import { entryOf, sendersTo } from './picture.ts'

/** Options of `toAsyncApi()`. */
export interface AsyncApiOptions {
  /** Default: `System`. */
  readonly title?: string
  /** The version of the system. Default: `1.0.0`. */
  readonly version?: string
}

/**
 * Exports a system as an AsyncAPI 3 document: each queue, stream and topic is a channel, with a message for each path that may be on it;
 * each Lambda has operations that receive and send.
 *
 * The schema of a message comes from the queue's `schema`, otherwise from the signatures of the functions that receive it.
 *
 * @returns the document, plain JSON
 * @see https://www.asyncapi.com/docs/reference/specification/v3.0.0
 */
export const toAsyncApi = (
  description: Description,
  options: AsyncApiOptions = {},
): Readonly<Record<string, unknown>> => {
  const { title = 'System', version = '1.0.0' } = options
  const { resources, functions } = description
  const keys = new Map(resources.map((one) => [resourceId(one), keyOf(resourceId(one))]))
  const channelOf = (id: string) => ({ $ref: `#/channels/${keys.get(id)}` })
  const receives = functions.flatMap((fn) =>
    fn.sources.map((source) => {
      const id = resourceId(source)
      return [
        keyOf(`${fn.name} receives ${id}`),
        { action: 'receive', channel: channelOf(id), title: `${fn.name} receives from ${source.name}` },
      ] as const
    }),
  )
  const sends = functions.flatMap((fn) =>
    [...new Map(fn.queues.map((one) => [resourceId(one), one.name])).entries()].map(([id, name]) => {
      const paths = fn.queues.filter((one) => resourceId(one) === id).map(({ path }) => path)
      const messages = [...new Set(paths.map(messageKey))].map((key) => ({
        $ref: `#/channels/${keys.get(id)}/messages/${key}`,
      }))
      const operation = { action: 'send', channel: channelOf(id), title: `${fn.name} sends to ${name}`, messages }
      return [keyOf(`${fn.name} sends ${id}`), operation] as const
    }),
  )
  return {
    asyncapi: '3.0.0',
    info: { title, version },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(
      resources.map((resource) => [keys.get(resourceId(resource)), channelFor(description, resource)]),
    ),
    operations: Object.fromEntries([...receives, ...sends]),
  }
}

/** A name for a member of the document: letters, digits, hyphens, periods and underscores. */
const keyOf = (text: string): string => text.replace(/[^\w.-]+/g, '.')

/** The name of a message in its channel. */
const messageKey = (path: string | undefined): string => keyOf(path ?? 'message')

const channelFor = (description: Description, resource: Resource): object => {
  const { type, name } = resource
  const id = resourceId(resource)
  const messages = messagesOn(description, id).map((message) => {
    const key = messageKey(message.path)
    return [key, messageFor(message, `#/channels/${keyOf(id)}/messages/${key}/payload`)] as const
  })
  return {
    address: name,
    title: `${type} ${name}`,
    messages: Object.fromEntries(messages),
    ...bindingsOf(resource),
  }
}

/** @see https://github.com/asyncapi/bindings */
const bindingsOf = ({ type, name, fifo = false }: Resource): object => bindings[type]?.(name, fifo) ?? {}

const bindings: Readonly<Record<string, (name: string, isFifo: boolean) => object>> = {
  sqs: (name, fifoQueue) => ({ bindings: { sqs: { queue: { name, fifoQueue }, bindingVersion: '0.2.0' } } }),
  sns: (name, isFifo) => ({
    bindings: { sns: { name, ordering: { type: isFifo ? 'FIFO' : 'standard' }, bindingVersion: '0.1.0' } },
  }),
}

/** A message that may be on a queue. */
interface Message {
  /** Undefined: the message is kwargs alone. */
  readonly path: string | undefined
  readonly kwargs: JsonSchema
}

const messagesOn = (description: Description, id: string): Message[] => {
  const readers = description.functions.filter(({ sources }) => sources.some((one) => resourceId(one) === id))
  const sent = sendersTo(description, id).map(({ reference }): Message => {
    const kwargs =
      reference.schema ??
      readers
        .map((fn) => {
          const entry = entryOf(fn, reference)
          return 'path' in entry ? kwargsOf(fn, entry.path) : {}
        })
        .find((schema) => Object.keys(schema).length > 0) ??
      {}
    return { path: reference.path, kwargs }
  })
  // Messages from elsewhere may name each path that the receivers let them.
  const received = readers.flatMap((fn): Message[] =>
    fn.defaultPath === undefined
      ? (fn.entries ?? fn.paths.map(({ name }) => name)).map((path) => ({ path, kwargs: kwargsOf(fn, path) }))
      : [{ path: undefined, kwargs: kwargsOf(fn, fn.defaultPath) }],
  )
  return [...new Map([...received, ...sent].map((message) => [message.path, message])).values()]
}

/** What all functions of a path accept. */
const kwargsOf = (fn: FunctionDescription, path: string): JsonSchema => {
  const schemas: JsonSchema[] = fn.paths
    .filter(({ name }) => name === path)
    .flatMap(({ actions }) => actions.flatMap(({ functions }) => functions))
    .flatMap(({ schema }) => (schema === undefined ? [] : [schema]))
  const [first, ...others] = [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()]
  if (first === undefined) return {}
  return others.length === 0 ? first : { allOf: [first, ...others] }
}

/** @param place the JSON pointer of its payload in the document */
const messageFor = ({ path, kwargs }: Message, place: string): object => ({
  name: path ?? 'message',
  contentType: 'application/json',
  payload:
    path === undefined
      ? { type: 'object', ...moved(kwargs, place) }
      : {
          type: 'object',
          required: ['path', 'kwargs'],
          properties: {
            path: { type: 'string', const: path },
            kwargs: { type: 'object', ...moved(kwargs, `${place}/properties/kwargs`) },
          },
        },
})

/** A schema refers to its own parts, which lie elsewhere in the document. */
const moved = (schema: JsonSchema, place: string): JsonSchema =>
  JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
    key === '$ref' && typeof value === 'string' && value.startsWith('#') ? `${place}${value.slice(1)}` : value,
  ) as JsonSchema
