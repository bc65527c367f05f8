import { describe, expect, test } from '@jest/globals'
import { exactJson, InexactJsonError } from '@lpipe/core/middleware'
import fc from 'fast-check'

test('writes JSON values as JSON.stringify does', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(exactJson(value)).toBe(JSON.stringify(value))
    }),
  )
})

test.each([
  ['a Date', { at: new Date(0) }],
  [
    'a class instance',
    {
      one: new (class One {
        id = 1
      })(),
    },
  ],
  ['an own `toJSON`', { money: { toJSON: () => '1.20' } }],
  ['what JSON leaves out', { missing: undefined, call: () => 1, list: [1] }],
  ['an object without a prototype', Object.assign(Object.create(null), { id: 1 })],
  ['undefined', undefined],
])('writes %s as JSON.stringify does', (_, value) => {
  expect(exactJson(value)).toBe(JSON.stringify(value))
})

const faultOf = (value: unknown): unknown => {
  try {
    return exactJson(value)
  } catch (error) {
    if (!(error instanceof InexactJsonError)) throw error
    return [error.message, error.path]
  }
}

// biome-ignore lint/suspicious/noThenProperty: a thenable of a query builder
const lazy = { table: 't', then: () => expect('started').toBe('not started') }
const shared = { id: 1 }
const asynchronous = { toJSON: async () => ({ id: 1 }) }

describe('refuses what JSON would carry as another value or not at all, and says where it is', () => {
  test.each([
    ['a promise', { orders: [{ customer: Promise.resolve(1) }] }, ['a promise: await it', ['orders', '0', 'customer']]],
    ['a promise that rejects', { a: Promise.reject(new Error('x')) }, ['a promise: await it', ['a']]],
    ['a lazy thenable, which is not started', { rows: lazy }, ['a promise: await it', ['rows']]],
    ['an asynchronous `toJSON`', { list: [1, asynchronous] }, ['a promise: await it', ['list', '1']]],
    ['an asynchronous `toJSON` of the root', asynchronous, ['a promise: await it', []]],
    ['a Map', { a: { b: new Map([[1, 2]]) } }, ['a Map: send an object or an array', ['a', 'b']]],
    ['a Set', [new Set([1])], ['a Set: send an array', ['0']]],
    ['an Error', { id: 1, error: new TypeError('x') }, ['an Error: send its message', ['error']]],
    ['an Error with members', [Object.assign(new Error('x'), { code: 7 })], ['an Error: send its message', ['0']]],
    ['a regular expression', { match: /x/ }, ['a RegExp, which JSON carries as {}', ['match']]],
    ['bytes', { bytes: new ArrayBuffer(2) }, ['an ArrayBuffer, which JSON carries as {}', ['bytes']]],
    [
      'an object whose kind may be a value of the message',
      [
        new (class {
          readonly [Symbol.toStringTag] = 'secret'
        })(),
      ],
      ['an object, which JSON carries as {}', ['0']],
    ],
    ['headers', { headers: new Headers({ a: 'b' }) }, ['a Headers, which JSON carries as {}', ['headers']]],
    ['NaN', { ratio: 0 / 0 }, ['NaN', ['ratio']]],
    ['an infinite number', { a: 1, ratio: -1 / 0 }, ['-Infinity', ['ratio']]],
    ['a bigint', { keys: { id: 1n } }, ['a bigint: send its toString()', ['keys', 'id']]],
    ['an invalid Date', { at: new Date('x') }, ['an invalid Date', ['at']]],
    ['a value that is there twice', { a: shared, b: { c: shared, d: Number.NaN } }, ['NaN', ['b', 'd']]],
  ])('%s', (_, value, fault) => {
    expect(faultOf(value)).toEqual(fault)
  })
})

test('throws what JSON.stringify throws for a cycle', () => {
  const cycle: Record<string, unknown> = {}
  cycle['self'] = cycle
  expect(() => exactJson(cycle)).toThrow(/circular/)
})

test('writes a bigint as its `toJSON` says, if a program gives it one', () => {
  const toJSON = { value: () => '1', configurable: true }
  Object.defineProperty(BigInt.prototype, 'toJSON', toJSON)
  try {
    expect(exactJson({ id: 1n })).toBe('{"id":"1"}')
  } finally {
    Reflect.deleteProperty(BigInt.prototype, 'toJSON')
  }
})

/** Arrays that share one: 8 million ways lead to it. */
const sharing = (innermost: unknown): unknown => {
  let shared = [innermost]
  for (let level = 0; level < 23; level += 1) shared = [shared, shared] as never
  return shared
}

test.each([
  ['plain values', 1],
  ['values with a `toJSON`', { toJSON: () => 1 }],
])('refuses %s if they are more than a service takes', (_, value) => {
  const fault = faultOf(sharing(value))
  expect(typeof fault).not.toBe('string') // it would have 30 MB
  expect(fault).toEqual(['more than 5242880 values', []])
})
