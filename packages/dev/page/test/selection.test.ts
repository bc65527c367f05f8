import { describe, expect, test } from '@jest/globals'
import type { DeadLetters } from '../../src/api/types.ts'
import { mergeGroups } from '../src/letters/merge-groups.ts'
import { idsOf, letterFilter, scopeText, selectIds, stillThere, toggle } from '../src/letters/selection.ts'

test('a click on one or on a group adds what is missing, and removes it if nothing is', () => {
  expect(toggle(new Set(['a']), ['a', 'b'])).toEqual(new Set(['a', 'b']))
  expect(toggle(new Set(['a', 'b', 'c']), ['a', 'b'])).toEqual(new Set(['c']))
})

/** Letters of which the list shows the first one only. */
const lettersOf = (...ids: string[]): DeadLetters => ({
  total: ids.length,
  groups: [{ filter: {}, kind: 'sqs', queue: 'dead', count: ids.length, ids }],
  deadLetters: [{ id: ids[0] as string, kind: 'sqs', queue: 'dead', preview: '', bytes: 0 }],
})

test('letters that are gone are not selected, those that the list does not show are', () => {
  expect(stillThere(new Set(['b', 'gone']), lettersOf('a', 'b'))).toEqual(new Set(['b']))
})

test('an action names the ids of all that were counted, so that it takes none that comes meanwhile', () => {
  expect(selectIds(idsOf(lettersOf('a', 'b')))).toEqual({ count: 2, ids: ['a', 'b'] })
})

test('a button says how many it acts on', () => {
  const all = selectIds(Array.from({ length: 12_000 }, String))
  expect(all.ids).toHaveLength(10_000)
  expect(scopeText(all, 0, 12_000)).toBe('the first 10,000')
  expect(scopeText(all, 12_000, 12_000)).toBe('the first 10,000')
  expect(scopeText(selectIds(['a', 'b']), 0, 2)).toBe('all 2')
  expect(scopeText(selectIds(['a', 'b']), 2, 9)).toBe('2 selected')
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
