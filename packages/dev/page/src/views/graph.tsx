import { Network, Table2 } from 'lucide'
import { useMemo } from 'preact/hooks'
import { Empty } from '../components/empty.tsx'
import { Segments } from '../components/segments.tsx'
import { Details } from '../graph/details.tsx'
import { drawnGraph } from '../graph/from-api.ts'
import { GraphCanvas } from '../graph/graph-canvas.tsx'
import { NodeTable } from '../graph/table.tsx'
import { Totals } from '../graph/totals.tsx'
import { routeHash } from '../state/route.ts'
import { graph } from '../state/server.ts'
import { go, route } from '../state/use-route.ts'

/** The system with its traffic. */
export const GraphView = () => {
  const { id, query } = route.value
  const data = graph.value.value
  const drawn = useMemo(() => (data === undefined ? undefined : drawnGraph(data)), [data])
  const isTable = query['as'] === 'table'
  const as = isTable ? 'table' : undefined
  const select = (node: string | undefined): void => go(routeHash('graph', node, { as }))
  const node = drawn?.nodesById.get(id ?? '')
  return (
    <div class="view full">
      <header class="graph-head">
        <h1 class="visually-hidden">Graph</h1>
        <Totals />
        <div class="spacer" />
        <Segments
          label="Show the graph as"
          value={isTable ? 'table' : 'picture'}
          options={[
            { value: 'picture', text: 'Picture', icon: Network },
            { value: 'table', text: 'Table', icon: Table2 },
          ]}
          onChange={(value) =>
            go(routeHash('graph', id, { as: value === 'table' ? 'table' : undefined }), { replace: true })
          }
        />
      </header>
      <div class="graph-area">
        {data === undefined || drawn === undefined ? (
          <p class="muted loading">{graph.error.value ?? 'Loading the graph …'}</p>
        ) : drawn.nodes.length === 0 ? (
          <Empty icon={Network} title="The system is empty">
            <p>
              Add a Lambda to <code>functions</code> of <code>system()</code> in the configuration. The graph appears
              when the file is saved.
            </p>
          </Empty>
        ) : isTable ? (
          <NodeTable graph={data} />
        ) : (
          <GraphCanvas graph={drawn} selected={id} onSelect={select} />
        )}
        {node === undefined ? null : <Details node={node} onClose={() => select(undefined)} />}
      </div>
    </div>
  )
}
