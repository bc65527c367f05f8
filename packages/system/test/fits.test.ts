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
