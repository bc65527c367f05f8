import type { EdgeStats, Graph, NodeStats, Stats, StatsEvent, Totals } from '../api/types.ts'
import type { Gauge } from './gauges.ts'
import type { Counters } from './stats.ts'

/** Shows the counters of the nodes and edges of a graph. */
export interface StatsView {
  readonly all: (graph: Graph, totals: Totals) => Stats
  /** What has changed since the last call. */
  readonly changes: (graph: Graph, totals: Totals) => StatsEvent
  readonly setGauges: (gauges: ReadonlyMap<string, Gauge>) => void
}

export const createStatsView = (counters: Counters): StatsView => {
  let gauges: ReadonlyMap<string, Gauge> = new Map()
  let shown = new Map<string, string>()

  const nodesOf = (ids: readonly string[]): NodeStats[] => {
    const counted = new Map(counters.nodes(ids).map((node) => [node.id, node]))
    return ids.flatMap((id) => {
      const [node, gauge] = [counted.get(id), gauges.get(id)]
      if (node === undefined && gauge === undefined) return []
      return [{ id, count: 0, errors: 0, rate: 0, errorRate: 0, ...node, ...gauge }]
    })
  }

  const idsOf = (graph: Graph): readonly string[] => graph.nodes.map(({ id }) => id)

  return {
    all: (graph, totals) => {
      const ids = idsOf(graph)
      return {
        time: Date.now(),
        nodes: nodesOf(ids),
        edges: counters.edges(graph.edges.map(({ id }) => id)),
        totals,
        points: Object.fromEntries(ids.map((id) => [id, counters.points(id)]).filter(([, points]) => points?.length)),
      }
    },
    changes: (graph, totals) => {
      const active = new Set(counters.active())
      const isNew = ({ id, ...stats }: NodeStats | EdgeStats): boolean => {
        const text = JSON.stringify(stats)
        const isSame = shown.get(id) === text
        next.set(id, text)
        return !isSame
      }
      const next = new Map<string, string>()
      const ids = idsOf(graph)
      const edges = graph.edges.map(({ id }) => id)
      const event = {
        time: Date.now(),
        nodes: nodesOf(ids).filter(isNew),
        edges: counters.edges(edges).filter(isNew),
        totals,
        points: Object.fromEntries(ids.filter((id) => active.has(id)).map((id) => [id, counters.lastPoint(id)])),
      }
      shown = next
      return event
    },
    setGauges: (read) => {
      gauges = read
    },
  }
}
