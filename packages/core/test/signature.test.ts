import { describe, expect, test } from '@jest/globals'
import { fn, InvalidConfigurationError, type StandardSchema, signatureOf } from '@lpipe/core'
import { libraries } from './schema/libraries.ts'

describe.each(libraries)('fn() with $library', ({ order }) => {
  test('returns the function itself, which then knows its schema', () => {
    const subscribe = ({ email }: { readonly email: string }) => email
    const signed = fn(order, subscribe)
    expect(signed).toBe(subscribe)
    expect(signatureOf(signed)).toBe(order)
    expect(signed({ email: 'x' })).toBe('x')
    expect(Object.keys(signed)).toEqual([])
  })
})

describe('fn()', () => {
  const { order } = libraries[0] as (typeof libraries)[number]

  test('may be asked twice for the same signature, not for another', () => {
    const subscribe = () => 1
    fn(order, subscribe)
    expect(fn(order, subscribe)).toBe(subscribe)
    const [, other] = libraries
    expect(() => fn(other?.order as never, subscribe)).toThrow(InvalidConfigurationError)
    expect(() => fn(other?.order as never, subscribe)).toThrow(
      'fn(subscribe): this function has another signature already. Wrap it: fn(schema, (kwargs, call) => subscribe(kwargs, call))',
    )
  })

  test.each([undefined, null, {}, { type: 'object' }, () => true, 1])(
    'says what is wrong with the schema %p',
    (schema) => {
      const store = () => 1
      expect(() => fn(schema as never, store)).toThrow(InvalidConfigurationError)
      expect(() => fn(schema as never, store)).toThrow(/^fn\(store\): its first argument must be a Standard Schema/)
    },
  )

  test('takes a schema that is a function, as arktype makes them', () => {
    expect(signatureOf(fn(libraries[2]?.order as StandardSchema, () => 1))).toBe(libraries[2]?.order)
  })

  test('says what is wrong with the function', () => {
    expect(() => fn(order, undefined as never)).toThrow('fn: its second argument must be a function, got nothing')
  })
})
