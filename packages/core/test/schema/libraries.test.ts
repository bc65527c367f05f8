import { describe, expect, test } from '@jest/globals'
import { InvalidPayloadError, type StandardSchema } from '@lpipe/core'
import { hasIssues, validate, validationError } from '@lpipe/core/middleware'
import fc from 'fast-check'
import { libraries } from './libraries.ts'

const right = { name: 'Ada', email: 'ada@example.com' }

/** What a schema lets through of a message, or the error of a function `subscribe` on the path SUBSCRIBE. */
const through = async (schema: StandardSchema, kwargs: unknown): Promise<unknown> => {
  const result = await validate(schema, kwargs)
  if (hasIssues(result)) throw validationError('subscribe', result.issues, kwargs, ' (path SUBSCRIBE)', schema)
  return result.value
}

const errorOf = (schema: StandardSchema, kwargs: unknown): Promise<InvalidPayloadError> =>
  through(schema, kwargs).then(
    () => Promise.reject(new Error('it was let through')),
    (error: unknown) => (error instanceof InvalidPayloadError ? error : Promise.reject(error)),
  )

const messageOf = (schema: StandardSchema, kwargs: unknown): Promise<string> =>
  errorOf(schema, kwargs).then(({ message }) => message)

describe.each(libraries)('$library', ({ order, later, measured, tree, nothing }) => {
  test('lets through what is right, fills in defaults and leaves out what is not declared', async () => {
    expect(await through(order, right)).toEqual({ ...right, tier: 'free' })
    expect(right).toEqual({ name: 'Ada', email: 'ada@example.com' })
    expect(await through(order, { ...right, tier: 'paid', extra: 1 })).toEqual({ ...right, tier: 'paid' })
    expect(await through(nothing, { extra: 1 })).toEqual({})
  })

  test.each<[what: string, kwargs: object]>([
    ['null where it may be', { note: null }],
    ['text or an integer', { code: 'a' }],
    ['an integer or string', { code: 7 }],
    ['1.0, which is an integer', { count: 1.0 }],
    ['an empty array', { tags: [] }],
    ['a nested object', { address: { city: 'London' } }],
    ['false', { flag: false }],
  ])('lets through %s', async (_, more) => {
    expect(await through(order, { ...right, ...more })).toMatchObject(more)
  })

  test.each<[what: string, kwargs: object, message: RegExp]>([
    ['a wrong type', { email: 7 }, /^subscribe: email: expected (string|email), received number \(path SUBSCRIBE\)$/],
    ['null', { name: null }, /name: expected string, received null/],
    ['an array', { name: ['Ada'] }, /name: expected string, received array/],
    ['a boolean for an integer', { count: true }, /count: expected (a )?(number|integer), received boolean/],
    ['a fraction for an integer', { count: 1.5 }, /count: expected (an )?integer, received number/],
    [
      'text for an integer: nothing is coerced',
      { count: '1' },
      /count: expected (a )?(number|integer), received string/,
    ],
    ['text for a boolean', { flag: 'true' }, /flag: expected (boolean|false or true), received string/],
    ['a number for a boolean', { flag: 1 }, /flag: expected (boolean|false or true), received number/],
    [
      'a literal that is not one of them',
      { tier: 'SECRET' },
      /tier: expected \(?"free" (or|\|) "paid"\)?, received string/,
    ],
    ['a format', { email: 'SECRET' }, /email: expected (an )?email( address)?, received string/],
    ['a bound', { size: 0 }, /size: expected (at least |>=)1, received number/],
    ['a union', { code: true }, /code: expected \(?string (or|\|) (a )?(integer|number)\)?, received boolean/],
    ['an entry of an array', { tags: ['a', 1] }, /tags\.1: expected string, received number/],
    ['a nested member', { address: { city: 1 } }, /address\.city: expected string, received number/],
    ['a nested member that is missing', { address: {} }, /address\.city: (required|expected string), received missing/],
    [
      'an array for an object',
      { address: [] },
      /address(\.city)?: (required|expected (object|string)), received (array|missing)/,
    ],
  ])('refuses %s', async (_, more, message) => {
    const error = await errorOf(order, { ...right, ...more })
    expect(error.message).toMatch(message)
    expect(error.message).not.toContain('SECRET')
    expect(error.issues.length).toBeGreaterThan(0)
  })

  test('refuses what is missing, and names each member', async () => {
    const error = await errorOf(order, {})
    expect(error.message).toMatch(/name: (required|expected string), received missing/)
    expect(error.message).toMatch(/email: (required|expected string|expected email), received missing/)
    expect(error.issues).toHaveLength(2)
  })

  test.each([null, undefined, 1, 'text', []])('refuses kwargs that are not an object: %j', async (kwargs) => {
    expect(await messageOf(order, kwargs)).toMatch(/^subscribe: .*received /)
  })

  test('says what was received instead of an object', async () => {
    expect(await messageOf(order, null)).toMatch(/^subscribe: kwargs: expected (an )?[Oo]bject, received null \(path/)
  })

  test('takes a schema that answers later', async () => {
    const pending = validate(later, { name: 'Ada', extra: 1 })
    expect(pending).toBeInstanceOf(Promise)
    expect(await through(later, { name: 'Ada', extra: 1 })).toEqual({ name: 'Ada', tier: 'free' })
    expect(await messageOf(later, { name: 1 })).toMatch(/^subscribe: (name|\*): expected string, received number/)
    expect(await messageOf(later, { name: 'SECRET' })).toMatch(/^subscribe: \*: [^S]*, received string/)
  })

  test('takes a transform, and leaves the message as it was', async () => {
    const kwargs = { text: 'four' }
    expect(await through(measured, kwargs)).toEqual({ text: 4 })
    expect(kwargs).toEqual({ text: 'four' })
  })

  test('reads own members alone', async () => {
    for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
      const kwargs = JSON.parse(`{ "name": "Ada", "email": "ada@example.com", "${name}": { "polluted": true } }`)
      const seen = await through(order, kwargs)
      expect(Object.getPrototypeOf(seen)).toBe(Object.prototype)
    }
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  test('refuses a message that is nested too deeply', async () => {
    const deep: unknown = JSON.parse(`${'{"next":'.repeat(100_000)}{}${'}'.repeat(100_000)}`)
    expect(await messageOf(tree, deep)).toBe(
      'subscribe: kwargs: expected less nesting, received object (path SUBSCRIBE)',
    )
  })

  test('never puts a value of the message into the error', async () => {
    const secret = fc.stringMatching(/^[a-z]{3}[0-9]{6}$/)
    const value = fc.oneof(
      secret,
      fc.array(secret),
      fc.dictionary(secret, secret),
      fc.record({ city: fc.array(secret) }),
    )
    const some = fc.record(
      { name: value, email: value, tier: value, count: value, size: value, code: value, tags: value, address: value },
      { requiredKeys: [] },
    )
    await fc.assert(
      fc.asyncProperty(some, async (kwargs) => {
        const result = await validate(order, kwargs)
        if (!hasIssues(result)) return
        const { message } = validationError('subscribe', result.issues, kwargs, '', order)
        expect(message).not.toMatch(/[a-z]{3}[0-9]{6}/)
      }),
      { numRuns: 500 },
    )
  })
})
