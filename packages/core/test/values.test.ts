import { expect, test } from '@jest/globals'
import { getOwn, isObject, isThenable, nonEmptyString, setOwn, sha256, tryOr, typeName } from '@lpipe/core/middleware'
import fc from 'fast-check'

test('setOwn sets an own member of any name, and never the prototype', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString')), (key) => {
      const target: Record<string, unknown> = {}
      setOwn(target, key, { polluted: true })
      expect(Object.keys(target)).toEqual([key])
      expect(Object.getPrototypeOf(target)).toBe(Object.prototype)
      expect(JSON.parse(JSON.stringify(target))[key]).toEqual({ polluted: true })
    }),
  )
  expect({}).not.toHaveProperty('polluted')
})

test('setOwn sets a member that a frozen prototype has', () => {
  const target: Record<string, unknown> = Object.create(Object.freeze({ constructor: Object, __proto__: null }))
  setOwn(target, 'constructor', 'own')
  setOwn(target, 'constructor', 'changed')
  expect(Object.entries(target)).toEqual([['constructor', 'changed']])
})

test('getOwn reads own members of objects only', () => {
  expect(getOwn({ a: 1 }, 'a')).toBe(1)
  expect(getOwn({}, 'constructor')).toBeUndefined()
  expect([null, undefined, 'text', ['a']].map((value) => getOwn(value, 'length'))).toEqual(Array(4).fill(undefined))
})

test('nonEmptyString returns a string that is not empty', () => {
  expect(['x', '', 7, undefined].map(nonEmptyString)).toEqual(['x', undefined, undefined, undefined])
})

test.each([
  ['missing', undefined],
  ['null', null],
  ['array', []],
  ['string', 'x'],
  ['object', {}],
  ['number', 1],
  ['boolean', true],
  ['function', () => undefined],
])('typeName returns %s', (name, value) => {
  expect(typeName(value)).toBe(name)
})

test('isObject accepts neither arrays nor null', () => {
  expect([{}, Object.create(null), new Date()].map(isObject)).toEqual([true, true, true])
  expect([[], null, undefined, 'x', 1, () => undefined].some(isObject)).toBe(false)
})

test('isThenable', () => {
  // biome-ignore lint/suspicious/noThenProperty: that is what is tested
  expect([Promise.resolve(), { then: () => undefined }].map(isThenable)).toEqual([true, true])
  // biome-ignore lint/suspicious/noThenProperty: that is what is tested
  expect([{ then: 1 }, {}, null, 'then', undefined].some(isThenable)).toBe(false)
})

test('tryOr returns the other value if reading throws', () => {
  const read = (): string => {
    throw new Error('a getter')
  }
  expect(tryOr(read, 'otherwise')).toBe('otherwise')
  expect(tryOr(() => 'read', 'otherwise')).toBe('read')
})

test('sha256 returns 64 hexadecimal characters', () => {
  // echo -n abc | sha256sum
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})
