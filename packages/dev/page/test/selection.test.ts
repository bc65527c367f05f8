import { describe, expect, test } from '@jest/globals'
import { mergeGroups } from '../src/letters/merge-groups.ts'
import { letterFilter, selectAll, selectIds, stillThere, toggle } from '../src/letters/selection.ts'

test('a click on one or on a group adds what is missing, and removes it if nothing is', () => {
  expect(toggle(new Set(['a']), ['a', 'b'])).toEqual(new Set(['a', 'b']))
  expect(toggle(new Set(['a', 'b', 'c']), ['a', 'b'])).toEqual(new Set(['c']))
})

test('letters that are gone are not selected', () => {
  const letter = { id: 'a', kind: 'sqs' as const, queue: 'dead', preview: '', bytes: 0 }
  expect(stillThere(new Set(['a', 'gone']), { total: 1, groups: [], deadLetters: [letter] })).toEqual(new Set(['a']))
})

test('an action names ids or a filter, never both', () => {
  expect(selectIds(new Set(['a', 'b']))).toEqual({ count: 2, request: { ids: ['a', 'b'] } })
  expect(selectAll({ total: 9, groups: [], deadLetters: [] }, { kind: 'sqs' })).toEqual({
    count: 9,
    request: { filter: { kind: 'sqs' } },
  })
})

test('the filter is read from the address, without an unknown kind', () => {
  expect(letterFilter({ kind: 'sqs', text: 'x', show: 'history' })).toEqual({ kind: 'sqs', text: 'x' })
  expect(letterFilter({ kind: 'other' })).toEqual({})
})

describe('groups', () => {
  const group = (error: string | undefined, message: string, ...ids: string[]) => ({
    filter: {},
    kind: 'sqs' as const,
    queue: 'dead',
    ...(error === undefined ? {} : { error }),
    message,
    path: 'SHIP',
    count: ids.length,
    ids,
  })

  test('of the same error, path and function are one, whatever the text of the error', () => {
    const groups = mergeGroups([
      group('NoCarrier', 'no carrier for order 1', 'a'),
      group('NoCarrier', 'no carrier for order 2', 'b', 'c'),
      group('NoCarrier', 'the carrier is closed', 'd'),
      group('Other', 'no carrier for order 3', 'e'),
      group(undefined, 'unknown', 'f'),
    ])
    expect(groups.map(({ error, ids }) => [error, ids])).toEqual([
      ['NoCarrier', ['a', 'b', 'c', 'd']],
      ['Other', ['e']],
      [undefined, ['f']],
    ])
    expect(groups[0]?.messages).toEqual(['no carrier for order 2', 'the carrier is closed'])
  })
})
