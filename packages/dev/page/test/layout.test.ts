import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { pointAt, polyline, svgPath } from '../src/graph/geometry.ts'
import { type Box, entryBox, layoutOf } from '../src/graph/layout.ts'
import type { GraphEdge, GraphModel, GraphNode } from '../src/graph/model.ts'

const node = (id: string, rows = 0): GraphNode => ({
  id,
  kind: rows > 0 ? 'lambda' : 'queue',
  title: id,
  subtitle: '',
  rows: Array.from({ length: rows }, (_, index) => ({ id: `${id}/${index}`, name: `P${index}`, functions: [] })),
})
const edge = (from: string, to: string, more: Partial<GraphEdge> = {}): GraphEdge => ({
  id: `${from} > ${to}`,
  from,
  to,
  kind: 'flow',
  ...more,
})

const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

const graphs: fc.Arbitrary<GraphModel> = fc.integer({ min: 1, max: 12 }).chain((count) => {
  const ends = fc.record({ from: fc.nat(count - 1), to: fc.nat(count - 1) })
  return fc.record({
    nodes: fc
      .array(fc.nat(4), { minLength: count, maxLength: count })
      .map((rows) => rows.map((one, index) => node(`n${index}`, one))),
    edges: fc
      .array(ends, { maxLength: 20 })
      .map((list) => list.map(({ from, to }, index) => edge(`n${from}`, `n${to}`, { id: `e${index}` }))),
  })
})

describe('the layout', () => {
  test('has every box once, within its borders, and none on another; every edge has a line', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const { boxes, routes, width, height } = layoutOf(graph)
        expect(boxes.map((box) => box.node.id)).toEqual(graph.nodes.map(({ id }) => id))
        expect(routes).toHaveLength(graph.edges.length)
        for (const box of boxes) {
          expect(box.x).toBeGreaterThanOrEqual(0)
          expect(box.y).toBeGreaterThanOrEqual(0)
          expect(box.x + box.width).toBeLessThanOrEqual(width)
          expect(box.y + box.height).toBeLessThanOrEqual(height)
        }
        boxes.forEach((box, index) => {
          expect(boxes.slice(index + 1).filter((other) => overlap(box, other))).toEqual([])
        })
      }),
      { numRuns: 50 },
    )
  })

  test('messages move to the right: a queue is left of the Lambda that reads it', () => {
    const { boxes, routes } = layoutOf({
      nodes: [node('lambda', 2), node('in'), node('out')],
      edges: [edge('in', 'lambda', { toRow: 'lambda/1' }), edge('lambda', 'out', { fromRow: 'lambda/0' })],
    })
    const [lambda, input, output] = boxes
    expect(input?.x).toBeLessThan(lambda?.x ?? 0)
    expect(lambda?.x).toBeLessThan(output?.x ?? 0)
    expect(entryBox({ width: 0, height: 0, boxes, routes })?.node.id).toBe('in')
  })

  test('an edge starts and ends at its rows', () => {
    const { boxes, routes } = layoutOf({
      nodes: [node('lambda', 3), node('in')],
      edges: [edge('in', 'lambda', { toRow: 'lambda/2' })],
    })
    const end = routes[0]?.curves.at(-1)?.[3]
    const lambda = boxes[0] as Box
    expect(end?.x).toBe(lambda.x)
    expect(end?.y).toBeGreaterThan(lambda.y + lambda.height - 60)
    expect(end?.y).toBeLessThan(lambda.y + lambda.height)
  })

  test('an edge to a node that does not exist is left out', () => {
    expect(layoutOf({ nodes: [node('a')], edges: [edge('a', 'b')] }).routes).toEqual([])
  })

  test('a graph without nodes is empty', () => {
    expect(layoutOf({ nodes: [], edges: [] }).boxes).toEqual([])
  })
})

describe('a line', () => {
  const { routes } = layoutOf({ nodes: [node('a'), node('b', 1)], edges: [edge('a', 'b')] })
  const curves = routes[0]?.curves ?? []
  const line = polyline(curves)

  test('is passed from its start to its end', () => {
    const [start, end] = [curves[0]?.[0], curves.at(-1)?.[3]]
    expect(pointAt(line, 0)).toEqual(start)
    expect(pointAt(line, line.length).x).toBeCloseTo(end?.x ?? Number.NaN)
    const places = [0, 0.25, 0.5, 0.75, 1].map((part) => pointAt(line, part * line.length).x)
    expect(places).toEqual([...places].sort((a, b) => a - b))
  })

  test('is an SVG path', () => {
    expect(svgPath(curves)).toMatch(/^M-?\d+ -?\d+(?:C-?\d+ -?\d+ -?\d+ -?\d+ -?\d+ -?\d+)+$/)
  })
})
