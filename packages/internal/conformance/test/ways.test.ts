import { describe, expect, test } from '@jest/globals'
import { fn, InvalidPayloadError } from '@lpipe/core'
import { memorySenders, silentLogger } from '@lpipe/testing'
import middy from '@middy/core'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { action, lpipe, queue } from 'lpipe-preset'
import { z } from 'zod'
import { contract, type Run, type Way, ways } from './ways.ts'

const context = { awsRequestId: 'request', getRemainingTimeInMillis: () => 600_000 } as never

interface Outcome {
  /** what the function saw, in the order of its calls */
  readonly seen: readonly unknown[]
  /** the errors, by the position of their message */
  readonly errors: ReadonlyMap<number, unknown>
}

/** Runs messages, given as JSON texts, through lpipe() with one function. */
const run = async ({ make }: Way, texts: readonly string[]): Promise<Outcome> => {
  const seen: unknown[] = []
  const errors = new Map<number, unknown>()
  const first = make('first', (kwargs) => void seen.push(kwargs))
  const handler = middy().use(
    lpipe({
      paths: { SUBSCRIBE: [first] },
      defaultPath: 'SUBSCRIBE',
      logger: silentLogger(),
      capture: (error, { index }) => void errors.set(index, error),
    }),
  )
  await handler(texts, context)
  return { seen, errors }
}

const right = { text: 'a', int: 1 }
const seenOf = (kwargs: object): object => ({ tier: 'free', ...kwargs })

describe.each(ways)('the table, with a signature from $way', (way) => {
  test.each<[what: string, kwargs: object, seen?: object]>([
    ['what is right', right],
    ['a default that is overridden', { ...right, tier: 'paid' }],
    ['extra members, which it does not see', { ...right, extra: 1, constructor: 2 }, right],
    ['an integer for a number', { ...right, num: 1 }],
    ['a fraction for a number', { ...right, num: 1.5 }],
    ['1.0 for an integer', { ...right, int: 1.0 }],
    ['false', { ...right, flag: false }],
    ['null where it must be', { ...right, nil: null }],
    ['null where it may be', { ...right, maybe: null }],
    ['either of a union', { ...right, either: 'a' }],
    ['the other of a union', { ...right, either: 1 }],
    ['arrays', { ...right, tags: ['a', 'b'] }],
    ['nested objects', { ...right, at: { city: 'a', zip: 1 } }],
    ['nested objects with more in them', { ...right, at: { city: 'a', more: 1 } }],
    ['records', { ...right, counts: { a: 1, b: 2 } }],
    ['one of several objects', { ...right, shape: { kind: 'square', side: 1 } }],
    ['a tree', { ...right, tree: { next: { next: {} } } }],
  ])('lets through %s', async (_, kwargs, seen = kwargs) => {
    const outcome = await run(way, [JSON.stringify(kwargs)])
    expect(outcome).toEqual({ seen: [seenOf(seen)], errors: new Map() })
  })

  test.each<[what: string, kwargs: object, message: RegExp]>([
    ['a missing member', { int: 1 }, /text: (expected string|required), received missing/],
    ['two missing members', {}, /: .*; .*/],
    ['a wrong type', { ...right, text: 7 }, /text: expected string, received number/],
    ['null', { ...right, text: null }, /text: expected string, received null/],
    ['null for a default', { ...right, tier: null }, /tier: expected \(?"free" (or|\|) "paid"\)?, received null/],
    ['another literal', { ...right, tier: 'SECRET' }, /tier: expected \(?"free" (or|\|) "paid"\)?, received string/],
    ['a fraction for an integer', { ...right, int: 1.5 }, /int: expected (an )?integer, received number/],
    ['a boolean for an integer', { ...right, int: true }, /int: expected (a )?(integer|number), received boolean/],
    ['text for an integer', { ...right, int: '1' }, /int: expected (a )?(integer|number), received string/],
    ['text for a number', { ...right, num: '1' }, /num: expected (a )?number, received string/],
    ['a number for a boolean', { ...right, flag: 1 }, /flag: expected (boolean|false or true), received number/],
    ['what is none of a union', { ...right, either: false }, /either: .*, received boolean/],
    ['a fraction in a union', { ...right, either: 1.5 }, /either: .*, received number/],
    ['an entry of an array', { ...right, tags: ['a', 1] }, /tags\.1: expected string, received number/],
    ['an object for an array', { ...right, tags: {} }, /tags: expected (an )?[Aa]rray, received object/],
    ['a nested member', { ...right, at: { city: 1 } }, /at\.city: expected string, received number/],
    ['a nested member that is missing', { ...right, at: {} }, /at\.city: (expected string|required), received missing/],
    ['an array for an object', { ...right, at: [] }, /at(\.city)?: /],
    [
      'a member of a record',
      { ...right, counts: { a: 'SECRET' } },
      /counts\.\*: expected (a )?(integer|number), received string/,
    ],
    ['an array for a record', { ...right, counts: [1] }, /counts: .*, received array/],
    ['none of several objects', { ...right, shape: { kind: 'SECRET' } }, /shape(\.kind)?: /],
    ['one that lacks a member', { ...right, shape: { kind: 'circle' } }, /shape/],
  ])('refuses %s', async (_, kwargs, message) => {
    const { seen, errors } = await run(way, [JSON.stringify(kwargs)])
    const error = errors.get(0) as InvalidPayloadError
    expect(seen).toEqual([])
    expect(error).toBeInstanceOf(InvalidPayloadError)
    expect(error.message).toMatch(/^first: .* \(path SUBSCRIBE\)$/)
    expect(error.message).toMatch(message)
    expect(error.message).not.toContain('SECRET')
    expect(error.issues.length).toBeGreaterThan(0)
  })

  test('validates all functions of an action before the first one runs', async () => {
    const ran: string[] = []
    const errors: unknown[] = []
    const first = way.make('first', () => void ran.push('first'))
    const other = middy().use(
      lpipe({
        paths: { GO: [action({ functions: [unsigned(ran), first] })] },
        logger: silentLogger(),
        capture: (error) => void errors.push(error),
      }),
    )
    await other([{ path: 'GO', kwargs: { text: 1, int: 1 } }], context)
    expect(ran).toEqual([])
    expect(String(errors)).toBe('InvalidPayloadError: first: text: expected string, received number (path GO)')
    await other([{ path: 'GO', kwargs: right }], context)
    expect(ran).toEqual(['unsigned', 'first'])
  })

  test('hands on the original values: no defaults, nothing that is not declared', async () => {
    const seen: unknown[] = []
    const first = way.make('first', (kwargs) => void seen.push(kwargs))
    const second = way.make('second', (kwargs) => void seen.push(kwargs))
    const last: Run = (kwargs) => void seen.push(kwargs)
    const handler = middy().use(
      lpipe({
        paths: { GO: [action({ functions: [first, second], paths: ['ON'] })], ON: [last] },
        logger: silentLogger(),
      }),
    )
    await handler([{ path: 'GO', kwargs: { ...right, extra: 1 } }], context)
    expect(seen).toEqual([seenOf(right), seenOf(right), right])
  })
})

test('a transform is for the function alone: paths and queues get what the message holds', async () => {
  const seen: unknown[] = []
  const { senders, sentTo } = memorySenders()
  const measure = fn(
    z.object({ text: z.string().transform((text) => text.length), tier: z.string().default('free') }),
    (kwargs) => void seen.push(kwargs),
  )
  const out = queue({ type: 'sqs', name: 'out' })
  const last: Run = (kwargs) => void seen.push(kwargs)
  const handler = middy().use(
    lpipe({
      paths: { GO: [action({ functions: [measure], paths: ['ON'], queues: [out] })], ON: [last] },
      senders,
      logger: silentLogger(),
    }),
  )
  await handler([{ path: 'GO', kwargs: { text: 'four', extra: 1 } }], context)
  expect(seen).toEqual([{ text: 4, tier: 'free' }, { text: 'four' }])
  expect(sentTo('out')).toEqual([{ text: 'four' }])
})

const unsigned =
  (ran: string[]): Run =>
  () =>
    void ran.push('unsigned')

describe('20,000 generated messages', () => {
  const accepts = new Ajv2020({ strict: false }).compile(contract)

  /** Numbers that all libraries call integers alike: zod takes no integer beyond 2^53. */
  const number = fc.oneof(
    fc.integer(),
    fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    fc.constantFrom(0, 1, -1, 1.5, 1e9),
  )
  const scalar = fc.oneof(fc.string(), number, fc.boolean(), fc.constant(null))
  /** Not `constructor`: valibot leaves that out of a record. */
  const name = fc.oneof(
    fc.constantFrom('city', 'zip', 'kind', 'r', 'side', 'next', 'toString'),
    fc.stringMatching(/^[a-z]{1,4}$/),
  )
  const anything = fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }), fc.dictionary(name, scalar, { maxKeys: 3 }))
  /** Mostly right, so that what is wrong is one thing or two. */
  const mostly = <T>(right: fc.Arbitrary<T>) =>
    fc.oneof({ arbitrary: right, weight: 30 }, { arbitrary: anything as fc.Arbitrary<unknown>, weight: 1 })
  /** No array: arktype takes one for an object whose members may all be left out. */
  const map = fc.oneof(scalar, fc.dictionary(name, scalar, { maxKeys: 3 }))
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.record({ next: fc.oneof({ maxDepth: 3 }, map, tie('tree')) }, { requiredKeys: [] }),
  }))
  const shape = fc.oneof(
    fc.record({ kind: fc.constant('circle'), r: mostly(number) }, { requiredKeys: ['kind'] }),
    fc.record({ kind: fc.constant('square'), side: mostly(number) }, { requiredKeys: ['kind'] }),
    fc.record({ kind: fc.string(), r: number, side: number }),
  )
  const message = fc
    .tuple(
      fc.record(
        {
          text: mostly(fc.string()),
          int: mostly(fc.integer()),
          num: mostly(number),
          flag: mostly(fc.boolean()),
          nil: mostly(fc.constant(null)),
          tier: mostly(fc.constantFrom('free', 'paid')),
          either: mostly(fc.oneof(fc.string(), fc.integer())),
          maybe: mostly(fc.option(fc.string())),
          tags: mostly(fc.array(fc.string(), { maxLength: 3 })),
          at: mostly(fc.record({ city: mostly(fc.string()), zip: mostly(fc.integer()) }, { requiredKeys: ['city'] })),
          counts: mostly(fc.dictionary(name, mostly(fc.integer()), { maxKeys: 3 })),
          shape: mostly(shape),
          tree: mostly(tree),
        },
        { requiredKeys: [] },
      ),
      mostly(fc.string()),
      mostly(fc.integer()),
      fc.dictionary(fc.constantFrom('extra', 'constructor', 'toString', '__proto__', 'text2'), anything, {
        maxKeys: 2,
      }),
    )
    .map(([some, text, int, extra]) => JSON.stringify({ ...extra, text, int, ...some }))

  test.each(ways)(
    '$way says what ajv says, and its function sees what it should',
    async (way) => {
      let [count, let_through] = [0, 0]
      await fc.assert(
        fc.asyncProperty(fc.array(message, { minLength: 1000, maxLength: 1000 }), async (texts) => {
          const { seen, errors } = await run(way, texts)
          const wanted = texts.filter((text) => accepts(JSON.parse(text)))
          expect(texts.filter((_, index) => !errors.has(index))).toEqual(wanted)
          expect(seen).toEqual(wanted.map((text) => seenOf(declaredIn(JSON.parse(text)))))
          for (const error of errors.values()) expect(error).toBeInstanceOf(InvalidPayloadError)
          count += texts.length
          let_through += wanted.length
        }),
        { numRuns: 20, seed: 3, endOnFailure: true },
      )
      expect(count).toBe(20_000)
      expect(let_through).toBeGreaterThan(4000)
      expect(let_through).toBeLessThan(16_000)
    },
    120_000,
  )

  const declaredIn = (kwargs: object): object =>
    Object.fromEntries(Object.entries(kwargs).filter(([key]) => Object.hasOwn(contract.properties, key)))
})

describe.each(ways)('hostile messages, with a signature from $way', (way) => {
  /** What became of one message, in bounded time of the processor: a busy machine takes longer. */
  const fate = async (text: string) => {
    const start = process.cpuUsage()
    const { seen, errors } = await run(way, [text])
    const { user, system } = process.cpuUsage(start)
    expect((user + system) / 1000).toBeLessThan(5000)
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
    const error = errors.get(0)
    if (error === undefined) return seen[0]
    expect(error).toBeInstanceOf(InvalidPayloadError)
    const { message } = error as Error
    expect(message.length).toBeLessThan(1000)
    return message
  }
  const tooDeep = 'first: kwargs: expected less nesting, received object (path SUBSCRIBE)'
  const withMember = (member: string) => `{"text":"a","int":1,${member}}`

  test.each([
    '"__proto__":{"polluted":1}',
    '"constructor":{"prototype":{"polluted":1}}',
    '"toString":1,"hasOwnProperty":2',
  ])('%s is a member that is not declared', async (member) => {
    const seen = await fate(withMember(member))
    expect(seen).toEqual(seenOf(right))
    expect(Object.keys(seen as object).sort()).toEqual(['int', 'text', 'tier'])
    expect(Object.getPrototypeOf(seen)).toBe(Object.prototype)
  })

  test('inherited members are not members', async () => {
    expect(await fate('{"__proto__":{"text":"a","int":1}}')).toMatch(/^first: .*text/)
    expect(await fate(withMember('"at":{"__proto__":{"city":"a"}}'))).toMatch(/^first: at\.city: /)
  })

  test('1 MiB of nesting where text is wanted', async () => {
    const deep = `${'['.repeat(512 * 1024)}${']'.repeat(512 * 1024)}`
    expect(await fate(`{"int":1,"text":${deep}}`)).toBe('first: text: expected string, received array (path SUBSCRIBE)')
    // Arktype copies what it is given, all of it.
    expect([seenOf(right), tooDeep]).toContainEqual(await fate(withMember(`"extra":${deep}`)))
  })

  test('1 MiB of nesting where nesting is wanted', async () => {
    const levels = Math.floor((1024 * 1024) / '{"next":}'.length)
    const deep = `${'{"next":'.repeat(levels)}{}${'}'.repeat(levels)}`
    expect(await fate(withMember(`"tree":${deep}`))).toBe(tooDeep)
  })

  test('100,000 keys', async () => {
    const keys = Array.from({ length: 100_000 }, (_, index) => `"k${index}":"SECRET"`).join(',')
    expect(await fate(withMember(keys))).toEqual(seenOf(right))
    const message = await fate(withMember(`"counts":{${keys}}`))
    expect(message).toMatch(/^first: counts\.\*: /)
    expect(message).not.toContain('SECRET')
    expect(await fate(withMember(`"tags":[${'1,'.repeat(100_000)}1]`))).toMatch(/and 99996 more|^first: tags\.0: /)
  })

  test('a name of 1 MiB', async () => {
    const name = 'n'.repeat(1024 * 1024)
    expect(await fate(withMember(`"counts":{"${name}":"SECRET"}`))).toMatch(/^first: counts\.\*: /)
  })
})
