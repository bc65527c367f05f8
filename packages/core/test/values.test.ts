import { describe, expect, test } from '@jest/globals'
import { checkOptions, InvalidConfigurationError, isObject, isThenable, kindOf, put, type Rule } from '@lpipe/core'
import fc from 'fast-check'

describe('checkOptions', () => {
  test('lets through what is known', () => {
    checkOptions('who', {}, { a: 'any' })
    checkOptions('who', { a: undefined }, { a: 'a function' })
    expect(() => checkOptions('who', { a: 1, b: 2 }, { a: 'any', c: 'any' })).toThrow(
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
    expect(() => checkOptions('who', options, { a: 'any' })).toThrow(
      new InvalidConfigurationError(`who: expected an object of options, got ${kind}`),
    )
  })

  test.each<[rule: Rule, right: unknown[], wrong: unknown, says: string]>([
    ['any', [1, null, 'x', []], undefined, ''],
    ['text', ['', 'x'], 7, 'text, got 7'],
    ['a boolean', [true, false], 'true', "a boolean, got 'true'"],
    ['a function', [() => 1], {}, 'a function, got an object'],
    ['an object', [{}], null, 'an object, got null'],
    ['an array', [[]], {}, 'an array, got an object'],
    [1, [1, 2.5, Infinity], 0, 'a number of at least 1, got 0'],
    [1, [], Number.NaN, 'a number of at least 1, got NaN'],
    [0, [0], '5', "a number of at least 0, got '5'"],
    [['drop', 'retry'], ['drop', 'retry'], 'keep', "'drop' or 'retry', got 'keep'"],
    [['drop', 'retry'], [], null, "'drop' or 'retry', got null"],
  ])('the rule %j', (rule, right, wrong, says) => {
    for (const value of right) expect(() => checkOptions('who', { a: value }, { a: rule })).not.toThrow()
    if (wrong === undefined) return
    expect(() => checkOptions('who', { a: wrong }, { a: rule })).toThrow(
      new InvalidConfigurationError(`who: its a must be ${says}`),
    )
  })

  test('is not deceived by names that every object has', () => {
    expect(() => checkOptions('who', { constructor: 1 }, { a: 'any' })).toThrow(/unknown option 'constructor'/)
    expect(() => checkOptions('who', { ['__proto__']: 1 }, { a: 'any' })).toThrow(/unknown option '__proto__'/)
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
