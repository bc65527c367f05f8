import { describe, expect, test } from '@jest/globals'
import {
  ask,
  fn,
  InvalidConfigurationError,
  InvalidPayloadError,
  isRefused,
  refusal,
  type StandardSchema,
  signatureOf,
} from '@lpipe/core'
import fc from 'fast-check'
import { libraries } from './signature.schemas.ts'

const right = { name: 'Ada', email: 'ada@example.com' }

/** What a schema lets through of a message, or the error of a function `subscribe` on the path SUBSCRIBE. */
const through = async (schema: StandardSchema, kwargs: unknown): Promise<unknown> => {
  const result = await ask(schema, kwargs)
  if (isRefused(result)) throw refusal('subscribe', result.issues, kwargs, ' (path SUBSCRIBE)')
  return result.value
}

const errorOf = (schema: StandardSchema, kwargs: unknown): Promise<InvalidPayloadError> =>
  through(schema, kwargs).then(
    () => Promise.reject(new Error('it was let through')),
    (error: unknown) => (error instanceof InvalidPayloadError ? error : Promise.reject(error)),
  )

const messageOf = (schema: StandardSchema, kwargs: unknown): Promise<string> =>
  errorOf(schema, kwargs).then(({ message }) => message)

describe.each(libraries)('fn() with $library', ({ order, later, measured, tree, nothing }) => {
  test('returns the function itself, which then knows its schema', () => {
    const subscribe = ({ email }: { readonly email: string }) => email
    const signed = fn(order, subscribe)
    expect(signed).toBe(subscribe)
    expect(signatureOf(signed)).toBe(order)
    expect(signed({ email: 'x' })).toBe('x')
    expect(Object.keys(signed)).toEqual([])
  })

  test('lets through what is right, fills in defaults and leaves out what is not declared', async () => {
    expect(await through(order, right)).toEqual({ ...right, tier: 'free' })
    expect(right).toEqual({ name: 'Ada', email: 'ada@example.com' })
    expect(await through(order, { ...right, tier: 'paid', extra: 1 })).toEqual({ ...right, tier: 'paid' })
    expect(await through(nothing, { extra: 1 })).toEqual({})
  })

  test.each<[what: string, kwargs: object]>([
    ['null where it may be', { note: null }],
    ['text or an integer', { code: 'a' }],
    ['an integer or text', { code: 7 }],
    ['1.0, which is an integer', { count: 1.0 }],
    ['an empty array', { tags: [] }],
    ['a nested object', { address: { city: 'London' } }],
    ['false', { flag: false }],
  ])('lets through %s', async (_, more) => {
    expect(await through(order, { ...right, ...more })).toMatchObject(more)
  })

  test.each<[what: string, kwargs: object, message: RegExp]>([
    ['a wrong type', { email: 7 }, /^subscribe: email: expected (text|email), got number \(path SUBSCRIBE\)$/],
    ['null', { name: null }, /name: expected text, got null/],
    ['an array', { name: ['Ada'] }, /name: expected text, got an array/],
    ['a boolean for an integer', { count: true }, /count: expected (a )?(number|integer), got boolean/],
    ['a fraction for an integer', { count: 1.5 }, /count: expected (an )?integer, got number/],
    ['text for an integer: nothing is coerced', { count: '1' }, /count: expected (a )?(number|integer), got text/],
    ['text for a boolean', { flag: 'true' }, /flag: expected (boolean|false or true), got text/],
    ['a number for a boolean', { flag: 1 }, /flag: expected (boolean|false or true), got number/],
    ['a literal that is none of them', { tier: 'SECRET' }, /tier: expected \(?"free" (or|\|) "paid"\)?, got text/],
    ['a format', { email: 'SECRET' }, /email: expected (an )?email( address)?, got text/],
    ['a bound', { size: 0 }, /size: expected (at least |>=)1, got number/],
    ['a union', { code: true }, /code: expected \(?text (or|\|) (a )?(integer|number)\)?, got boolean/],
    ['an entry of an array', { tags: ['a', 1] }, /tags\.1: expected text, got number/],
    ['a nested member', { address: { city: 1 } }, /address\.city: expected text, got number/],
    ['a nested member that is missing', { address: {} }, /address\.city: (required|expected text), got nothing/],
    [
      'an array for an object',
      { address: [] },
      /address(\.city)?: (required|expected (object|text)), got (an array|nothing)/,
    ],
  ])('refuses %s', async (_, more, message) => {
    const error = await errorOf(order, { ...right, ...more })
    expect(error.message).toMatch(message)
    expect(error.message).not.toContain('SECRET')
    expect(error.issues.length).toBeGreaterThan(0)
  })

  test('refuses what is missing, and names each member', async () => {
    const error = await errorOf(order, {})
    expect(error.message).toMatch(/name: (required|expected text), got nothing/)
    expect(error.message).toMatch(/email: (required|expected text|expected email), got nothing/)
    expect(error.issues).toHaveLength(2)
  })

  test.each([null, undefined, 1, 'text', []])('refuses kwargs that are no object: %j', async (kwargs) => {
    expect(await messageOf(order, kwargs)).toMatch(/^subscribe: .* got /)
  })

  test('says of kwargs that are no object what came', async () => {
    expect(await messageOf(order, null)).toMatch(/^subscribe: kwargs: expected (an )?[Oo]bject, got null \(path/)
  })

  test('takes a schema that answers later', async () => {
    const pending = ask(later, { name: 'Ada', extra: 1 })
    expect(pending).toBeInstanceOf(Promise)
    expect(await through(later, { name: 'Ada', extra: 1 })).toEqual({ name: 'Ada', tier: 'free' })
    expect(await messageOf(later, { name: 1 })).toMatch(/name: expected text, got number/)
    expect(await messageOf(later, { name: 'SECRET' })).toMatch(/^subscribe: name: [^S]*, got text/)
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

  test('answers a message that is nested too deeply with a refusal', async () => {
    const deep: unknown = JSON.parse(`${'{"next":'.repeat(100_000)}{}${'}'.repeat(100_000)}`)
    expect(await messageOf(tree, deep)).toBe('subscribe: kwargs: expected less nesting, got an object (path SUBSCRIBE)')
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
        const result = await ask(order, kwargs)
        if (!isRefused(result)) return
        const { message } = refusal('subscribe', result.issues, kwargs)
        expect(message.replace(/\.[a-z]{3}[0-9]{6}\b/g, '')).not.toMatch(/[a-z]{3}[0-9]{6}/)
      }),
      { numRuns: 500 },
    )
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

describe('ask()', () => {
  const throwing = (error: unknown, how: 'now' | 'later'): StandardSchema => ({
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: () => {
        if (how === 'now') throw error
        return Promise.reject(error)
      },
    },
  })

  test.each(['now', 'later'] as const)('passes on what a schema throws %s, but for too much nesting', async (how) => {
    const error = new TypeError('a transform of the user')
    await expect(async () => ask(throwing(error, how), {})).rejects.toBe(error)
    const other = new RangeError('toFixed() digits argument must be between 0 and 100')
    await expect(async () => ask(throwing(other, how), {})).rejects.toBe(other)
    const range = new RangeError('Maximum call stack size exceeded')
    expect(isRefused(await ask(throwing(range, how), {}))).toBe(true)
  })
})

describe('refusal()', () => {
  test('names five issues and counts the others; all are kept', () => {
    const issues = Array.from({ length: 7 }, (_, index) => ({ message: 'no', path: [`p${index}`] }))
    const error = refusal('store', issues, { p0: 1 })
    expect(error.message).toBe(
      'store: p0: not accepted, got number; p1: not accepted, got nothing; p2: not accepted, got nothing; p3: not accepted, got nothing; p4: not accepted, got nothing; and 2 more',
    )
    expect(error.issues).toBe(issues)
  })

  test('reads paths whose parts are objects, and symbols', () => {
    const path = [{ key: 'a' }, 0, Symbol('s')]
    expect(refusal('store', [{ message: '', path }], { a: [1] }).message).toBe(
      'store: a.0.Symbol(s): not accepted, got nothing',
    )
  })

  test('stays short, whatever names a message chose', () => {
    const key = 'k'.repeat(1_000_000)
    const path = Array.from({ length: 1000 }, () => key)
    expect(refusal('store', [{ message: '', path }], {}).message.length).toBeLessThan(200)
  })
})
