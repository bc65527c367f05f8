import { type Signal, signal } from '@preact/signals'
import type { EdgeStats, NodeStats, Point, Stats, StatsEvent, Totals } from '../../../src/api/types.ts'

/** The numbers of a node with its last minute. */
export interface NodeNumbers {
  readonly stats: NodeStats | undefined
  /** The last seconds, the oldest first. */
  readonly points: readonly Point[]
}

const nothing: NodeNumbers = { stats: undefined, points: [] }
const keptPoints = 60

/** The numbers of all nodes and edges. Each has a signal of its own, so that an event renders only what has changed. */
export class StatsStore {
  readonly totals = signal<Totals | undefined>(undefined)
  readonly #nodes = new Map<string, Signal<NodeNumbers>>()
  readonly #edges = new Map<string, EdgeStats>()
  /** Raised by each event: for views that show sums. */
  readonly version = signal(0)

  node(id: string): Signal<NodeNumbers> {
    let found = this.#nodes.get(id)
    if (found === undefined) {
      found = signal(nothing)
      this.#nodes.set(id, found)
    }
    return found
  }

  edge(id: string): EdgeStats | undefined {
    return this.#edges.get(id)
  }

  /** Takes all numbers, as after a new connection. */
  replace({ nodes, edges, totals, points }: Stats): void {
    const stats = new Map(nodes.map((node) => [node.id, node]))
    for (const id of new Set([...this.#nodes.keys(), ...stats.keys(), ...Object.keys(points)])) {
      this.node(id).value = { stats: stats.get(id), points: points[id] ?? [] }
    }
    this.#edges.clear()
    for (const edge of edges) this.#edges.set(edge.id, edge)
    this.totals.value = totals
    this.version.value++
  }

  /** Takes what has changed in a second. */
  update({ nodes, edges, totals, points }: StatsEvent): void {
    const stats = new Map(nodes.map((node) => [node.id, node]))
    for (const id of stats.keys()) this.node(id)
    for (const [id, numbers] of this.#nodes) {
      const before = numbers.peek()
      const next = { stats: stats.get(id) ?? before.stats, points: withPoint(before.points, points[id]) }
      if (next.stats !== before.stats || next.points !== before.points) numbers.value = next
    }
    for (const edge of edges) this.#edges.set(edge.id, edge)
    this.totals.value = totals
    this.version.value++
  }
}

const quiet: Point = { count: 0, errors: 0 }

/** A line of zeros stays as it is: nothing needs to be drawn anew. */
const withPoint = (points: readonly Point[], point: Point = quiet): readonly Point[] => {
  const isQuiet = point.count === 0 && point.errors === 0
  if (isQuiet && points.every(({ count, errors }) => count === 0 && errors === 0)) return points
  return [...points, point].slice(-keptPoints)
}
