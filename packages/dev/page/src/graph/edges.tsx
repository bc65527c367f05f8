import { type Curve, pointAt, polyline, svgPath } from './geometry.ts'
import type { Health } from './health.ts'
import type { Layout } from './layout.ts'

interface EdgesProps {
  readonly layout: Layout
  readonly healthOf: (edge: string) => Health
  /** The box whose edges stand out. */
  readonly selected: string | undefined
}

/** The lines of the graph. */
export const Edges = ({ layout, healthOf, selected }: EdgesProps) => (
  <svg class="edges" width={layout.width} height={layout.height} aria-hidden="true">
    <defs>
      {(['plain', 'slow', 'failing'] as const).map((kind) => (
        <marker
          key={kind}
          id={`tip-${kind}`}
          class={`tip ${kind}`}
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="8"
          markerHeight="8"
          markerUnits="userSpaceOnUse"
          orient="auto"
        >
          <path d="M0 0L8 4L0 8Z" />
        </marker>
      ))}
    </defs>
    {layout.routes.map(({ edge, curves }) => {
      const health = healthOf(edge.id)
      const isSelected = edge.from === selected || edge.to === selected
      const tip = health === 'slow' || health === 'failing' ? health : 'plain'
      return (
        <path
          key={edge.id}
          class={`edge ${edge.kind} ${health}${isSelected ? ' selected' : ''}`}
          d={svgPath(curves)}
          marker-end={`url(#tip-${tip})`}
        />
      )
    })}
    {layout.routes.map(({ edge, curves }) => {
      const health = healthOf(edge.id)
      return health === 'slow' || health === 'failing' ? <Flag key={edge.id} curves={curves} health={health} /> : null
    })}
  </svg>
)

/** The state of an edge as a word in its middle: color alone does not say it. */
const Flag = ({ curves, health }: { readonly curves: readonly Curve[]; readonly health: 'slow' | 'failing' }) => {
  const line = polyline(curves)
  const { x, y } = pointAt(line, line.length / 2)
  return (
    <text class={`edge-flag ${health}`} x={x} y={y}>
      {health}
    </text>
  )
}
