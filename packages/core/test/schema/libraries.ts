import type { StandardSchema } from '@lpipe/core'
import { type } from 'arktype'
import * as v from 'valibot'
import { z } from 'zod'

/** What a message of the examples holds. */
export interface Order {
  readonly name: string
  readonly email: string
  readonly tier: 'free' | 'paid'
  readonly count?: number | undefined
  readonly size?: number | undefined
  readonly note?: string | null | undefined
  readonly code?: string | number | undefined
  readonly flag?: boolean | undefined
  readonly tags?: readonly string[] | undefined
  readonly address?: { readonly city: string } | undefined
}

/** One library's way to write the schemas of this suite. */
export interface Library {
  readonly library: string
  readonly order: StandardSchema<unknown, Order>
  /** the same, asked in the background */
  readonly later: StandardSchema<unknown, { readonly name: string; readonly tier: string }>
  /** a text that becomes its length */
  readonly measured: StandardSchema<unknown, { readonly text: number }>
  /** a tree of any depth */
  readonly tree: StandardSchema<unknown, { readonly next?: unknown }>
  readonly nothing: StandardSchema<unknown, object>
}

const zodTree = z.object({
  get next() {
    return zodTree.optional()
  },
})

const zod: Library = {
  library: 'zod 4',
  order: z.object({
    name: z.string(),
    email: z.email(),
    tier: z.enum(['free', 'paid']).default('free'),
    count: z.int().optional(),
    size: z.number().min(1).optional(),
    note: z.string().nullish(),
    code: z.union([z.string(), z.int()]).optional(),
    flag: z.boolean().optional(),
    tags: z.array(z.string()).optional(),
    address: z.object({ city: z.string() }).optional(),
  }),
  later: z.object({ name: z.string().refine(async (name) => name !== 'SECRET'), tier: z.string().default('free') }),
  measured: z.object({ text: z.string().transform((text) => text.length) }),
  tree: zodTree,
  nothing: z.object({}),
}

const valibotTree: v.GenericSchema<{ next?: unknown }> = v.object({ next: v.optional(v.lazy(() => valibotTree)) })

const valibot: Library = {
  library: 'valibot 1',
  order: v.object({
    name: v.string(),
    email: v.pipe(v.string(), v.email()),
    tier: v.optional(v.picklist(['free', 'paid']), 'free'),
    count: v.optional(v.pipe(v.number(), v.integer())),
    size: v.optional(v.pipe(v.number(), v.minValue(1))),
    note: v.nullish(v.string()),
    code: v.optional(v.union([v.string(), v.pipe(v.number(), v.integer())])),
    flag: v.optional(v.boolean()),
    tags: v.optional(v.array(v.string())),
    address: v.optional(v.object({ city: v.string() })),
  }),
  later: v.objectAsync({
    name: v.pipeAsync(
      v.string(),
      v.checkAsync(async (name) => name !== 'SECRET'),
    ),
    tier: v.optional(v.string(), 'free'),
  }),
  measured: v.object({
    text: v.pipe(
      v.string(),
      v.transform((text) => text.length),
    ),
  }),
  tree: valibotTree,
  nothing: v.object({}),
}

/** Arktype has no asynchronous checks of its own: its answer is given later, as a schema of one's own may do. */
const later = <I, O>(schema: StandardSchema<I, O>): StandardSchema<I, O> => ({
  '~standard': {
    version: 1,
    vendor: 'later',
    validate: async (value) => schema['~standard'].validate(value),
  },
})

const arkTree = type({ 'next?': 'this' })

const arktype: Library = {
  library: 'arktype 2',
  order: type({
    '+': 'delete',
    name: 'string',
    email: 'string.email',
    tier: "'free' | 'paid' = 'free'",
    'count?': 'number.integer',
    'size?': 'number >= 1',
    'note?': 'string | null',
    'code?': 'string | number.integer',
    'flag?': 'boolean',
    'tags?': 'string[]',
    'address?': { city: 'string' },
  }),
  later: later(
    type({
      '+': 'delete',
      name: type('string').narrow((name, ctx) => name !== 'SECRET' || ctx.mustBe('another name')),
      tier: "string = 'free'",
    }),
  ),
  measured: type({ '+': 'delete', text: type('string').pipe((text) => text.length) }),
  tree: arkTree,
  nothing: type({ '+': 'delete' }),
}

export const libraries: readonly Library[] = [zod, valibot, arktype]
