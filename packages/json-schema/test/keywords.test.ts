import { describe, expect, test } from '@jest/globals'
import type { StandardSchema } from '@lpipe/core'
import { hasIssues, validate } from '@lpipe/core/middleware'
import { type JsonSchema, jsonSchema } from '@lpipe/json-schema'

const accepts = (schema: StandardSchema, value: unknown): boolean => !hasIssues(validate(schema, value) as never)

interface Row {
  readonly keyword: string
  readonly schema: JsonSchema
  readonly right: readonly unknown[]
  readonly wrong: readonly unknown[]
}

const consequence = 'then' // the linter takes an object with this key for a promise
const draft7 = 'http://json-schema.org/draft-07/schema#'

/** JSON Schema 2020-12 by keyword. The schemas have no `type`, as many from elsewhere. */
const rows: readonly Row[] = [
  {
    keyword: 'type',
    schema: { type: 'integer' },
    right: [1, 1.0, -3],
    wrong: [1.5, '1', null, true, Number.POSITIVE_INFINITY],
  },
  { keyword: 'type, a list', schema: { type: ['string', 'null'] }, right: ['', null], wrong: [0, [], {}] },
  {
    keyword: 'const',
    schema: { const: { a: [1, { b: null }] } },
    right: [{ a: [1, { b: null }] }],
    wrong: [{ a: [1, {}] }, {}, null],
  },
  { keyword: 'const, an array', schema: { const: [[], {}] }, right: [[[], {}]], wrong: [[{}, []], []] },
  { keyword: 'const, a number', schema: { const: 0 }, right: [0, -0], wrong: [false, '', null] },
  {
    keyword: 'const with names of methods',
    schema: { const: { valueOf: 1, toString: 2 } },
    right: [{ toString: 2, valueOf: 1 }],
    wrong: [{}, { valueOf: 2, toString: 2 }],
  },
  {
    keyword: 'enum',
    schema: { enum: ['x', 5, null, { a: 1 }, [2]] },
    right: ['x', 5, null, { a: 1 }, [2]],
    wrong: ['5', { a: 2 }, [], {}],
  },
  {
    keyword: 'enum with a default',
    schema: { enum: [{ a: 1 }], properties: { a: { default: 1 } } },
    right: [{ a: 1 }],
    wrong: [{ a: 2 }],
  },
  {
    keyword: 'multipleOf',
    schema: { multipleOf: 0.01 },
    right: [0, 4.35, 19.99, 1234567.89, 'x'],
    wrong: [0.001, 4.355],
  },
  { keyword: 'maximum', schema: { maximum: 3 }, right: [3, -1, '9'], wrong: [3.1] },
  { keyword: 'exclusiveMinimum', schema: { exclusiveMinimum: 3 }, right: [3.1, null], wrong: [3] },
  {
    keyword: 'minLength, in code points',
    schema: { minLength: 2 },
    right: ['ab', '\u{1F600}\u{1F600}', 7],
    wrong: ['\u{1F600}'],
  },
  { keyword: 'pattern, not anchored', schema: { pattern: 'b+' }, right: ['abbc', 1], wrong: ['ac'] },
  {
    keyword: 'pattern with needless escapes, as other languages take',
    schema: { pattern: '^[\\w\\-\\.]+\\:$', patternProperties: { '^\\-': { type: 'null' } } },
    right: ['a-b.c:', { '-a': null }],
    wrong: ['a b:', { '-a': 1 }],
  },
  { keyword: 'items', schema: { items: { type: 'boolean' } }, right: [[], [true], 'x'], wrong: [[1]] },
  {
    keyword: 'prefixItems',
    schema: { prefixItems: [{ type: 'string' }, true], items: false },
    right: [[], ['a'], ['a', 1]],
    wrong: [[1], ['a', 1, 2]],
  },
  {
    keyword: 'contains',
    schema: { contains: { const: 1 }, minContains: 2, maxContains: 3 },
    right: [[1, 1], [1, 2, 1, 1], 1],
    wrong: [[1], [1, 1, 1, 1]],
  },
  {
    keyword: 'uniqueItems',
    schema: { uniqueItems: true },
    right: [
      [1, '1', true],
      [{ a: 1 }, { a: 2 }],
      [[], {}],
    ],
    wrong: [
      [1, 1.0],
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
    ],
  },
  { keyword: 'uniqueItems: false', schema: { uniqueItems: false }, right: [[1, 1]], wrong: [] },
  {
    keyword: 'unevaluatedItems',
    schema: { prefixItems: [true], anyOf: [{ prefixItems: [true, { const: 1 }] }, true], unevaluatedItems: false },
    right: [[0], [0, 1]],
    wrong: [
      [0, 2],
      [0, 1, 1],
    ],
  },
  {
    keyword: 'required, of no object',
    schema: { required: ['a'] },
    right: [{ a: null }, [], 'x'],
    wrong: [{}, { b: 1 }],
  },
  {
    keyword: 'properties',
    schema: { properties: { a: { type: 'null' }, b: false } },
    right: [{}, { a: null }, 1],
    wrong: [{ a: 1 }, { b: 1 }],
  },
  {
    keyword: 'patternProperties',
    schema: { patternProperties: { '^n': { type: 'number' } } },
    right: [{ n1: 1, x: '' }],
    wrong: [{ n1: '' }],
  },
  {
    keyword: 'additionalProperties',
    schema: { properties: { a: true }, additionalProperties: false },
    right: [{ a: 1 }],
    wrong: [{ b: 1 }],
  },
  {
    keyword: 'unevaluatedProperties',
    schema: { allOf: [{ properties: { a: true } }], unevaluatedProperties: false },
    right: [{ a: 1 }],
    wrong: [{ a: 1, b: 1 }],
  },
  { keyword: 'propertyNames', schema: { propertyNames: { maxLength: 2 } }, right: [{ ab: 1 }], wrong: [{ abc: 1 }] },
  { keyword: 'maxProperties', schema: { maxProperties: 1 }, right: [{}, { a: 1 }, [1, 2]], wrong: [{ a: 1, b: 1 }] },
  {
    keyword: 'dependentRequired',
    schema: { dependentRequired: { a: ['b'] } },
    right: [{}, { b: 1 }, { a: 1, b: 1 }],
    wrong: [{ a: 1 }],
  },
  {
    keyword: 'dependentSchemas',
    schema: { dependentSchemas: { a: { minProperties: 2 } } },
    right: [{ b: 1 }, { a: 1, b: 1 }],
    wrong: [{ a: 1 }],
  },
  {
    keyword: 'if',
    schema: { if: { required: ['a'] }, [consequence]: { required: ['b'] }, else: { required: ['c'] } },
    right: [{ a: 1, b: 1 }, { c: 1 }],
    wrong: [{ a: 1 }, {}],
  },
  { keyword: 'not', schema: { not: { required: ['a'] } }, right: [{}], wrong: [{ a: 1 }] },
  { keyword: 'oneOf', schema: { oneOf: [{ type: 'integer' }, { minimum: 2 }] }, right: [1, 2.5], wrong: [3, 1.5] },
  {
    keyword: 'anyOf, with and without a type',
    schema: { anyOf: [{ minimum: 5 }, { maxLength: 1 }], type: ['number', 'string'] },
    right: [5, 'a', 'aaa'],
    wrong: [true],
  },
  { keyword: 'allOf', schema: { allOf: [{ maximum: 9 }, { minimum: 2 }] }, right: [5], wrong: [1, 10] },
  {
    keyword: '$ref beside others',
    schema: { $ref: '#/$defs/n', maximum: 3, $defs: { n: { type: 'number' } } },
    right: [3],
    wrong: [4, 'x'],
  },
  {
    keyword: '$anchor',
    schema: { $ref: '#n', $defs: { x: { $anchor: 'n', type: 'number' } } },
    right: [3],
    wrong: ['x'],
  },
  {
    keyword: 'recursion',
    schema: { properties: { next: { $ref: '#' } }, required: ['v'] },
    right: [{ v: 1, next: { v: 2 } }],
    wrong: [{ v: 1, next: {} }],
  },
  {
    keyword: 'the meta-schema',
    schema: { $ref: 'https://json-schema.org/draft/2020-12/schema' },
    right: [{ minLength: 1 }],
    wrong: [{ minLength: -1 }],
  },
  { keyword: 'format, which is checked', schema: { format: 'ipv4' }, right: ['10.1.2.3', 7], wrong: ['10.1.2'] },
  { keyword: 'format, unknown', schema: { format: 'colour' }, right: ['red'], wrong: [] },
  {
    keyword: 'keywords that are unknown',
    schema: { 'x-internal': true, example: 1, xml: {} },
    right: [1, {}],
    wrong: [],
  },
  {
    keyword: 'annotations',
    schema: { title: 'a', description: 'b', $comment: 'c', deprecated: true, readOnly: true, examples: [1] },
    right: [1],
    wrong: [],
  },
  {
    keyword: 'draft 7: items as a tuple',
    schema: { $schema: draft7, items: [{ type: 'string' }], additionalItems: false },
    right: [['a']],
    wrong: [[1], ['a', 1]],
  },
  {
    keyword: 'draft 7: dependencies and definitions',
    schema: {
      $schema: draft7,
      dependencies: { a: ['b'] },
      $ref: '#/definitions/o',
      definitions: { o: { type: 'object' } },
    },
    right: [{ a: 1, b: 1 }],
    wrong: [1, { a: 1 }],
  },
  {
    keyword: 'draft 2019-09: items as a tuple',
    schema: { $schema: 'https://json-schema.org/draft/2019-09/schema', items: [{ type: 'string' }] },
    right: [['a', 1]],
    wrong: [[1]],
  },
]

describe.each(rows)('$keyword', ({ schema, right, wrong }) => {
  test('judges as JSON Schema says', () => {
    const compiled = jsonSchema(schema)
    expect(right.filter((value) => !accepts(compiled, value))).toEqual([])
    expect(wrong.filter((value) => accepts(compiled, value))).toEqual([])
  })
})

/** Where this package, or ajv, differs from JSON Schema. The README lists them. */
describe('what differs from JSON Schema', () => {
  test('defaults are written, and must be right', () => {
    expect(accepts(jsonSchema({ properties: { a: { type: 'string', default: 7 } } }), {})).toBe(false)
  })

  test.each<[string, JsonSchema, RegExp]>([
    ['a reference to another document', { $ref: 'https://example.com/other.json' }, /can't resolve reference/],
    [
      'a dialect of its own',
      { $schema: 'https://example.com/dialect' },
      /`\$schema` must name draft 2020-12, 2019-09, 7 or 6/,
    ],
    ['draft 4', { $schema: 'http://json-schema.org/draft-04/schema#' }, /`\$schema` must name/],
    [
      'two schemas with one `$id`',
      { $defs: { a: { $id: 'x', type: 'null' }, b: { $id: 'x' } }, $ref: 'x' },
      /resolves to more than one schema/,
    ],
  ])('%s is refused', (_, schema, message) => {
    expect(() => jsonSchema(schema)).toThrow(message)
  })

  test('ajv takes all items for evaluated beside `contains`', () => {
    expect(accepts(jsonSchema({ contains: { const: 1 }, unevaluatedItems: false }), [1, 2])).toBe(true)
  })
})

describe('strict: true', () => {
  test.each<[JsonSchema, RegExp]>([
    [{ type: 'object', requird: ['a'] }, /unknown keyword: "requird"/],
    [{ type: 'string', format: 'emial' }, /unknown format "emial"/],
    [{ minLength: 3 }, /missing type "string"/],
    [{ type: 'string', pattern: '\\-' }, /regular expression|regex/],
  ])('%j is refused', (schema, message) => {
    expect(() => jsonSchema(schema, { strict: true })).toThrow(message)
    expect(() => jsonSchema(schema)).not.toThrow()
  })

  test('must be a boolean', () => {
    expect(() => jsonSchema({}, { strict: 'yes' as never })).toThrow("`strict` must be a boolean, received 'yes'")
    expect(() => jsonSchema({}, { strikt: true } as never)).toThrow('jsonSchema: unknown option `strikt`')
  })
})

test('nothing is written to the console', async () => {
  const written: unknown[] = []
  const { warn, error } = console
  Object.assign(console, {
    warn: (...all: unknown[]) => written.push(all),
    error: (...all: unknown[]) => written.push(all),
  })
  try {
    jsonSchema({ format: 'colour', minLength: 1, 'x-y': 1 })
  } finally {
    Object.assign(console, { warn, error })
  }
  expect(written).toEqual([])
})
