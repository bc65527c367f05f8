import { describe, expect, test } from '@jest/globals'
import type { Graph, GraphEdge } from '../../src/api/types.ts'
import { boxOf, drawnGraph } from '../src/graph/from-api.ts'
import { treeOrder } from '../src/graph/tree-order.ts'

const edge = (from: string, to: string, kind: GraphEdge['kind']): GraphEdge => ({
  id: `${from} ${to} ${kind}`,
  from,
  to,
  kind,
})

const graph: Graph = {
  generation: 1,
  title: 'Shop',
  complete: true,
  nodes: [
    { id: 'function:intake', kind: 'lambda', name: 'intake', details: ['30 s'] },
    { id: 'path:intake/ORDER', kind: 'path', name: 'ORDER', parent: 'function:intake', details: [] },
    { id: 'path:intake/PACK', kind: 'path', name: 'PACK', parent: 'function:intake', details: [] },
    { id: 'step:intake/ORDER/check', kind: 'function', name: 'check', parent: 'path:intake/ORDER', details: [] },
    { id: 'sqs:orders', kind: 'queue', name: 'orders', details: ['sqs'] },
    { id: 'sqs:parcels', kind: 'queue', name: 'parcels', details: ['sqs'] },
    { id: 'sqs:dead', kind: 'queue', name: 'dead', details: ['sqs'], deadLetters: 'sqs' },
  ],
  edges: [
    edge('sqs:orders', 'path:intake/ORDER', 'source'),
    edge('path:intake/ORDER', 'step:intake/ORDER/check', 'call'),
    edge('step:intake/ORDER/check', 'path:intake/PACK', 'payload'),
    edge('path:intake/PACK', 'sqs:parcels', 'payload'),
    edge('path:intake/PACK', 'sqs:parcels', 'seen'),
    edge('function:intake', 'sqs:parcels', 'queue'),
    edge('sqs:orders', 'sqs:dead', 'dead letter'),
  ],
}

test('in a table, each node is followed by those in it', () => {
  const shuffled = [3, 0, 4, 2, 1, 6, 5].map((index) => graph.nodes[index] as (typeof graph.nodes)[number])
  expect(treeOrder(shuffled).map(({ name }) => name)).toEqual([
    'intake',
    'PACK',
    'ORDER',
    'check',
    'orders',
    'dead',
    'parcels',
  ])
})

describe('the drawn graph', () => {
  const drawn = drawnGraph(graph)
  const edges = drawn.edges.map(({ id, kind }) => [id, kind])

  test('has a box for each Lambda and queue, with the paths and functions in it', () => {
    expect(drawn.nodes.map(({ id, kind }) => [id, kind])).toEqual([
      ['function:intake', 'lambda'],
      ['sqs:orders', 'queue'],
      ['sqs:parcels', 'queue'],
      ['sqs:dead', 'queue'],
    ])
    expect(drawn.nodes[0]?.rows).toEqual([
      { id: 'path:intake/ORDER', name: 'ORDER', functions: ['check'] },
      { id: 'path:intake/PACK', name: 'PACK', functions: [] },
    ])
    expect(drawn.nodes.at(-1)?.subtitle).toBe('dead letters of SQS, sqs')
  })

  test('has one edge for those with the same ends, and none for calls', () => {
    expect(edges).toEqual([
      ['sqs:orders > path:intake/ORDER', 'flow'],
      ['path:intake/ORDER > path:intake/PACK', 'inner'],
      ['path:intake/PACK > sqs:parcels', 'flow'],
      ['sqs:orders > sqs:dead (dead)', 'dead'],
    ])
    expect(drawn.drawnEdge.get('path:intake/PACK sqs:parcels seen')).toBe('path:intake/PACK > sqs:parcels')
    expect(drawn.drawnEdge.has('path:intake/ORDER step:intake/ORDER/check call')).toBe(false)
  })

  test('knows the box of each node', () => {
    expect(boxOf(drawn, 'step:intake/ORDER/check')).toBe('function:intake')
    expect(boxOf(drawn, 'sqs:orders')).toBe('sqs:orders')
    expect(boxOf(drawn, 'sqs:nowhere')).toBeUndefined()
  })
})
