import { tryOr } from '@lpipe/core/middleware'
import { functionId, pathId } from '@lpipe/system'
import type { SentFrom } from '../environment/protocol.ts'
import type { Entry } from './entry.ts'
import type { GraphModel } from './graph.ts'
import type { Counters } from './stats.ts'

/** Counts the edges that messages take. */
export interface EdgeCounter {
  /** From a queue to the path or the Lambda that takes its messages. */
  readonly countSource: (entry: Entry, lambda: string, path: string | undefined, failed: boolean) => void
  /** The edge that `countSource` counts. */
  readonly sourceEdge: (entry: Entry, lambda: string, path: string | undefined) => string
  /** To a queue. */
  readonly countSend: (lambda: string, from: SentFrom, sent: Entry) => void
  /** The run of a path, and the edge that led to it. */
  readonly enterPath: (entry: Entry, lambda: string, path: string, requestId: string) => void
}

export const createEdgeCounter = (counters: Counters, graph: GraphModel): EdgeCounter => {
  /** The edge to the path, if the graph has one: otherwise the queue leads to the Lambda. */
  const sourceEdge = ({ queue }: Entry, lambda: string, path: string | undefined): string => {
    const target = path === undefined ? undefined : pathId(lambda, path)
    const isDrawn = target !== undefined && graph.knows(queue, target)
    return graph.edgeBetween(queue, isDrawn ? target : functionId(lambda))
  }

  /** Counts the edge from a queue to the path or the Lambda that takes its messages. */
  const countSource = (entry: Entry, lambda: string, path: string | undefined, failed: boolean): void => {
    const edge = sourceEdge(entry, lambda, path)
    const { receivedAt = 0, firstReceivedAt, sentAt } = entry
    counters.count(edge, firstReceivedAt === receivedAt ? receivedAt - sentAt : undefined)
    if (failed) counters.fail(edge)
  }

  const letterQueueOf = (lambda: string): string | undefined => {
    const letters = graph.system().description.functions.find(({ name }) => name === lambda)?.deadLetter
    return letters && `${letters.type}:${letters.name}`
  }

  const sendEdge = (lambda: string, { path }: SentFrom, entry: Entry): string => {
    const known = graph.pathOf(lambda, path)
    const fromPath = known === undefined ? undefined : pathId(lambda, known)
    const from = fromPath !== undefined && graph.has(fromPath) ? fromPath : functionId(lambda)
    const label = pathIn(entry.body)
    return graph.edgeBetween(letterQueueOf(lambda) === entry.queue ? functionId(lambda) : from, entry.queue, label)
  }

  /** Counts the run of a path, and the edge that led to it. */
  const enterPath = (entry: Entry, lambda: string, path: string, requestId: string): void => {
    const node = pathId(lambda, path)
    counters.count(node)
    const entered = entry.spans.filter((span) => span.kind === 'path' && span.requestId === requestId)
    if (entered.length === 0) {
      countSource(entry, lambda, path, false)
      return
    }
    const froms = entered.map((span) => span.node ?? '').reverse()
    const from = froms.find((one) => graph.knows(one, node)) ?? froms[0] ?? ''
    counters.count(graph.edgeBetween(from, node))
  }

  return {
    countSource,
    sourceEdge,
    countSend: (lambda, from, sent) => counters.count(sendEdge(lambda, from, sent)),
    enterPath,
  }
}

/** Returns the path that a body names. */
const pathIn = (body: string): string | undefined => {
  const path = tryOr(() => (JSON.parse(body) as { readonly path?: unknown } | null)?.path, undefined)
  return typeof path === 'string' ? path : undefined
}
