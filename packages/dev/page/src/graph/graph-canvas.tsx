import { useSignalEffect } from '@preact/signals'
import { Maximize, Minus, Plus } from 'lucide'
import { useCallback, useEffect, useMemo, useRef } from 'preact/hooks'
import { Button } from '../components/button.tsx'
import { useSize } from '../components/use-size.ts'
import { flowListeners, stats } from '../state/server.ts'
import { type Camera, firstLook, fitAll, reveal, zoom } from './camera.ts'
import { Card } from './cards.tsx'
import { Dots } from './dots.ts'
import { Edges } from './edges.tsx'
import { boxOf, type DrawnGraph } from './from-api.ts'
import { polyline } from './geometry.ts'
import { EdgeHistory } from './health.ts'
import { entryBox, layoutOf } from './layout.ts'
import { useCamera } from './use-camera.ts'

interface GraphCanvasProps {
  readonly graph: DrawnGraph
  readonly selected: string | undefined
  readonly onSelect: (id: string) => void
}

/** Below this scale, names are larger and details are hidden. */
const farScale = 0.55

/** The graph as a picture that can be moved: lines, dots and boxes in three layers. */
export const GraphCanvas = ({ graph, selected, onSelect }: GraphCanvasProps) => {
  const view = useRef<HTMLElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const layers = useRef<(HTMLDivElement | null)[]>([])
  const size = useSize(view)
  const layout = useMemo(() => layoutOf(graph), [graph])
  const history = useMemo(() => new EdgeHistory(), [])
  const fit = useCallback(() => {
    camera.value = fitAll(layout, size)
  }, [layout, size])
  const camera = useCamera(view, fit)

  // The first look, and again when the size of the window or the graph changes, unless a person has moved the graph.
  const automatic = useRef<Camera | undefined>(undefined)
  useEffect(() => {
    if (size.width === 0 || (automatic.current !== undefined && camera.peek() !== automatic.current)) return
    automatic.current = firstLook(layout, entryBox(layout), size)
    camera.value = automatic.current
  }, [layout, size.width, size.height, camera])

  // The camera moves elements without rendering.
  useSignalEffect(() => {
    const { x, y, scale } = camera.value
    for (const layer of layers.current) {
      if (layer === null) continue
      layer.style.transform = `translate(${x}px, ${y}px) scale(${scale})`
      layer.classList.toggle('far', scale < farScale)
    }
  })

  useEffect(() => {
    if (canvas.current === null) return
    const lines = new Map(layout.routes.map(({ edge, curves }) => [edge.id, polyline(curves)]))
    const dots = new Dots(canvas.current, camera, lines)
    const flow = ({
      edges,
      millis,
    }: {
      edges: Readonly<Record<string, { count: number; errors: number }>>
      millis: number
    }): void => {
      for (const [id, point] of Object.entries(edges)) {
        const edge = graph.drawnEdge.get(id)
        if (edge === undefined) continue
        history.add(edge, point, performance.now())
        dots.add(edge, point.count, point.errors, millis)
      }
    }
    flowListeners.add(flow)
    return () => {
      flowListeners.delete(flow)
      dots.stop()
    }
  }, [layout, graph, camera, history])

  // A box that gets the focus is moved into view.
  const show = (target: EventTarget | null): void => {
    const id = target instanceof Element ? target.closest<HTMLElement>('[data-node]')?.dataset['node'] : undefined
    const box = layout.boxes.find(({ node }) => node.id === id)
    if (box !== undefined && target instanceof Element && target.matches(':focus-visible'))
      camera.value = reveal(camera.value, box, size)
  }
  const zoomBy = (factor: number): void => {
    camera.value = zoom(camera.value, factor, size.width / 2, size.height / 2)
  }
  const box = boxOf(graph, selected)

  return (
    <section
      ref={view}
      class="graph"
      aria-label="Graph. Arrow keys move it, plus and minus zoom, zero shows all."
      // biome-ignore lint/a11y/noNoninteractiveTabindex: keys move it
      tabIndex={0}
      onFocusCapture={(event) => show(event.target)}
    >
      <div
        class="layer"
        ref={(element) => {
          layers.current[0] = element
        }}
      >
        <LiveEdges layout={layout} graph={graph} history={history} selected={box} />
      </div>
      <canvas ref={canvas} class="dots" />
      <div
        class="layer"
        ref={(element) => {
          layers.current[1] = element
        }}
      >
        {layout.boxes.map((one) => (
          <Card
            key={one.node.id}
            box={one}
            node={graph.nodesById.get(one.node.id)}
            selected={selected}
            onSelect={onSelect}
          />
        ))}
      </div>
      <div class="zoom graph-overlay">
        <Button icon={Plus} label="Zoom in" onClick={() => zoomBy(1.25)} />
        <Button icon={Minus} label="Zoom out" onClick={() => zoomBy(0.8)} />
        <Button icon={Maximize} label="Show all" onClick={fit} />
      </div>
    </section>
  )
}

interface LiveEdgesProps {
  readonly layout: ReturnType<typeof layoutOf>
  readonly graph: DrawnGraph
  readonly history: EdgeHistory
  readonly selected: string | undefined
}

/** The lines, rendered once a second with their health. */
const LiveEdges = ({ layout, graph, history, selected }: LiveEdgesProps) => {
  stats.version.value // renders again when the numbers change
  const slowest = new Map<string, number>()
  for (const [id, drawn] of graph.drawnEdge) {
    slowest.set(drawn, Math.max(slowest.get(drawn) ?? 0, stats.edge(id)?.meanMillis ?? 0))
  }
  const now = performance.now()
  return (
    <Edges layout={layout} selected={selected} healthOf={(edge) => history.healthOf(edge, slowest.get(edge), now)} />
  )
}
