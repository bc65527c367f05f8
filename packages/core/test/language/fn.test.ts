import { describe, expect, test } from '@jest/globals'
import { fn, InvalidConfigurationError, InvalidPayloadError, type StandardSchema } from '@lpipe/core'
import { nameOf, signatureOf } from '@lpipe/core/middleware'
import { libraries } from '../schema/libraries.ts'

describe.each(libraries)('fn() with $library', ({ order }) => {
  test('returns the function itself, which then has a signature', () => {
    const subscribe = ({ email }: { readonly email: string }) => email
    const signed = fn(order, subscribe)
    expect(signed).toBe(subscribe)
    expect(signatureOf(signed)?.schema).toBe(order)
    expect(signed({ email: 'x' })).toBe('x')
    expect(Object.keys(signed)).toEqual([])
  })
})

describe('fn()', () => {
  const { order } = libraries[0] as (typeof libraries)[number]

  test('gives the same signature twice, but not another one', () => {
    const subscribe = () => 1
    fn(order, subscribe)
    expect(fn(order, subscribe)).toBe(subscribe)
    const [, other] = libraries
    expect(() => fn(other?.order as never, subscribe)).toThrow(
      new InvalidConfigurationError(
        'fn(subscribe): the function has another signature already. Wrap it: fn(schema, (kwargs, call) => subscribe(kwargs, call))',
      ),
    )
  })

  test.each([
    ['missing', undefined],
    ['null', null],
    ['object', {}],
    ['object', { type: 'object' }],
    ['function', () => true],
    ['number', 1],
  ])('refuses a schema that is %s', (type, schema) => {
    const store = () => 1
    expect(() => fn(schema as never, store)).toThrow(
      new InvalidConfigurationError(
        `fn(store): the first argument must be a Standard Schema, for example zod's z.object({...}), received ${type}`,
      ),
    )
  })

  test('accepts a schema that is a function, as arktype makes them', () => {
    expect(signatureOf(fn(libraries[2]?.order as StandardSchema, () => 1))?.schema).toBe(libraries[2]?.order)
  })

  test('refuses a function that is missing', () => {
    expect(() => fn(order, undefined as never)).toThrow(
      new InvalidConfigurationError('fn: the second argument must be a function, received missing'),
    )
  })

  test('names an arrow function for logs and errors', () => {
    const signed = fn(order, () => 1, { name: 'subscribe' })
    expect(nameOf(signed)).toBe('subscribe')
    expect(() => signatureOf(signed)?.parse({}, ' (path SUBSCRIBE)')).toThrow(InvalidPayloadError)
    expect(() => signatureOf(signed)?.parse({}, ' (path SUBSCRIBE)')).toThrow(/^subscribe.*\(path SUBSCRIBE\)/)
    expect(() => fn(order, () => 1, { nmae: 'subscribe' } as never)).toThrow(/fn: unknown option `nmae`/)
  })
})

test('nameOf names a function without a name', () => {
  expect(nameOf(() => 1)).toBe('anonymous function')
})
