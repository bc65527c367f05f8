import { expect, test } from '@jest/globals'
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
