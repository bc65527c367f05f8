import { layout as dagreLayout, Graph } from '@dagrejs/dagre'
import type { Picture, PictureEdge, PictureNode } from './picture.ts'
import { cut, visible, widthOf } from './text.ts'

/** A box with its place, in pixels from the top left corner. */
export interface Box {
  readonly id: string
  readonly node: PictureNode
  /** Lines that are shown: long ones are cut. */
  readonly lines: readonly string[]
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** An arrow from the right side of a box to the left side of another. */
export interface Arrow {
  readonly edge: PictureEdge
  readonly from: Point
  readonly to: Point
}

interface Point {
  readonly x: number
  readonly y: number
}

/** A picture with all places. */
export interface Layout {
  readonly width: number
  readonly height: number
  /** Lambdas first: their paths lie in them. */
  readonly boxes: readonly Box[]
  readonly arrows: readonly Arrow[]
}

/** Pixels. The width of a character is that of a monospaced font of 12 pixels. */
export const metrics = { character: 7.3, line: 16, padding: 10, title: 44, margin: 24 }
const maxCharacters = 44

/**
 * Places boxes: first the paths within each Lambda, then Lambdas, queues and streams. So no box overlaps another one.
 */
export const layoutOf = ({ nodes, edges }: Picture): Layout => {
  const ids = new Set(nodes.map(({ id }) => id))
  const drawn = edges.filter(({ from, to }) => ids.has(from) && ids.has(to))
  const parents = new Map(nodes.flatMap(({ id, parent }) => (parent === undefined ? [] : [[id, parent] as const])))
  const outerId = (id: string): string => parents.get(id) ?? id

  const inner = new Map(
    nodes
      .filter(({ kind }) => kind === 'function')
      .map((fn) => {
        const paths = nodes.filter(({ parent }) => parent === fn.id)
        const within = drawn.filter(({ from, to }) => parents.get(from) === fn.id && parents.get(to) === fn.id)
        return [fn.id, placed(paths.map(sized), within)] as const
      }),
  )
  const outer = placed(
    nodes
      .filter(({ parent }) => parent === undefined)
      .map((node) => {
        const box = sized(node)
        const content = inner.get(node.id)
        if (content === undefined || content.boxes.length === 0) return box
        return {
          ...box,
          width: Math.max(box.width, content.width + 2 * metrics.padding),
          height: content.height + metrics.title + metrics.padding,
        }
      }),
    drawn.map((edge) => ({ ...edge, from: outerId(edge.from), to: outerId(edge.to) })),
  )

  const { margin } = metrics
  const boxes = outer.boxes.map((box) => ({ ...box, x: box.x + margin, y: box.y + margin }))
  const within = boxes.flatMap((box) =>
    (inner.get(box.id)?.boxes ?? []).map((one) => ({
      ...one,
      x: one.x + box.x + metrics.padding,
      y: one.y + box.y + metrics.title,
    })),
  )
  const all = new Map([...boxes, ...within].map((box) => [box.id, box]))
  return {
    width: outer.width + 2 * margin,
    height: outer.height + 2 * margin,
    boxes: [...all.values()],
    arrows: drawn.flatMap((edge) => {
      const from = all.get(edge.from)
      const to = all.get(edge.to)
      return from === undefined || to === undefined ? [] : [{ edge, from: rightOf(from), to: leftOf(to) }]
    }),
  }
}

type Sized = Omit<Box, 'x' | 'y'>

const sized = (node: PictureNode): Sized => {
  const lines = node.lines.map(shown)
  const longest = Math.max(...lines.map(widthOf))
  return {
    id: node.id,
    node,
    lines,
    width: Math.ceil(longest * metrics.character + 2 * metrics.padding),
    height: lines.length * metrics.line + metrics.padding,
  }
}

/** A line as it is shown. */
export const shown = (line: string): string => cut(visible(line), maxCharacters)

interface Placed {
  readonly width: number
  readonly height: number
  readonly boxes: readonly Box[]
}

const placed = (boxes: readonly Sized[], edges: readonly PictureEdge[]): Placed => {
  const graph = new Graph()
  graph.setGraph({ rankdir: 'LR', nodesep: 18, ranksep: 90 })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const { id, width, height } of boxes) graph.setNode(id, { width, height })
  for (const { from, to } of edges) if (from !== to) graph.setEdge(from, to)
  dagreLayout(graph)
  const found = boxes.map((box) => {
    const { x, y } = graph.node(box.id) as Point
    return { ...box, x: x - box.width / 2, y: y - box.height / 2 } // dagre's are the centers
  })
  return {
    width: Math.max(0, ...found.map((box) => box.x + box.width)),
    height: Math.max(0, ...found.map((box) => box.y + box.height)),
    boxes: found,
  }
}

const rightOf = ({ node, x, y, width, height }: Box): Point => ({ x: x + width, y: y + middle(node, height) })
const leftOf = ({ node, x, y, height }: Box): Point => ({ x, y: y + middle(node, height) })

/** An arrow to a Lambda ends beside its title. */
const middle = ({ kind }: PictureNode, height: number): number =>
  kind === 'function' ? Math.min(height, metrics.title) / 2 : height / 2
