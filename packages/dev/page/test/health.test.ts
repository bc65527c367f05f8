import { describe, expect, test } from '@jest/globals'
import type { NodeStats } from '../../src/api/types.ts'
import { EdgeHistory, healthOf } from '../src/graph/health.ts'

const stats = (more: Partial<NodeStats> = {}): NodeStats => ({
  id: 'n',
  count: 1,
  errors: 0,
  rate: 1,
  errorRate: 0,
  ...more,
})
const seconds = (count: number, errors: number, length = 60) => Array.from({ length }, () => ({ count, errors }))

describe('the health of a node', () => {
  test.each([
    ['idle', undefined, []],
    ['idle', stats(), seconds(0, 0)],
    ['ok', stats(), seconds(3, 0)],
    ['ok', stats({ inFlight: 1 }), seconds(0, 0)],
    ['slow', stats({ p95Millis: 1_000 }), seconds(3, 0)],
    ['slow', stats({ oldestMillis: 10_000 }), seconds(0, 0)],
    ['failing', stats(), seconds(3, 1)],
    ['ok', stats(), [...seconds(3, 1, 50), ...seconds(3, 0, 10)]],
    ['failing', stats(), [...seconds(3, 1, 51), ...seconds(3, 0, 9)]],
  ] as const)('%s', (expected, numbers, points) => {
    expect(healthOf(numbers, points)).toBe(expected)
  })
})

describe('the health of an edge', () => {
  const history = new EdgeHistory()
  history.add('a', { count: 1, errors: 0 }, 0)
  history.add('b', { count: 1, errors: 1 }, 0)

  test.each([
    ['a', 5, 9_999, 'ok'],
    ['a', 1_000, 9_999, 'slow'],
    ['a', 5, 10_000, 'idle'],
    ['b', 5, 9_999, 'failing'],
    ['b', 5, 10_000, 'idle'],
    ['never used', undefined, 0, 'idle'],
  ] as const)('%s, %s ms on average, at %s ms: %s', (edge, mean, now, expected) => {
    expect(history.healthOf(edge, mean, now)).toBe(expected)
  })
})
