import { layout as dagreLayout, Graph } from '@dagrejs/dagre'
import { type Curve, curvesThrough, type Point } from './geometry.ts'
import type { GraphEdge, GraphModel, GraphNode } from './model.ts'

/** Sizes of boxes in pixels. The style sheet has the same ones. */
const sizes = {
  lambda: { width: 252, head: 104, row: 44, foot: 8 },
  queue: { width: 212, head: 118 },
  margin: 40,
}

export interface Box {
  readonly node: GraphNode
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** An edge with its line. */
export interface Route {
  readonly edge: GraphEdge
  readonly curves: readonly Curve[]
}

export interface Layout {
  readonly width: number
  readonly height: number
  readonly boxes: readonly Box[]
  readonly routes: readonly Route[]
}

/** Places the boxes from left to right in the direction of the messages, and routes the edges between them. */
export const layoutOf = ({ nodes, edges }: GraphModel): Layout => {
  const graph = new Graph()
  graph.setGraph({
    rankdir: 'LR',
    nodesep: 36,
    ranksep: 64,
    edgesep: 24,
    marginx: sizes.margin,
    marginy: sizes.margin,
  })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const node of nodes) graph.setNode(node.id, sizeOf(node))
  // All edges between two boxes take one way.
  for (const { from, to, kind } of edges) {
    if (from !== to && graph.hasNode(from) && graph.hasNode(to))
      graph.setEdge(from, to, { weight: kind === 'dead' ? 1 : 3 })
  }
  if (nodes.length > 0) dagreLayout(graph)

  const boxes = nodes.map((node): Box => {
    const size = sizeOf(node)
    const { x, y } = graph.node(node.id) as Point
    return { node, ...size, x: x - size.width / 2, y: y - size.height / 2 } // dagre's are the centers
  })
  const byId = new Map(boxes.map((box) => [box.node.id, box]))
  const routes = edges.flatMap((edge): Route[] => {
    const [from, to] = [byId.get(edge.from), byId.get(edge.to)]
    if (from === undefined || to === undefined) return []
    if (from === to) return [{ edge, curves: [bow(from, edge)] }]
    const between = pointsBetween(graph.edge(edge.from, edge.to) as { readonly points?: readonly Point[] })
    const start = { x: from.x + from.width, y: rowMiddle(from, edge.fromRow) }
    const end = { x: to.x, y: rowMiddle(to, edge.toRow) }
    return [{ edge, curves: curvesThrough([start, ...forward(between, start, end), end]) }]
  })
  return {
    width: Math.max(0, ...boxes.map((box) => box.x + box.width)) + sizes.margin,
    height: Math.max(0, ...boxes.map((box) => box.y + box.height)) + sizes.margin,
    boxes,
    routes,
  }
}

/** The box at the left edge, where messages enter. */
export const entryBox = ({ boxes }: Layout): Box | undefined =>
  boxes.reduce<Box | undefined>((first, box) => (first === undefined || box.x < first.x ? box : first), undefined)

/** The height of a box follows from its rows. */
const sizeOf = ({ kind, rows }: GraphNode): { readonly width: number; readonly height: number } => {
  const { lambda, queue } = sizes
  if (kind === 'queue') return { width: queue.width, height: queue.head }
  return { width: lambda.width, height: lambda.head + rows.length * lambda.row + (rows.length === 0 ? 0 : lambda.foot) }
}

/** The height at which an edge meets a box: the middle of its row, or of the title. */
const rowMiddle = ({ node, y }: Box, row: string | undefined): number => {
  const index = node.rows.findIndex(({ id }) => id === row)
  return index < 0 ? y + 28 : y + sizes.lambda.head + (index + 0.5) * sizes.lambda.row
}

/** Of an edge that passes other boxes: the points that lead it past them. Dagre's first and last ones lie on the two boxes. */
const pointsBetween = ({ points = [] }: { readonly points?: readonly Point[] }): readonly Point[] =>
  points.length > 3 ? points.slice(1, -1) : []

/** The points between that lie on the way: a curve through others would turn back. */
const forward = (points: readonly Point[], start: Point, end: Point): readonly Point[] => {
  if (end.x < start.x) return points
  const kept: Point[] = []
  for (const point of points) {
    const last = kept.at(-1)?.x ?? start.x
    if (point.x > last + 40 && point.x < end.x - 40) kept.push(point)
  }
  return kept
}

/** From a row to another one of the same box: a bow on its right side, wider if the rows are far apart. */
const bow = (box: Box, edge: GraphEdge): Curve => {
  const x = box.x + box.width
  const [from, to] = [rowMiddle(box, edge.fromRow), rowMiddle(box, edge.toRow)]
  const reach = Math.min(64, 20 + Math.abs(to - from) / 6)
  return [
    { x, y: from },
    { x: x + reach, y: from },
    { x: x + reach, y: to },
    { x, y: to },
  ]
}
