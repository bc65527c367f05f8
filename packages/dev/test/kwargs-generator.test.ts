import { afterEach, expect, test } from '@jest/globals'
import { createKwargsGenerator, type KwargsGenerator, modestSchema } from '../src/actions/kwargs-generator.ts'

let generator: KwargsGenerator
afterEach(() => generator?.close())

const objectWith = (property: object) => ({ type: 'object', required: ['value'], properties: { value: property } })
const make = async (property: object, longestMillis?: number): Promise<unknown> => {
  generator = createKwargsGenerator(objectWith(property), longestMillis)
  const [kwargs] = await generator.make([3])
  return (kwargs as { readonly value: unknown }).value
}

test('large maximums do not make large messages', async () => {
  const text = await make({ type: 'string', maxLength: 10_000_000 })
  expect(String(text).length).toBeLessThanOrEqual(1000)
  await generator.close()
  const list = await make({ type: 'array', maxItems: 10_000_000, items: { type: 'boolean' } })
  expect((list as unknown[]).length).toBeLessThanOrEqual(100)
})

test.each([
  ['a string', { type: 'string', minLength: 1_000_000_000 }],
  ['an array', { type: 'array', minItems: 100_000_000, items: { type: 'integer' } }],
  ['arrays in arrays', [1, 2, 3, 4, 5].reduce<object>((items) => ({ type: 'array', minItems: 1000, items }), {})],
])('a schema that requires too much is given up, and nothing waits for it: %s', async (_, property) => {
  let ticks = 0
  const timer = setInterval(() => (ticks += 1), 20)
  await expect(make(property, 1000)).rejects.toThrow(/too large: none was made within 1 seconds|memory limit/)
  clearInterval(timer)
  expect(ticks).toBeGreaterThan(5)
})

test('a schema that refers to itself ends', async () => {
  const node = {
    type: 'object',
    required: ['children'],
    properties: { children: { type: 'array', minItems: 3, items: { $ref: '#/$defs/node' } } },
  }
  generator = createKwargsGenerator({ $ref: '#/$defs/node', $defs: { node } })
  expect(await generator.make([1])).toEqual([{ children: expect.any(Array) }])
})

test('a schema that cannot be used says why', async () => {
  generator = createKwargsGenerator(objectWith({ $ref: '#/$defs/missing' }))
  await expect(generator.make([1])).rejects.toThrow(/missing/)
})

test('only maximums are lowered, and never below the minimums', () => {
  const property = { type: 'string', minLength: 5000, maxLength: 9000 }
  const properties = { maxLength: property, list: { type: 'array', maxItems: 3 } }
  const schema = { type: 'object', properties, default: { maxLength: 9000 } }
  expect(modestSchema(schema)).toEqual({
    ...schema,
    properties: { ...properties, maxLength: { ...property, maxLength: 5000 } },
  })
})
