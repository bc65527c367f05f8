import { describe, expect, test } from '@jest/globals'
import { InvalidConfigurationError } from '@lpipe/core'
import { checkOptions, type Rule } from '@lpipe/core/middleware'

describe('checkOptions', () => {
  test('accepts known options, and undefined as not given', () => {
    expect(() => checkOptions('audit', {}, { a: 'any' })).not.toThrow()
    expect(() => checkOptions('audit', { a: undefined }, { a: 'function' })).not.toThrow()
  })

  test('refuses an unknown option, and lists the known ones', () => {
    expect(() => checkOptions('audit', { a: 1, b: 2 }, { a: 'any', c: 'any' })).toThrow(
      new InvalidConfigurationError('audit: unknown option `b`. Known options: a, c'),
    )
  })

  test.each([
    ['missing', undefined],
    ['null', null],
    ['string', 'a'],
    ['array', []],
    ['function', () => undefined],
  ])('refuses %s instead of an object', (type, options) => {
    expect(() => checkOptions('audit', options, { a: 'any' })).toThrow(
      new InvalidConfigurationError(`audit: expected an object of options, received ${type}`),
    )
  })

  const even = { expected: 'an even number', accepts: (value: unknown) => Number(value) % 2 === 0 }

  test.each<[rule: Rule, accepted: unknown[], refused: unknown, says: string]>([
    ['any', [1, null, 'x', []], undefined, ''],
    ['string', ['', 'x'], 7, 'a string, received 7'],
    ['boolean', [true, false], 'true', "a boolean, received 'true'"],
    ['function', [() => 1], {}, 'a function, received object'],
    ['object', [{}], null, 'an object, received null'],
    ['array', [[]], {}, 'an array, received object'],
    [1, [1, 2.5, Infinity], 0, 'a number of at least 1, received 0'],
    [1, [], Number.NaN, 'a number of at least 1, received NaN'],
    ['count', [1, 2, Infinity], 0, 'a whole number of at least 1, or Infinity, received 0'],
    ['count', [], 1.5, 'a whole number of at least 1, or Infinity, received 1.5'],
    ['count', [], Number.NaN, 'a whole number of at least 1, or Infinity, received NaN'],
    ['count', [], '3', "a whole number of at least 1, or Infinity, received '3'"],
    [0, [0], '5', "a number of at least 0, received '5'"],
    [['drop', 'retry'], ['drop', 'retry'], 'keep', "'drop' or 'retry', received 'keep'"],
    [['drop', 'retry'], [], null, "'drop' or 'retry', received null"],
    [even, [0, 2], 3, 'an even number, received 3'],
  ])('the rule %j', (rule, accepted, refused, says) => {
    for (const value of accepted) expect(() => checkOptions('audit', { a: value }, { a: rule })).not.toThrow()
    if (refused === undefined) return
    expect(() => checkOptions('audit', { a: refused }, { a: rule })).toThrow(
      new InvalidConfigurationError(`audit: \`a\` must be ${says}`),
    )
  })

  test('does not quote a long string', () => {
    expect(() => checkOptions('audit', { a: 'x'.repeat(101) }, { a: 'boolean' })).toThrow(
      new InvalidConfigurationError('audit: `a` must be a boolean, received string'),
    )
  })

  test('knows no option by a name that every object has', () => {
    expect(() => checkOptions('audit', { constructor: 1 }, { a: 'any' })).toThrow(/unknown option `constructor`/)
    expect(() => checkOptions('audit', { ['__proto__']: 1 }, { a: 'any' })).toThrow(/unknown option `__proto__`/)
  })
})
