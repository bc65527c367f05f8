import { type AnyFunction, type Call, fn, type StandardSchema } from '@lpipe/core'
import { isObject } from '@lpipe/core/middleware'
import { jsonSchema } from '@lpipe/json-schema'
import { type } from 'arktype'
import * as v from 'valibot'
import { z } from 'zod'
import { generated } from './generated.ts'

/** The same signature in every way that there is to give one. */
export interface Way {
  readonly way: string
  /** a function of this name with the signature */
  readonly make: (name: 'first' | 'second', run: Run) => AnyFunction
}

export type Run = (kwargs: object, call: Call) => unknown

/** The signature as a JSON Schema: what ajv says of it is what every way must say. */
export const contract = {
  type: 'object',
  required: ['text', 'int'],
  properties: {
    text: { type: 'string' },
    int: { type: 'integer' },
    num: { type: 'number' },
    flag: { type: 'boolean' },
    nil: { type: 'null' },
    tier: { enum: ['free', 'paid'], default: 'free' },
    either: { anyOf: [{ type: 'string' }, { type: 'integer' }] },
    maybe: { type: ['string', 'null'] },
    tags: { type: 'array', items: { type: 'string' } },
    at: { type: 'object', required: ['city'], properties: { city: { type: 'string' }, zip: { type: 'integer' } } },
    counts: { type: 'object', additionalProperties: { type: 'integer' } },
    shape: {
      oneOf: [
        { type: 'object', required: ['kind', 'r'], properties: { kind: { const: 'circle' }, r: { type: 'number' } } },
        {
          type: 'object',
          required: ['kind', 'side'],
          properties: { kind: { const: 'square' }, side: { type: 'number' } },
        },
      ],
    },
    tree: { $ref: '#/$defs/tree' },
  },
  $defs: { tree: { type: 'object', properties: { next: { $ref: '#/$defs/tree' } } } },
} as const

const zodTree = z.looseObject({
  get next() {
    return zodTree.optional()
  },
})

const zod = z.object({
  text: z.string(),
  int: z.int(),
  num: z.number().optional(),
  flag: z.boolean().optional(),
  nil: z.null().optional(),
  tier: z.enum(['free', 'paid']).default('free'),
  either: z.union([z.string(), z.int()]).optional(),
  maybe: z.string().nullable().optional(),
  tags: z.array(z.string()).optional(),
  at: z.looseObject({ city: z.string(), zip: z.int().optional() }).optional(),
  counts: z.record(z.string(), z.int()).optional(),
  shape: z
    .discriminatedUnion('kind', [
      z.looseObject({ kind: z.literal('circle'), r: z.number() }),
      z.looseObject({ kind: z.literal('square'), side: z.number() }),
    ])
    .optional(),
  tree: zodTree.optional(),
})

/** Valibot takes an array for an object. */
const object = v.custom<object>(isObject)
const integer = v.pipe(v.number(), v.integer())
const valibotTree: v.GenericSchema<object> = v.pipe(
  object,
  v.looseObject({ next: v.optional(v.lazy(() => valibotTree)) }),
)

const valibot = v.object({
  text: v.string(),
  int: integer,
  num: v.optional(v.number()),
  flag: v.optional(v.boolean()),
  nil: v.optional(v.null()),
  tier: v.optional(v.picklist(['free', 'paid']), 'free'),
  either: v.optional(v.union([v.string(), integer])),
  maybe: v.optional(v.nullable(v.string())),
  tags: v.optional(v.array(v.string())),
  at: v.optional(v.looseObject({ city: v.string(), zip: v.optional(integer) })),
  counts: v.optional(v.pipe(object, v.record(v.string(), integer))),
  shape: v.optional(
    v.variant('kind', [
      v.looseObject({ kind: v.literal('circle'), r: v.number() }),
      v.looseObject({ kind: v.literal('square'), side: v.number() }),
    ]),
  ),
  tree: v.optional(valibotTree),
})

/** Arktype too takes an array for an object. */
const map = type('object').narrow((value) => !Array.isArray(value))

const arktype = type({
  '+': 'delete',
  text: 'string',
  int: 'number.integer',
  'num?': 'number',
  'flag?': 'boolean',
  'nil?': 'null',
  tier: "'free' | 'paid' = 'free'",
  'either?': 'string | number.integer',
  'maybe?': 'string | null',
  'tags?': 'string[]',
  'at?': { city: 'string', 'zip?': 'number.integer' },
  'counts?': type('Record<string, number.integer>').and(map),
  'shape?': type({ kind: "'circle'", r: 'number' }).or({ kind: "'square'", side: 'number' }),
  'tree?': type.module({ tree: { 'next?': 'tree' } }).tree.and(map),
})

const source = `import type { Call } from '@lpipe/core'
import { behaviours } from './behaviours.ts'

/** @asType integer */
type Integer = number
interface Tree {
  next?: Tree
}
interface Contract {
  text: string
  int: Integer
  num?: number
  flag?: boolean
  nil?: null
  tier?: 'free' | 'paid'
  either?: string | Integer
  maybe?: string | null
  tags?: string[]
  at?: { city: string; zip?: Integer }
  counts?: Record<string, Integer>
  shape?: { kind: 'circle'; r: number } | { kind: 'square'; side: number }
  tree?: Tree
}
export const first = ({ tier = 'free', ...others }: Contract, call: Call): unknown =>
  behaviours.get('first')?.({ tier, ...others }, call)
export async function second({ tier = 'free', ...others }: Contract, call: Call): Promise<unknown> {
  return behaviours.get('second')?.({ tier, ...others }, call)
}
`
const { folder, module } = await generated(source)
const { behaviours } = (await import(`${folder}/behaviours.ts`)) as { readonly behaviours: Map<string, Run> }

const signedWith =
  (schema: StandardSchema<unknown, object>): Way['make'] =>
  (name, run) => {
    const named = { [name]: (kwargs: object, call: Call) => run(kwargs, call) }
    return fn(schema, named[name] as Run)
  }

export const ways: readonly Way[] = [
  { way: 'zod', make: signedWith(zod) },
  { way: 'valibot', make: signedWith(valibot) },
  { way: 'arktype', make: signedWith(arktype) },
  { way: 'JSON Schema', make: signedWith(jsonSchema(contract)) },
  {
    way: 'TypeScript types',
    make: (name, run) => {
      behaviours.set(name, run)
      return module[name] as AnyFunction
    },
  },
]
