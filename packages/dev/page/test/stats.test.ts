import { expect, test } from '@jest/globals'
import { StatsStore } from '../src/state/stats.ts'

const totals = {
  messages: 0,
  waiting: 0,
  running: 0,
  succeeded: 0,
  dropped: 0,
  failed: 0,
  dead: 0,
  invocations: 0,
  deadLetters: 0,
}
const node = (id: string, count: number) => ({ id, count, errors: 0, rate: 0, errorRate: 0 })
const second = (count: number) => ({ count, errors: 0 })

test('a node keeps its last minute, with zeros for seconds that an event does not name', () => {
  const store = new StatsStore()
  store.replace({ time: 0, nodes: [node('a', 1)], edges: [], totals, points: { a: [second(1)] } })
  store.update({ time: 1, nodes: [], edges: [], totals, points: {} })
  store.update({ time: 2, nodes: [node('a', 4)], edges: [], totals, points: { a: second(3) } })
  expect(store.node('a').value.points.map(({ count }) => count)).toEqual([1, 0, 3])
  expect(store.node('a').value.stats?.count).toBe(4)
  for (let index = 0; index < 100; index++)
    store.update({ time: index, nodes: [], edges: [], totals, points: { a: second(index) } })
  expect(store.node('a').value.points).toHaveLength(60)
})

test('a node without traffic is not rendered again', () => {
  const store = new StatsStore()
  let renders = 0
  store.node('quiet').subscribe(() => renders++)
  for (let index = 0; index < 5; index++)
    store.update({ time: index, nodes: [], edges: [], totals, points: { other: second(1) } })
  expect(renders).toBe(1)
})

test('after a new connection all numbers are those of the server', () => {
  const store = new StatsStore()
  store.replace({ time: 0, nodes: [node('gone', 9)], edges: [], totals, points: { gone: [second(9)] } })
  store.replace({ time: 1, nodes: [node('a', 1)], edges: [], totals, points: {} })
  expect(store.node('gone').value).toEqual({ stats: undefined, points: [] })
  expect(store.node('a').value.stats?.count).toBe(1)
})
