import { type Description, functionId, pathId, pictureOf } from '@lpipe/system'
import type { Graph, GraphEdge, GraphEdgeKind, GraphNode, SourcePlace } from '../api/types.ts'
import type { DescribedSystem } from '../environment/protocol.ts'

/** The id of a queue or a stream. */
export const resourceId = (type: string, name: string): string => `${type}:${name}`
/** The id of a function of a path. */
export const stepId = (lambda: string, path: string, name: string): string => `step:${lambda}/${path}/${name}`

/** The graph, and the edges that traffic takes. */
export interface GraphModel {
  readonly graph: () => Graph
  /** Describes the system anew. Edges that only traffic has shown are kept. */
  readonly describe: (system: DescribedSystem, generation: number) => void
  /** Returns the id of an edge. If there is none, traffic has shown a new one. */
  readonly edgeBetween: (from: string, to: string, label?: string) => string
  /** Returns the name of a path as the Lambda spells it. Undefined if the Lambda has no such path. */
  readonly pathOf: (lambda: string, path: string | undefined) => string | undefined
  readonly system: () => DescribedSystem
  readonly has: (id: string) => boolean
  /** Whether there is an edge. */
  readonly knows: (from: string, to: string) => boolean
}

const edgeId = (from: string, to: string, kind: GraphEdgeKind, label = ''): string =>
  [from, to, kind, ...(label === '' ? [] : [label])].join(' > ')

/** What is called when traffic shows an edge, and when such an edge gets its real name. */
export interface GraphListener {
  readonly onSeen: () => void
  readonly onRenamed: (from: string, to: string) => void
}

export const createGraphModel = (title: string, first: DescribedSystem, listener: GraphListener): GraphModel => {
  let system = first
  let generation = 0
  let nodes: readonly GraphNode[] = []
  let edges: readonly GraphEdge[] = []
  let ids: ReadonlySet<string> = new Set()
  const seen = new Map<string, GraphEdge>()
  const between = new Map<string, GraphEdge[]>()

  const describe: GraphModel['describe'] = (described, number) => {
    system = described
    generation = number
    nodes = nodesOf(described)
    edges = edgesOf(described.description)
    ids = new Set(nodes.map(({ id }) => id))
    between.clear()
    for (const edge of edges) add(edge)
    for (const [id, edge] of seen) {
      const [known] = between.get(`${edge.from} ${edge.to}`) ?? []
      if (known !== undefined) listener.onRenamed(id, known.id)
      if (known !== undefined || !ids.has(edge.from) || !ids.has(edge.to)) seen.delete(id)
      else add(edge)
    }
  }

  const add = (edge: GraphEdge): void => {
    const key = `${edge.from} ${edge.to}`
    between.set(key, [...(between.get(key) ?? []), edge])
  }

  describe(first, 0)

  return {
    graph: () => ({
      generation,
      title,
      nodes: [...nodes],
      edges: [...edges, ...seen.values()],
      complete: system.complete,
    }),
    describe,
    system: () => system,
    has: (id) => ids.has(id),
    knows: (from, to) => between.has(`${from} ${to}`),
    edgeBetween: (from, to, label) => {
      const known = between.get(`${from} ${to}`) ?? []
      const found = known.find((edge) => edge.label === label) ?? known[0]
      if (found !== undefined) return found.id
      const edge: GraphEdge = { id: edgeId(from, to, 'seen'), from, to, kind: 'seen' }
      add(edge)
      seen.set(edge.id, edge)
      listener.onSeen()
      return edge.id
    },
    pathOf: (lambda, path) => {
      const fn = system.description.functions.find(({ name }) => name === lambda)
      const names = fn?.paths.map(({ name }) => name) ?? []
      if (path === undefined) return fn?.defaultPath
      const upper = path.toUpperCase()
      return (
        names.find((name) => name === path) ??
        names.find((name) => name.toUpperCase() === upper) ??
        names.find((name) => name.toUpperCase() === upper.slice(upper.lastIndexOf('.') + 1)) ??
        (fn?.known === false ? undefined : fn?.defaultPath)
      )
    },
  }
}

/** What a type of queue is called in the graph. */
const kinds: Readonly<Record<string, GraphNode['kind']>> = { sqs: 'queue', kinesis: 'stream', sns: 'topic' }

const nodesOf = ({ description, places }: DescribedSystem): GraphNode[] => {
  const { functions, resources } = description
  const details = new Map(pictureOf(description).nodes.map(({ id, lines }) => [id, lines.slice(1)]))
  const deadLetters = deadLetterQueues(description)
  const placed = (id: string): { readonly source?: SourcePlace } => {
    const source = places[id]
    return source === undefined ? {} : { source }
  }
  const lambdas = functions.map(({ name }): GraphNode => {
    const id = functionId(name)
    return { id, kind: 'lambda', name, details: details.get(id) ?? [], ...placed(id) }
  })
  const paths = functions.flatMap((fn) =>
    fn.paths.map((path): GraphNode => {
      const id = pathId(fn.name, path.name)
      const schema = path.actions[0]?.functions[0]?.schema
      return {
        id,
        kind: 'path',
        name: path.name,
        parent: functionId(fn.name),
        details: [],
        ...(schema === undefined ? {} : { schema }),
        ...placed(id),
      }
    }),
  )
  const steps = functions.flatMap((fn) =>
    fn.paths.flatMap((path) =>
      path.actions
        .flatMap(({ functions: called }) => called)
        .map(({ name, schema }): GraphNode => {
          const id = stepId(fn.name, path.name, name)
          return {
            id,
            kind: 'function',
            name,
            parent: pathId(fn.name, path.name),
            details: [],
            ...(schema === undefined ? {} : { schema }),
            ...placed(id),
          }
        }),
    ),
  )
  const queues = resources.map((resource): GraphNode => {
    const { type, name, declared, fifo } = resource
    const id = resourceId(type, name)
    const letters = deadLetters.get(id)
    return {
      id,
      kind: kinds[type] ?? 'other',
      name,
      details: [...(details.get(id) ?? [])],
      declared,
      ...(fifo === undefined ? {} : { fifo }),
      ...(letters === undefined ? {} : { deadLetters: letters }),
      ...placed(id),
    }
  })
  return unique([...lambdas, ...paths, ...steps, ...queues])
}

const edgesOf = (description: Description): GraphEdge[] => {
  const calls = description.functions.flatMap((fn) =>
    fn.paths.flatMap((path) =>
      path.actions
        .flatMap(({ functions }) => functions)
        .map(({ name }) => {
          const [from, to] = [pathId(fn.name, path.name), stepId(fn.name, path.name, name)]
          return { id: edgeId(from, to, 'call'), from, to, kind: 'call' as const }
        }),
    ),
  )
  const drawn = pictureOf(description).edges.map(({ from, to, kind, label }) => ({
    id: edgeId(from, to, kind, label),
    from,
    to,
    kind,
    ...(label === undefined ? {} : { label }),
  }))
  return unique([...drawn, ...calls])
}

const unique = <T extends { readonly id: string }>(list: readonly T[]): T[] => [
  ...new Map(list.map((one) => [one.id, one])).values(),
]

/** Returns the queues in which messages end that failed. */
export const deadLetterQueues = ({
  functions,
  resources,
}: Description): ReadonlyMap<string, NonNullable<GraphNode['deadLetters']>> =>
  new Map([
    ...functions.flatMap(({ sources }) =>
      sources.flatMap(({ onFailure }) =>
        onFailure === undefined ? [] : [[resourceId('sqs', onFailure), 'discarded'] as const],
      ),
    ),
    ...functions.flatMap(({ deadLetter }) =>
      deadLetter === undefined ? [] : [[resourceId(deadLetter.type, deadLetter.name), 'lpipe'] as const],
    ),
    ...resources.flatMap(({ type, deadLetter }) =>
      deadLetter === undefined ? [] : [[resourceId(type, deadLetter.queue), 'sqs'] as const],
    ),
  ])
