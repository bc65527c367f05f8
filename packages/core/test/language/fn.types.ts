import { type Call, fn, type Output, type StandardSchema } from '@lpipe/core'
import { type } from 'arktype'
import * as v from 'valibot'
import { z } from 'zod'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <_ extends true>(): void => {}

interface Seen {
  name: string
  tier: 'free' | 'paid'
  count?: number | undefined
}

const zodSchema = z.object({
  name: z.string(),
  tier: z.enum(['free', 'paid']).default('free'),
  count: z.number().optional(),
})
const valibotSchema = v.object({
  name: v.string(),
  tier: v.optional(v.picklist(['free', 'paid']), 'free'),
  count: v.optional(v.number()),
})
const arkSchema = type({ name: 'string', tier: "'free' | 'paid' = 'free'", 'count?': 'number | undefined' })

same<Equal<Output<typeof zodSchema>, Seen>>()
same<Equal<Output<typeof valibotSchema>, Seen>>()
same<Equal<Output<typeof arkSchema>, Seen>>()
// What is there of every Standard Schema is there of these.
for (const schema of [zodSchema, valibotSchema, arkSchema]) schema satisfies StandardSchema

// The types of the arguments come from the schema: nothing is written twice.
const subscribe = fn(zodSchema, async ({ name, tier, count }, call) => {
  same<Equal<typeof name, string>>()
  same<Equal<typeof tier, 'free' | 'paid'>>()
  same<Equal<typeof count, number | undefined>>()
  same<Equal<typeof call, Call>>()
  return name.length
})
fn(valibotSchema, ({ name, tier }) => {
  same<Equal<typeof name, string>>()
  same<Equal<typeof tier, 'free' | 'paid'>>()
})
fn(arkSchema, ({ name, tier }) => {
  same<Equal<typeof name, string>>()
  same<Equal<typeof tier, 'free' | 'paid'>>()
})
fn(z.object({ text: z.string().transform((text) => text.length) }), ({ text }) => {
  same<Equal<typeof text, number>>()
})

// A test calls it as the function that it is, and gets what it returns.
export const typed = async (call: Call): Promise<void> => {
  const length = await subscribe({ name: 'Ada', tier: 'free' }, call)
  same<Equal<typeof length, number>>()
  // @ts-expect-error a number is not a string
  await subscribe({ name: 1, tier: 'free' }, call)
  // @ts-expect-error tier is missing
  await subscribe({ name: 'Ada' }, call)
}

// A function that does not ask for the second argument is called with one.
const store = fn(zodSchema, ({ name }) => name)
same<Equal<ReturnType<typeof store>, string>>()
store({ name: 'Ada', tier: 'free' })

// A function that was written before keeps its own types, and must fit the schema.
const named = ({ name }: { name: string }) => name
const signed = fn(zodSchema, named)
same<Equal<Parameters<typeof signed>, [{ name: string }]>>()
// @ts-expect-error the schema gives no `email`
fn(zodSchema, ({ email }: { email: string }) => email)
// @ts-expect-error no schema
fn({ type: 'object' }, () => 1)
