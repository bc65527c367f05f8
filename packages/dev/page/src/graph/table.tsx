import type { Graph, GraphNode } from '../../../src/api/types.ts'
import { duration, rate } from '../components/format.ts'
import { Scroller } from '../components/scroller.tsx'
import { Sparkline } from '../components/sparkline.tsx'
import { routeHash } from '../state/route.ts'
import { stats } from '../state/server.ts'
import { healthOf } from './health.ts'
import { HealthBadge } from './health-badge.tsx'
import { treeOrder } from './tree-order.ts'

const kinds = {
  lambda: 'Lambda',
  path: 'path',
  function: 'function',
  queue: 'queue',
  stream: 'stream',
  topic: 'topic',
  other: 'other',
}

/** The numbers of all nodes as a table: the graph without a picture. */
export const NodeTable = ({ graph }: { readonly graph: Graph }) => (
  <Scroller class="node-table" label="All nodes">
    <table class="table">
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Kind</th>
          <th scope="col">State</th>
          <th scope="col" class="right">
            Per second
          </th>
          <th scope="col" class="right">
            Total
          </th>
          <th scope="col" class="right">
            Failed
          </th>
          <th scope="col" class="right">
            p95
          </th>
          <th scope="col" class="right">
            Waiting
          </th>
          <th scope="col" class="right">
            Oldest
          </th>
          <th scope="col">Last minute</th>
        </tr>
      </thead>
      <tbody>
        {treeOrder(graph.nodes).map((node) => (
          <Row key={node.id} node={node} />
        ))}
      </tbody>
    </table>
  </Scroller>
)

const levels: Partial<Record<GraphNode['kind'], string>> = { path: 'level-1', function: 'level-2' }

const Row = ({ node }: { readonly node: GraphNode }) => {
  const { stats: numbers, points } = stats.node(node.id).value
  return (
    <tr>
      <th scope="row" class={levels[node.kind] ?? ''}>
        <a href={routeHash('graph', node.id, { as: 'table' })}>{node.name}</a>
      </th>
      <td class="muted">{kinds[node.kind]}</td>
      <td>
        <HealthBadge health={healthOf(numbers, points)} />
      </td>
      <td class="right number">{rate(numbers?.rate ?? 0)}</td>
      <td class="right number">{(numbers?.count ?? 0).toLocaleString('en')}</td>
      <td class="right number">{(numbers?.errors ?? 0).toLocaleString('en')}</td>
      <td class="right number">{numbers?.p95Millis === undefined ? '' : duration(numbers.p95Millis)}</td>
      <td class="right number">{numbers?.backlog?.toLocaleString('en') ?? ''}</td>
      <td class="right number">{numbers?.oldestMillis === undefined ? '' : duration(numbers.oldestMillis)}</td>
      <td>
        <Sparkline values={points.map(({ count }) => count)} errors={points.map(({ errors }) => errors)} />
      </td>
    </tr>
  )
}
