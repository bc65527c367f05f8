import { describe, expect, test } from '@jest/globals'
import { type JsonSchema, problemsBetween } from '@lpipe/system'
import { z } from 'zod'
import { object } from './descriptions.ts'

const schemaOf = (schema: z.ZodType): JsonSchema =>
  z.toJSONSchema(schema, { io: 'input', target: 'draft-07', unrepresentable: 'any' }) as JsonSchema

const Tree: z.ZodType = z.object({
  name: z.string(),
  get children() {
    return z.array(Tree)
  },
})

const Kinds = z.discriminatedUnion('k', [
  z.object({ k: z.literal('a'), x: z.number().optional() }),
  z.object({ k: z.literal('b') }),
])
const Id = z.object({ id: z.string() })
const Count = z.object({ n: z.number() })

const refused: [from: z.ZodType, to: z.ZodType, problems: string[]][] = [
  [z.object({}), z.object({ id: z.string() }), ['id: is missing, but required']],
  [z.object({ id: z.string().optional() }), z.object({ id: z.string() }), ['id: may be missing, but required']],
  [z.object({ id: z.number() }), z.object({ id: z.string() }), ['id: may be number, expected string']],
  [z.object({ id: z.string().nullable() }), z.object({ id: z.string() }), ['id: may be null, expected string']],
  [z.object({ n: z.number() }), z.object({ n: z.int() }), ['n: may be number, expected integer']],
  [z.object({ n: z.number() }), z.object({ n: z.number().min(1) }), ['n: `minimum` is not set, expected 1']],
  [z.object({ n: z.number().max(9) }), z.object({ n: z.number().max(5) }), ['n: `maximum` is 9, expected 5']],
  [z.object({ t: z.string() }), z.object({ t: z.string().min(1) }), ['t: `minLength` is not set, expected 1']],
  [z.object({ t: z.enum(['a', 'b']) }), z.object({ t: z.enum(['a']) }), ['t: may be "b", which is not accepted']],
  [z.object({ t: z.string() }), z.object({ t: z.enum(['a']) }), ['t: may have any value, expected one of 1']],
  [
    z.object({ a: z.object({ b: z.string() }) }),
    z.object({ a: z.object({ b: z.number() }) }),
    ['a.b: may be string, expected number'],
  ],
  [
    z.object({ list: z.array(z.string()) }),
    z.object({ list: z.array(z.number()) }),
    ['list[]: may be string, expected number'],
  ],
  [z.object({ a: z.string() }), z.strictObject({}), ['a: is not accepted']],
  [
    z.object({ v: z.boolean() }),
    z.object({ v: z.union([z.string(), z.number()]) }),
    ['v: may be boolean, expected string or number'],
  ],
  [
    z.object({ v: z.boolean() }),
    z.object({ v: z.union([z.object({ a: z.string() }), z.array(z.string())]) }),
    ['v: fits none of 2 alternatives'],
  ],
  [Tree, z.object({ name: z.number() }), ['name: may be string, expected number']],
  [z.object({ on: z.boolean() }), z.object({ on: z.literal(true) }), ['on: may be false, which is not accepted']],
  [z.record(z.string(), z.number()), z.record(z.string(), z.string()), ['[name]: may be number, expected string']],
  [z.object({ a: z.string() }), z.record(z.string(), z.number()), ['a: may be string, expected number']],
  [
    z.object({ at: z.tuple([z.string(), z.string()]) }),
    z.object({ at: z.tuple([z.string(), z.number()]) }),
    ['at[1]: may be string, expected number'],
  ],
  [z.object({ k: z.enum(['a', 'c']) }), Kinds, ['fits none of 2 alternatives']],
  [z.enum(['a', 'b', 'c']), z.union([z.literal('a'), z.literal('b')]), ['fits none of 2 alternatives']],
]

describe('what does not fit', () => {
  test.each(refused)('case %#', (from, to, problems) => {
    expect(problemsBetween(schemaOf(from), schemaOf(to))).toEqual(problems)
  })
})

const fitting: [from: z.ZodType, to: z.ZodType][] = [
  [z.object({ id: z.string(), more: z.number() }), z.object({ id: z.string() })],
  [z.object({ n: z.int() }), z.object({ n: z.number() })],
  [z.object({ t: z.literal('a') }), z.object({ t: z.enum(['a', 'b']) })],
  [z.object({ t: z.string() }), z.object({ t: z.string().nullable() })],
  [z.object({ t: z.string().min(5) }), z.object({ t: z.string().min(1) })],
  [z.object({ n: z.number().default(1) }), z.object({ n: z.number().default(2) })],
  [z.object({ v: z.union([z.string(), z.number()]) }), z.object({ v: z.union([z.number(), z.string(), z.boolean()]) })],
  [z.object({ v: z.unknown() }), z.object({ v: z.string() })],
  [Tree, Tree],
  // The same values, written in another way.
  [z.enum(['a', 'b']), z.union([z.literal('a'), z.literal('b'), z.number()])],
  [z.object({ on: z.boolean() }), z.object({ on: z.union([z.literal(true), z.literal(false)]) })],
  [z.object({ k: z.enum(['a', 'b']) }), Kinds],
  [Kinds, z.object({ k: z.enum(['a', 'b', 'c']) })],
  [Id.and(Count), Id.and(Count)],
  [Id.and(Count), z.object({ id: z.string(), n: z.number() })],
  [Id.and(z.union([Count, Kinds])), Id.and(z.union([Kinds, Count]))],
  [z.record(z.string(), z.number()), z.record(z.string(), z.union([z.string(), z.number()]))],
]

describe('what fits', () => {
  test.each(fitting)('case %#', (from, to) => {
    expect(problemsBetween(schemaOf(from), schemaOf(to))).toEqual([])
  })

  test('keywords that are not compared say nothing', () => {
    expect(
      problemsBetween(object({ a: { type: 'string' } }), object({ a: { type: 'string', pattern: '^x' } })),
    ).toEqual([])
    expect(problemsBetween({}, object({ a: { type: 'string' } }))).toEqual([])
    expect(problemsBetween({ $ref: 'https://example.com/schema' }, object({}))).toEqual([])
    expect(problemsBetween(object({}), { $ref: '#/missing' })).toEqual([])
  })

  test('all parts of `allOf` must fit', () => {
    const parts = { allOf: [object({ a: { type: 'string' } }), object({ b: { type: 'string' } })] }
    expect(problemsBetween(object({ a: { type: 'string' } }), parts)).toEqual(['b: is missing, but required'])
    expect(problemsBetween(parts, parts)).toEqual([])
    expect(problemsBetween(parts, object({ b: { type: 'number' } }))).toEqual(['b: may be string, expected number'])
    expect(problemsBetween({ allOf: [{}, {}] }, object({ b: { type: 'number' } }))).toEqual([])
  })

  test('a list of types is what each of them is', () => {
    const either = { type: ['boolean', 'null'] }
    expect(problemsBetween(either, { anyOf: [{ type: 'null' }, { const: true }, { const: false }] })).toEqual([])
    expect(problemsBetween(either, { anyOf: [{ type: 'boolean' }] })).toEqual(['may be null, expected boolean'])
  })
})

describe('values without a type, as @lpipe/signatures writes them', () => {
  test.each<[from: JsonSchema, to: JsonSchema, problems: string[]]>([
    [{ enum: ['a', 'b'] }, { type: 'string' }, []],
    [{ enum: ['a', 1, null] }, { type: 'string' }, ['may be integer or null, expected string']],
    [{ const: 1.5 }, { type: 'number' }, []],
    [{ const: true }, { type: 'number' }, ['may be boolean, expected number']],
    [{ type: 'number' }, { enum: ['a'] }, ['may be number, expected string']],
    [{ type: 'string' }, { enum: ['a'] }, ['may have any value, expected one of 1']],
    [{ enum: ['a'] }, { enum: ['a', 2] }, []],
  ])('%j to %j', (from, to, problems) => {
    expect(problemsBetween(from, to)).toEqual(problems)
  })
})
