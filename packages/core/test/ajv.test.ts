import { describe, expect, test } from '@jest/globals'
import { declaredProperties, hasUniqueItems, isMultipleOf, isSameJson } from '@lpipe/core/ajv'
import fc from 'fast-check'

describe('isMultipleOf()', () => {
  test('every price in cents is a multiple of a cent', () => {
    const prices = Array.from({ length: 200_000 }, (_, cents) => cents / 100)
    expect(prices.filter((price) => !isMultipleOf(price, 0.01))).toEqual([])
  })

  test.each<[number, number, boolean]>([
    [0.3, 0.1, true],
    [1.15, 0.05, true],
    [9007199254740.99, 0.01, true],
    [-4.35, 0.05, true],
    [0, 0.7, true],
    [12, 5, false],
    [0.125, 0.01, false],
    [1e-7, 1e-7, true],
    [1.5e-7, 1e-7, false],
    [1e308, 0.5, true],
    [1e308, 1e-308, true],
    [1, 3e300, false],
    [Number.POSITIVE_INFINITY, 1, false],
  ])('%d of %d: %s', (value, divisor, expected) => {
    expect(isMultipleOf(value, divisor)).toBe(expected)
  })
})

const sameOrOther = fc.tuple(fc.jsonValue(), fc.jsonValue())

describe('isSameJson() and hasUniqueItems()', () => {
  test('agree with a comparison of sorted texts', () => {
    const sorted = (value: unknown): string =>
      JSON.stringify(value, (_, one) =>
        typeof one === 'object' && one !== null && !Array.isArray(one)
          ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
          : one,
      )
    fc.assert(
      fc.property(sameOrOther, ([a, b]) => {
        expect(isSameJson(a, b)).toBe(sorted(a) === sorted(b))
        expect(isSameJson(a, structuredClone(a))).toBe(true)
        expect(hasUniqueItems([a, b])).toBe(sorted(a) !== sorted(b))
      }),
    )
  })

  test.each<[unknown, unknown, boolean]>([
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
    [1, '1', false],
    [1, true, false],
    [0, false, false],
    [null, {}, false],
    [[], {}, false],
    [[1, [2]], [1, [2]], true],
    ['[1]', [1], false],
    [JSON.parse('{ "__proto__": 1 }'), {}, false],
    [JSON.parse('{ "valueOf": 1, "constructor": 2 }'), JSON.parse('{ "constructor": 2, "valueOf": 1 }'), true],
    [Object.assign(Object.create(null), { a: 1 }), { a: 1 }, true],
  ])('%j and %j: %s', (a, b, same) => {
    expect(isSameJson(a, b)).toBe(same)
    expect(isSameJson(b, a)).toBe(same)
    expect(hasUniqueItems([a, b])).toBe(!same)
  })

  test('each item is read a few times, however many there are', () => {
    let reads = 0
    const itemOf = (at: number) => ({
      get at() {
        reads += 1
        return at
      },
      tags: ['x'],
    })
    const items = Array.from({ length: 10_000 }, (_, at) => itemOf(at))
    expect(hasUniqueItems(items)).toBe(true)
    expect(hasUniqueItems([...items, { tags: ['x'], at: 5 }])).toBe(false)
    expect(reads).toBeLessThan(10 * items.length)
  })
})

describe('declaredProperties()', () => {
  const names = (schema: object) => declaredProperties(schema as Readonly<Record<string, unknown>>)

  test.each<[string, object]>([
    ['dependentRequired', { dependentRequired: { a: ['b'] } }],
    ['dependentSchemas', { dependentSchemas: { a: { required: ['b'] } } }],
    ['dependencies', { dependencies: { a: ['b'] } }],
    ['dependencies with a schema', { dependencies: { a: { properties: { b: {} } } } }],
    ['if', { if: { required: ['a'] }, else: { properties: { b: {} } } }],
    ['not', { not: { required: ['a', 'b'], additionalProperties: true } }],
    ['const', { const: { a: 1, b: 2 } }],
    ['enum', { enum: [{ a: 1 }, 'c', { b: 2 }] }],
    ['propertyNames', { propertyNames: { enum: ['a', 'b'] } }],
    ['discriminator', { discriminator: { propertyName: 'a' }, oneOf: [{ required: ['b'] }] }],
    ['ajv-keywords', { anyRequired: ['a'], dynamicDefaults: { b: 'timestamp' } }],
    ['selectCases', { select: {}, selectCases: { x: { required: ['a'] } }, selectDefault: { required: ['b'] } }],
    ['deepRequired', { deepRequired: ['/a/0/c'], deepProperties: { '/b/x': {} } }],
    ['$ref to an $id', { $ref: 'two', $defs: { x: { $id: 'two', properties: { a: {}, b: {} } } } }],
    [
      '$ref relative to an $id',
      {
        $id: 'https://example.com/dir/one',
        $ref: '/other#/$defs/y',
        $defs: { x: { $id: '../other', $defs: { y: { required: ['a', 'b'] } } } },
      },
    ],
    ['$ref to an $anchor', { $ref: '#here', $defs: { x: { $anchor: 'here', required: ['a', 'b'] } } }],
    ['$ref to an anchor of draft 7', { $ref: '#here', definitions: { x: { $id: '#here', required: ['a', 'b'] } } }],
    ['$ref to a URN', { $ref: 'urn:example:x', $defs: { x: { $id: 'urn:example:x', required: ['a', 'b'] } } }],
    ['$ref with escapes', { $ref: '#/$defs/x~1y%25', $defs: { 'x/y%': { required: ['a', 'b'] } } }],
    [
      '$dynamicRef',
      {
        $dynamicRef: '#t',
        $defs: { x: { $dynamicAnchor: 't', required: ['a'] }, y: { $dynamicAnchor: 't', required: ['b'] } },
      },
    ],
    ['$recursiveRef', { properties: { a: {} }, required: ['b'], allOf: [{ $recursiveRef: '#' }] }],
  ])('finds those of %s', (_, schema) => {
    expect([...(names(schema) ?? [])].sort()).toEqual(['a', 'b'])
  })

  test('takes no `$id` in data for a schema', () => {
    const schema = { const: { $id: 'two', c: 1 }, $ref: 'two', $defs: { x: { $id: 'two', required: ['a'] } } }
    expect([...(names(schema) ?? [])].sort()).toEqual(['$id', 'a', 'c'])
  })

  test.each<[string, object]>([
    ['a reference to another document', { $ref: 'https://json-schema.org/draft/2020-12/schema' }],
    ['a reference that is not a URI', { $ref: 'http://[' }],
    ['additionalProperties in a branch', { anyOf: [{ additionalProperties: {} }] }],
  ])('are all of them for %s', (_, schema) => {
    expect(names(schema)).toBeUndefined()
  })
})
