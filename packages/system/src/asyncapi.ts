import { InvalidConfigurationError } from '@lpipe/core'
import {
  type Description,
  type FunctionDescription,
  type JsonSchema,
  type Resource,
  resourceId,
} from './description.ts'
import { entryOf, sendersTo } from './picture.ts'
import { requirementsOf } from './requirements.ts'

/** Options of `toAsyncApi()`. */
export interface AsyncApiOptions {
  /** Default: `System`, or the name of the function. */
  readonly title?: string
  /** The version of the system. Default: `1.0.0`. */
  readonly version?: string
  /** The name of a Lambda: the document then has its operations and their channels alone. Default: the whole system. */
  readonly function?: string
}

/**
 * Exports a system as an AsyncAPI 3 document: each queue, stream and topic is a channel, with a message for each path that may be on it;
 * each Lambda has operations that receive and send.
 *
 * AsyncAPI describes one application in a document, and catalogs such as EventCatalog show each document as one service: make a document
 * of each function for them. A message has the same id in all of them, and another id on each channel.
 *
 * The schema of a message comes from the queue's `schema`, otherwise from the signatures of the functions that receive it.
 *
 * @returns the document, plain JSON
 * @throws InvalidConfigurationError if the system has no such function
 * @see https://www.asyncapi.com/docs/reference/specification/v3.0.0
 * @example
 * const document = toAsyncApi(await describe(theSystem), { function: 'orders', version: '1.2.0' })
 */
export const toAsyncApi = (
  description: Description,
  options: AsyncApiOptions = {},
): Readonly<Record<string, unknown>> => {
  const { title = options.function ?? 'System', version = '1.0.0' } = options
  const functions = described(description, options.function)
  const used = new Set(functions.flatMap(({ sources, queues }) => [...sources, ...queues].map(resourceId)))
  const resources = description.resources.filter(
    (resource) => options.function === undefined || used.has(resourceId(resource)),
  )
  const receives = functions.flatMap((fn) =>
    fn.sources.map((source) => [
      keyOf(fn.name, 'receives', source.type, source.name),
      { action: 'receive', channel: channelOf(source), title: `${fn.name} receives from ${source.name}` },
    ]),
  )
  const sends = functions.flatMap((fn) =>
    [...new Map(fn.queues.map((queue) => [resourceId(queue), queue])).entries()].map(([id, queue]) => {
      const keys = fn.queues.filter((one) => resourceId(one) === id).map((one) => messageKey(one, one.path))
      const channel = channelOf(queue)
      const messages = [...new Set(keys)].map((key) => ({ $ref: `${channel.$ref}/messages/${key}` }))
      return [
        keyOf(fn.name, 'sends', queue.type, queue.name),
        { action: 'send', channel, title: `${fn.name} sends to ${queue.name}`, messages },
      ]
    }),
  )
  const servers = Object.fromEntries(
    [...new Set(resources.map(({ type }) => type))].flatMap((type) =>
      Object.hasOwn(hosts, type) ? [[type, serverFor(type, hosts[type])]] : [],
    ),
  )
  return {
    asyncapi: '3.0.0',
    info: { title, version, description: functions.map(summaryOf).join('\n') },
    defaultContentType: 'application/json',
    servers,
    channels: Object.fromEntries(
      resources.map((resource) => [keyOf(resource.type, resource.name), channelFor(description, resource)]),
    ),
    operations: Object.fromEntries([...receives, ...sends]),
  }
}

const described = ({ functions }: Description, name: string | undefined): readonly FunctionDescription[] => {
  if (name === undefined) return functions
  const found = functions.filter((fn) => fn.name === name)
  if (found.length > 0) return found
  const names = functions.map((fn) => fn.name).join(', ')
  throw new InvalidConfigurationError(`toAsyncApi: no function is called '${name}'. Functions: ${names || 'none'}`)
}

const summaryOf = ({ name, timeout, memory }: FunctionDescription): string =>
  `Lambda function ${name}: timeout ${timeout} s, memory ${memory} MB.`

/** A name for a member of the document. A character that it may not have becomes its code, so that different names stay different. */
const keyOf = (...parts: readonly string[]): string =>
  parts.map((part) => part.replace(/[^\w.-]/gu, (character) => `_${character.codePointAt(0)?.toString(16)}_`)).join('.')

/** The key of a message, which names its channel too: catalogs take two messages of one name for the same. */
const messageKey = ({ type, name }: { readonly type: string; readonly name: string }, path: string | undefined) =>
  keyOf(type, name, path ?? 'message')

const channelOf = ({ type, name }: { readonly type: string; readonly name: string }) => ({
  $ref: `#/channels/${keyOf(type, name)}`,
})

const channelFor = (description: Description, resource: Resource): object => {
  const { type, name } = resource
  const messages = messagesOn(description, resource).map((message) => {
    const key = messageKey(message.origin, message.path)
    return [key, messageFor(message, `${channelOf(resource).$ref}/messages/${key}/payload`)] as const
  })
  return {
    address: name,
    title: `${type} ${name}`,
    ...(Object.hasOwn(hosts, type) ? { servers: [{ $ref: `#/servers/${type}` }] } : {}),
    messages: Object.fromEntries(messages),
    ...bindingsOf(resource),
  }
}

/** The endpoints of services, by the type of queue. @see https://docs.aws.amazon.com/general/latest/gr/rande.html */
const hosts: Readonly<Record<string, string>> = {
  sqs: 'sqs.{region}.amazonaws.com',
  kinesis: 'kinesis.{region}.amazonaws.com',
  sns: 'sns.{region}.amazonaws.com',
  eventbridge: 'events.{region}.amazonaws.com',
}

const serverFor = (protocol: string, host: string | undefined): object => ({
  host,
  protocol,
  variables: { region: { description: 'The AWS region, for example us-east-1.' } },
})

const sqsBinding = ({ name, fifo = false, visibilityTimeout, deadLetter }: Resource): object => {
  const redrivePolicy = deadLetter && {
    deadLetterQueue: { name: deadLetter.queue },
    maxReceiveCount: deadLetter.maxReceiveCount,
  }
  const queue = {
    name,
    fifoQueue: fifo,
    ...(visibilityTimeout === undefined ? {} : { visibilityTimeout }),
    ...(redrivePolicy === undefined ? {} : { redrivePolicy }),
  }
  return { queue, bindingVersion: '0.2.0' }
}

const snsBinding = ({ name, fifo = false }: Resource): object => ({
  name,
  ordering: { type: fifo ? 'FIFO' : 'standard' },
  bindingVersion: '0.1.0',
})

/** @see https://github.com/asyncapi/bindings */
const bindings: ReadonlyMap<string, (resource: Resource) => object> = new Map([
  ['sqs', sqsBinding],
  ['sns', snsBinding],
])

const bindingsOf = (resource: Resource): object => {
  const bindingOf = bindings.get(resource.type)
  return bindingOf === undefined ? {} : { bindings: { [resource.type]: bindingOf(resource) } }
}

/** A message that may be on a queue. */
interface Message {
  /** The queue that code names: a topic, if the queue subscribes to it. */
  readonly origin: { readonly type: string; readonly name: string }
  /** Undefined: the message is kwargs alone. */
  readonly path: string | undefined
  readonly kwargs: JsonSchema
}

const messagesOn = (description: Description, resource: Resource): Message[] => {
  const id = resourceId(resource)
  const receivers = description.functions.filter(({ sources }) => sources.some((one) => resourceId(one) === id))
  const sent = sendersTo(description, id).map(({ reference }): Message => {
    const kwargs =
      reference.schema ??
      receivers
        .map((fn) => {
          const entry = entryOf(fn, reference)
          return 'path' in entry ? kwargsOf(fn, entry.path) : {}
        })
        .find((schema) => Object.keys(schema).length > 0) ??
      {}
    return { origin: reference, path: reference.path, kwargs }
  })
  // Messages from elsewhere may name each path that the receivers let them.
  const received = receivers.flatMap((fn): Message[] =>
    fn.defaultPath === undefined
      ? (fn.entries ?? fn.paths.map(({ name }) => name)).map((path) => ({
          origin: resource,
          path,
          kwargs: kwargsOf(fn, path),
        }))
      : [{ origin: resource, path: undefined, kwargs: kwargsOf(fn, fn.defaultPath) }],
  )
  return [...new Map([...received, ...sent].map((message) => [message.path, message])).values()]
}

/** What a path requires. */
const kwargsOf = (fn: FunctionDescription, path: string): JsonSchema => {
  const schemas = requirementsOf(fn, path).map(({ schema }) => schema)
  const [first, ...others] = [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()]
  if (first === undefined) return {}
  return others.length === 0 ? first : { allOf: [first, ...others] }
}

/** @param place the JSON pointer of its payload in the document */
const messageFor = ({ origin, path, kwargs }: Message, place: string): object => ({
  name: path ?? 'message',
  title: path ?? `message of ${origin.name}`,
  summary: path === undefined ? 'The kwargs alone.' : `Runs the path ${path} of the receiver.`,
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
