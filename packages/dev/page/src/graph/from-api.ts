import type { GraphNode as ApiNode, Graph, GraphEdgeKind } from '../../../src/api/types.ts'
import type { GraphEdge, GraphModel, GraphNode } from './model.ts'

/** The graph as it is drawn, and on which drawn edge each edge of the API lies. */
export interface DrawnGraph extends GraphModel {
  readonly drawnEdge: ReadonlyMap<string, string>
  readonly nodesById: ReadonlyMap<string, ApiNode>
}

const dead: ReadonlySet<GraphEdgeKind> = new Set(['dead letter', 'discarded', 'dropped'])

/**
 * Draws Lambdas and queues as boxes, paths as rows of their Lambda, and functions as text in their row. Edges that have the same
 * ends are drawn as one. Calls of functions are not drawn: they do not leave their row.
 */
export const drawnGraph = ({ nodes, edges }: Graph): DrawnGraph => {
  const nodesById = new Map(nodes.map((node) => [node.id, node]))
  const childrenOf = (id: string): readonly ApiNode[] => nodes.filter(({ parent }) => parent === id)
  const drawn = new Map<string, GraphEdge>()
  const drawnEdge = new Map<string, string>()
  for (const { id, from, to, kind } of edges) {
    const [start, end] = [placeOf(nodesById, from), placeOf(nodesById, to)]
    if (start === undefined || end === undefined || (start.box === end.box && start.row === end.row)) continue
    const edge: GraphEdge = {
      id: `${start.row ?? start.box} > ${end.row ?? end.box}${dead.has(kind) ? ' (dead)' : ''}`,
      from: start.box,
      to: end.box,
      ...(start.row === undefined ? {} : { fromRow: start.row }),
      ...(end.row === undefined ? {} : { toRow: end.row }),
      kind: dead.has(kind) ? 'dead' : start.box === end.box ? 'inner' : 'flow',
    }
    drawn.set(edge.id, edge)
    drawnEdge.set(id, edge.id)
  }
  for (const edge of lessKnown([...drawn.values()])) drawn.delete(edge.id)
  const boxes = nodes.filter(({ parent }) => parent === undefined)
  return {
    nodes: boxes.map(
      (node): GraphNode => ({
        id: node.id,
        kind: node.kind === 'lambda' ? 'lambda' : 'queue',
        title: node.name,
        subtitle: subtitleOf(node),
        rows: childrenOf(node.id).map(({ id, name }) => ({
          id,
          name,
          functions: childrenOf(id).map((step) => step.name),
        })),
      }),
    ),
    edges: [...drawn.values()],
    drawnEdge,
    nodesById,
  }
}

/** Edges of a Lambda as a whole, where others between the same boxes name the path: they say the same with less. */
const lessKnown = (edges: readonly GraphEdge[]): readonly GraphEdge[] => {
  const isPrecise = ({ fromRow, toRow }: GraphEdge): boolean => fromRow !== undefined || toRow !== undefined
  return edges.filter(
    (edge) =>
      !isPrecise(edge) &&
      edges.some(
        (other) => isPrecise(other) && other.from === edge.from && other.to === edge.to && other.kind === edge.kind,
      ),
  )
}

interface Place {
  readonly box: string
  readonly row?: string
}

/** The box and the row in which a node is drawn. */
const placeOf = (nodes: ReadonlyMap<string, ApiNode>, id: string): Place | undefined => {
  const node = nodes.get(id)
  if (node === undefined) return undefined
  if (node.parent === undefined) return { box: id }
  if (node.kind === 'path') return { box: node.parent, row: id }
  return placeOf(nodes, node.parent)
}

/** The id of the box in which a node is drawn. */
export const boxOf = ({ nodesById }: DrawnGraph, id: string | undefined): string | undefined =>
  id === undefined ? undefined : placeOf(nodesById, id)?.box

const deadLetterText = { sqs: 'dead letters of SQS', lpipe: 'dead letters of lpipe', discarded: 'discarded records' }

const subtitleOf = ({ deadLetters, details }: ApiNode): string =>
  [...(deadLetters === undefined ? [] : [deadLetterText[deadLetters]]), ...details].join(', ')
