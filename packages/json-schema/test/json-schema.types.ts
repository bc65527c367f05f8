import { fn, type Input, type Output, payload, queue } from '@lpipe/core'
import { type FromSchema, type JsonSchema, jsonSchema } from '@lpipe/json-schema'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <_ extends true>(): void => {}

const subscribe = fn(
  jsonSchema({
    type: 'object',
    required: ['name', 'at'],
    properties: {
      name: { type: 'string' },
      age: { type: 'integer' },
      rate: { type: 'number', default: 1 },
      gone: { type: 'null' },
      on: { type: 'boolean' },
      tier: { enum: ['free', 'paid'], default: 'free' },
      kind: { const: 'order' },
      tags: { type: 'array', items: { type: 'string' } },
      either: { type: ['string', 'null'] },
      union: { anyOf: [{ type: 'integer' }, { type: 'array', items: { type: 'boolean' } }] },
      pair: { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }], minItems: 2, items: false },
      more: { type: 'array', prefixItems: [{ type: 'string' }], minItems: 1, items: { type: 'number' } },
      maybe: { type: 'string', nullable: true },
      at: {
        type: 'object',
        required: ['city'],
        properties: { city: { type: 'string' }, zip: { type: 'string' } },
      },
      counts: { type: 'object', additionalProperties: { type: 'integer' } },
      any: {},
    },
  }),
  async (kwargs) => {
    same<
      Equal<
        typeof kwargs,
        {
          name: string
          age?: number
          rate: number
          gone?: null
          on?: boolean
          tier: 'free' | 'paid'
          kind?: 'order'
          tags?: string[]
          either?: string | null
          union?: number | boolean[]
          pair?: [string, number]
          more?: [string, ...number[]]
          maybe?: string | null
          at: { city: string; zip?: string }
          counts?: { [name: string]: number }
          any?: unknown
        }
      >
    >()
    return kwargs.name
  },
)

export const typed = async (): Promise<void> => {
  const name = await subscribe({ name: 'Ada', rate: 1, tier: 'free', at: { city: 'London' } })
  same<Equal<typeof name, string>>()
  // @ts-expect-error a tier that there is not
  await subscribe({ name: 'Ada', rate: 1, tier: 'gold', at: { city: 'London' } })
  // @ts-expect-error no city
  await subscribe({ name: 'Ada', rate: 1, tier: 'free', at: {} })
}

same<Equal<FromSchema<true>, unknown>>()
same<Equal<FromSchema<{ allOf: readonly [{ type: 'string' }, { enum: readonly ['a', 'b'] }] }>, 'a' | 'b'>>()

// What else a message may hold is unknown.
fn(jsonSchema({ type: 'object', properties: { a: { type: 'string' } }, additionalProperties: true }), (kwargs) => {
  same<Equal<(typeof kwargs)['b'], unknown>>()
})

// A schema that is not a literal says nothing.
const wide = jsonSchema({} as JsonSchema)
same<Equal<Output<typeof wide>, unknown>>()
same<Equal<Input<typeof wide>, unknown>>()

// @ts-expect-error no type of JSON Schema
jsonSchema({ type: 'strng' })
// @ts-expect-error the schema declares no `email`
fn(jsonSchema({ type: 'object', properties: {} }), ({ email }: { email: string }) => email)

const order = jsonSchema({
  type: 'object',
  required: ['id', 'tier', 'at'],
  properties: {
    id: { type: 'string' },
    tier: { enum: ['free', 'paid'], default: 'free' },
    at: { type: 'object', properties: { zip: { type: 'string', default: '' }, city: { type: 'string' } } },
  },
})
// What a message must hold: a property with a default may be missing, also a required one.
same<Equal<Input<typeof order>, { id: string; tier?: 'free' | 'paid'; at: { zip?: string; city?: string } }>>()
same<Equal<Output<typeof order>, { id: string; tier: 'free' | 'paid'; at: { zip: string; city?: string } }>>()

export const sent = (): void => {
  const orders = queue({ type: 'sqs', name: 'orders', schema: order })
  payload({ queue: orders, kwargs: { id: 'a', at: {} } })
  payload({ queue: orders, kwargs: { id: 'a', tier: 'paid', at: { zip: '1' } } })
  // @ts-expect-error the id is not a string
  payload({ queue: orders, kwargs: { id: 1, at: {} } })
  // @ts-expect-error no such tier
  payload({ queue: orders, kwargs: { id: 'a', tier: 'gold', at: {} } })
  // @ts-expect-error what `at` is, is missing
  payload({ queue: orders, kwargs: { id: 'a' } })
}
