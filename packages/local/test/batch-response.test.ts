import { describe, expect, test } from '@jest/globals'
import { failedIn } from '@lpipe/local'
import fc from 'fast-check'

const ids = ['a', 'b', 'c']
const all = [0, 1, 2]
const items = (...itemIdentifiers: unknown[]) => ({
  batchItemFailures: itemIdentifiers.map((itemIdentifier) => ({ itemIdentifier })),
})

describe('all succeeded', () => {
  test.each([
    ['null', null],
    ['nothing', undefined],
    ['{}', {}],
    ['another object', { statusCode: 200 }],
    ['a list that is null', { batchItemFailures: null }],
    ['a list that is undefined', { batchItemFailures: undefined }],
    ['an empty list', { batchItemFailures: [] }],
    ['an empty array as response, as AWS was recorded to do', []],
    ['an empty string as response', ''],
  ])('%s', (_, answer) => {
    expect(failedIn(answer, ids)).toEqual([])
  })
})

describe('all failed', () => {
  test.each([
    ['an empty identifier', items('')],
    ['an identifier that is null', items(null)],
    ['an identifier under a wrong key', { batchItemFailures: [{ id: 'a' }] }],
    ['an identifier that is not of the batch', items('d')],
    ['one of the batch beside one that is not', items('a', 'd')],
    ['identifiers without objects', { batchItemFailures: ['a'] }],
    ['an identifier that is a number', items(1)],
    ['a list that is text', { batchItemFailures: 'a' }],
    ['a list that is an object', { batchItemFailures: { itemIdentifier: 'a' } }],
    ['text', 'done'],
    ['an array that is not empty', [{ itemIdentifier: 'a' }]],
    ['an array with an empty array', [[]]],
    ['true', true],
  ])('%s', (_, answer) => {
    expect(failedIn(answer, ids)).toEqual(all)
  })
})

test('just the reported ones failed, in the order of the batch', () => {
  expect(failedIn(items('c', 'a', 'a'), ids)).toEqual([0, 2])
})

test('a message that a batch holds twice failed twice', () => {
  expect(failedIn(items('a'), ['a', 'b', 'a'])).toEqual([0, 2])
})

test('an empty identifier fails all, even if a record has no other', () => {
  expect(failedIn(items(''), ['', 'b'])).toEqual([0, 1])
})

test('numbers beyond 2^53 are distinguished', () => {
  const first = 49_680_484_595_460_300_534_255_860_389_024_115_829_897_496_910_331_117_586n
  const numbers = [first, first + 1n, first + 2n].map(String)
  expect(new Set(numbers.map(Number)).size).toBe(1)
  expect(failedIn(items(numbers[1]), numbers)).toEqual([1])
})

test('whatever is answered, either nothing failed, or records of the batch did', () => {
  const identifiers = fc.oneof(fc.constantFrom(...ids), fc.jsonValue())
  const answers = fc.oneof(
    fc.jsonValue(),
    fc.record({ batchItemFailures: fc.oneof(fc.jsonValue(), fc.array(fc.record({ itemIdentifier: identifiers }))) }),
  )
  fc.assert(
    fc.property(answers, (answer) => {
      const failed = failedIn(answer, ids)
      expect(failed).toEqual([...new Set(failed)].sort())
      expect(failed.filter((position) => !all.includes(position))).toEqual([])
      const listed = (answer as { readonly batchItemFailures?: unknown } | null)?.batchItemFailures
      if (Array.isArray(listed) && listed.length > 0) expect(failed).not.toEqual([])
    }),
  )
})
