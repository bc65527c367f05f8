import {
  type Description,
  type FunctionDescription,
  type QueueReference,
  queuesOfPath,
  referenceId,
  resourceId,
} from './description.ts'
import { pathNamed } from './path-named.ts'

/** A box of the picture: a Lambda, one of its paths, a queue, a stream or a topic. */
export interface PictureNode {
  /** `function:intake`, `path:intake/ORDER` or `sqs:orders`. */
  readonly id: string
  readonly kind: 'function' | 'path' | 'resource'
  /** The first line is the name. */
  readonly lines: readonly string[]
  /** The id of the Lambda that a path belongs to. */
  readonly parent?: string
}

/**
 * How an edge comes about: an event source mapping or a subscription, the `paths` of an action, a returned payload, the `queues` of an action or
 * another queue that the code names, dead letters, and records that Lambda or lpipe gave up.
 */
export type EdgeKind =
  | 'source'
  | 'subscription'
  | 'action'
  | 'payload'
  | 'queue'
  | 'dead letter'
  | 'discarded'
  | 'dropped'

/** An arrow of the picture. */
export interface PictureEdge {
  readonly from: string
  readonly to: string
  readonly kind: EdgeKind
  readonly label?: string
}

/** The boxes and arrows of a system. */
export interface Picture {
  readonly nodes: readonly PictureNode[]
  readonly edges: readonly PictureEdge[]
}

/** The id of a Lambda in the picture. */
export const functionId = (name: string): string => `function:${name}`
/** The id of a path in the picture. */
export const pathId = (lambda: string, path: string): string => `path:${lambda}/${path}`

/**
 * Returns the boxes and arrows of a system: what all pictures draw.
 *
 * A queue leads to the paths that its senders name. It leads to the Lambda itself if a sender names no path, or if no sender is
 * known.
 *
 * @example
 * const { nodes, edges } = pictureOf(await describe(theSystem))
 */
export const pictureOf = (description: Description): Picture => {
  const { resources, functions } = description
  const edges = [
    ...functions.flatMap((fn) => [...sourceEdges(description, fn), ...pathEdges(fn), ...otherQueues(fn)]),
    ...resources.flatMap((resource) =>
      (resource.subscriptions ?? []).map(({ topic, raw }) => ({
        from: resourceId({ type: 'sns', name: topic }),
        to: resourceId(resource),
        kind: 'subscription' as const,
        ...(raw ? {} : { label: 'notification' }),
      })),
    ),
    ...resources.flatMap((resource) => {
      const { deadLetter } = resource
      if (deadLetter === undefined) return []
      const to = resourceId({ type: resource.type, name: deadLetter.queue })
      const label = `after ${deadLetter.maxReceiveCount} receives`
      return [{ from: resourceId(resource), to, kind: 'dead letter' as const, label }]
    }),
  ]
  const nodes = [
    ...functions.flatMap((fn): PictureNode[] => [
      { id: functionId(fn.name), kind: 'function', lines: [fn.name, `${fn.timeout} s, ${fn.memory} MB`] },
      ...fn.paths.map(({ name, actions }): PictureNode => {
        const steps = actions.map((action) => action.functions.map((one) => one.name).join(', '))
        return {
          id: pathId(fn.name, name),
          kind: 'path',
          lines: [name, ...steps.filter((step) => step !== '')],
          parent: functionId(fn.name),
        }
      }),
    ]),
    ...resources.map((resource): PictureNode => {
      const { type, name, declared, fifo, shards } = resource
      const details = [
        fifo ? `${type}, FIFO` : type,
        ...(shards === undefined ? [] : [`${shards} ${shards === 1 ? 'shard' : 'shards'}`]),
        ...(declared ? [] : ['not declared']),
      ]
      return { id: resourceId(resource), kind: 'resource', lines: [name, details.join(', ')] }
    }),
  ]
  return { nodes, edges: unique(edges) }
}

/** What a Lambda may do with a message that names a path. */
export type Entry = { readonly path: string } | { readonly problem: 'unknown' | 'not an entry' | 'ignored' | 'missing' }

/** Returns the path on which a Lambda runs what a queue sends to it. */
export const entryOf = (fn: FunctionDescription, { path }: QueueReference): Entry => {
  if (fn.defaultPath !== undefined) return path === undefined ? { path: fn.defaultPath } : { problem: 'ignored' }
  if (path === undefined) return { problem: 'missing' }
  const names = fn.paths.map(({ name }) => name)
  const found = pathNamed(names, path)
  if (found === undefined) return { problem: 'unknown' }
  return fn.entries?.includes(found) === false ? { problem: 'not an entry' } : { path: found }
}

/** Returns the queues with which functions send to a queue, a stream or a topic, directly or through a topic, with the function. */
export const sendersTo = (
  { functions, resources }: Description,
  resource: string,
): { readonly fn: FunctionDescription; readonly reference: QueueReference }[] => {
  const { subscriptions = [] } = resources.find((one) => resourceId(one) === resource) ?? {}
  const targets = new Set([resource, ...subscriptions.map(({ topic }) => resourceId({ type: 'sns', name: topic }))])
  return functions.flatMap((fn) =>
    fn.queues.filter((reference) => targets.has(resourceId(reference))).map((reference) => ({ fn, reference })),
  )
}

const sourceEdges = (description: Description, fn: FunctionDescription): PictureEdge[] =>
  fn.sources.flatMap((source) => {
    const from = resourceId(source)
    const senders = sendersTo(description, from)
    const entries = senders.map(({ reference }) => entryOf(fn, reference))
    const paths = entries.flatMap((entry) => ('path' in entry ? [entry.path] : []))
    if (fn.defaultPath !== undefined) paths.push(fn.defaultPath)
    const known = paths.map((path) => pathId(fn.name, path))
    const isPartial = paths.length === 0 || entries.some((entry) => 'problem' in entry)
    const discarded =
      source.onFailure === undefined
        ? []
        : [{ from, to: resourceId({ type: 'sqs', name: source.onFailure }), kind: 'discarded' as const }]
    const targets = isPartial && fn.defaultPath === undefined ? [...known, functionId(fn.name)] : known
    return [...targets.map((to) => ({ from, to, kind: 'source' as const })), ...discarded]
  })

const pathEdges = (fn: FunctionDescription): PictureEdge[] => {
  const names = fn.paths.map(({ name }) => name)
  const to = (path: string): string => pathId(fn.name, pathNamed(names, path) ?? path)
  return fn.paths.flatMap(({ name, actions, payloads }) => {
    const from = pathId(fn.name, name)
    return [
      ...actions.flatMap((action) => [
        ...action.paths.map((path) => ({ from, to: to(path), kind: 'action' as const })),
        ...action.queues.map((queue) => queueEdge(from, queue, 'queue')),
      ]),
      ...payloads.flatMap(({ path, queue }) => [
        ...(path !== undefined && pathNamed(names, path) !== undefined
          ? [{ from, to: to(path), kind: 'payload' as const }]
          : []),
        ...(queue === undefined ? [] : [queueEdge(from, queue, 'payload')]),
      ]),
    ]
  })
}

/** Queues that the module of a Lambda makes, of which no action and no payload is known, lead from the Lambda itself. */
const otherQueues = (fn: FunctionDescription): PictureEdge[] => {
  const from = functionId(fn.name)
  const known = new Set(fn.paths.flatMap(queuesOfPath).map(referenceId))
  return [
    ...fn.queues.filter((queue) => !known.has(referenceId(queue))).map((queue) => queueEdge(from, queue, 'queue')),
    ...(fn.deadLetter === undefined ? [] : [queueEdge(from, fn.deadLetter, 'dropped')]),
  ]
}

const queueEdge = (from: string, queue: QueueReference, kind: EdgeKind): PictureEdge => ({
  from,
  to: resourceId(queue),
  kind,
  ...(queue.path === undefined ? {} : { label: queue.path }),
})

const unique = (edges: readonly PictureEdge[]): PictureEdge[] => [
  ...new Map(edges.map((edge) => [JSON.stringify([edge.from, edge.to, edge.kind, edge.label]), edge])).values(),
]
