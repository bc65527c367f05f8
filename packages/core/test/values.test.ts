import { describe, expect, test } from '@jest/globals'
import { checkOptions, InvalidConfigurationError, isObject, isThenable, kindOf, put } from '@lpipe/core'
import fc from 'fast-check'

describe('checkOptions', () => {
  test('lets through what is known', () => {
    checkOptions('who', {}, ['a'])
    checkOptions('who', { a: undefined }, ['a'])
    expect(() => checkOptions('who', { a: 1, b: 2 }, ['a', 'c'])).toThrow(
      new InvalidConfigurationError("who: unknown option 'b'. It takes: a, c"),
    )
  })

  test.each([
    ['nothing', undefined],
    ['null', null],
    ['text', 'a'],
    ['an array', []],
    ['function', () => undefined],
  ])('refuses %s', (kind, options) => {
    expect(() => checkOptions('who', options, ['a'])).toThrow(
      new InvalidConfigurationError(`who: expected an object of options, got ${kind}`),
    )
  })

  test('is not deceived by names that every object has', () => {
    expect(() => checkOptions('who', { constructor: 1 }, ['a'])).toThrow(/unknown option 'constructor'/)
    expect(() => checkOptions('who', { ['__proto__']: 1 }, ['a'])).toThrow(/unknown option '__proto__'/)
  })
})

test('put sets an own member of any name, and no prototype', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString')), (key) => {
      const target: Record<string, unknown> = {}
      put(target, key, { polluted: true })
      expect(Object.keys(target)).toEqual([key])
      expect(Object.getPrototypeOf(target)).toBe(Object.prototype)
      expect(JSON.parse(JSON.stringify(target))[key]).toEqual({ polluted: true })
    }),
  )
  expect({}).not.toHaveProperty('polluted')
})

test.each([
  ['nothing', undefined],
  ['null', null],
  ['an array', []],
  ['text', 'x'],
  ['an object', {}],
  ['number', 1],
  ['boolean', true],
  ['function', () => undefined],
])('kindOf says %s', (kind, value) => {
  expect(kindOf(value)).toBe(kind)
})

test('isObject: no array, no null', () => {
  expect([{}, Object.create(null), new Date()].map(isObject)).toEqual([true, true, true])
  expect([[], null, undefined, 'x', 1, () => undefined].some(isObject)).toBe(false)
})

test('isThenable', () => {
  // biome-ignore lint/suspicious/noThenProperty: that is what is tested
  expect([Promise.resolve(), { then: () => undefined }].map(isThenable)).toEqual([true, true])
  // biome-ignore lint/suspicious/noThenProperty: that is what is tested
  expect([{ then: 1 }, {}, null, 'then', undefined].some(isThenable)).toBe(false)
})
