import { describe, expect, test } from '@jest/globals'
import { parseRoute, routeHash } from '../src/state/route.ts'

describe('the address of a view', () => {
  test.each([
    ['messages', 'archive:shardId-000000000000:49', { path: 'PLAY', text: 'a & b = c' }],
    ['graph', 'path:intake/ORDER', {}],
    ['dead-letters', undefined, { kind: 'sqs' }],
  ] as const)('%s %s is read as it was written', (view, id, query) => {
    expect(parseRoute(routeHash(view, id, query))).toEqual({ view, id, query })
  })

  test.each(['', '#', '#/', '#/nowhere', '#token=abc'])('%s is the graph', (hash) => {
    expect(parseRoute(hash)).toMatchObject({ view: 'graph', id: undefined })
  })

  test('a part that cannot be decoded stays as it is', () => {
    expect(parseRoute('#/messages/%E0%A4%A').id).toBe('%E0%A4%A')
  })

  test('members without a value are left out', () => {
    expect(routeHash('messages', undefined, { text: '', path: undefined })).toBe('#/messages')
  })
})
