import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { fn, type Issue, type StandardSchema } from '@lpipe/core'
import { hasIssues, signatureOf, validate, validationError } from '@lpipe/core/middleware'
import { generate } from '@lpipe/signatures'
import { project } from './project.ts'

const folder = await project({
  'functions.ts': `
import { type Call, fn, type StandardSchema } from '@lpipe/core'
import { elsewhere as imported } from './elsewhere.ts'
export * from './more.ts'
export { payload } from '@lpipe/core'
export { imported as renamed }
export { imported as again }

/** @param email where the merch goes */
export async function subscribe({ name, email, tier = 'free' }: {
  name: string
  /** @format email */
  email: string
  tier?: 'free' | 'paid'
}) {
  return [name, email, tier] as const
}

export const arrow = ({ n }: { n: number }, call: Call): number => (call.signal.aborted ? 0 : n)
export const expression = function ({ n = 1 }: { n: number }) { return n }
export const annotated: (kwargs: { n: number }) => number = ({ n }) => n
export const satisfied = (({ n }: { n: number }) => n) satisfies (kwargs: { n: number }) => number
type Handler = (kwargs: {
  /** @minimum 1 */
  n: number
}, call: Call) => number
export const typed: Handler = ({ n }) => n
export const satisfying = (({ n }) => n) satisfies Handler
export const optional = (kwargs?: { n: number }) => kwargs
export const nested = ({ at: { city = 'London', zip } = { zip: '' }, 'x-y': xy = 1 }: {
  at: { city: string; zip: string }
  'x-y': number
}) => [city, zip, xy]
interface Shared { size: number }
export const shared = ({ a: { size = 1 }, b }: { a: Shared; b: Shared }) => size + b.size
export const union = (kwargs: { kind: 'a'; x: number } | { kind: 'b'; y: string }) => kwargs
export const none = () => 1
export const empty = ({}: {}) => 1
export const everything = (kwargs: Readonly<Record<string, unknown>>) => kwargs
export const everythingToo = (kwargs: object) => kwargs
export const some = (kwargs: { a: string; [other: string]: unknown }) => kwargs
export const inherited = ({ constructor: c, toString: t, ['__proto__']: p }: { constructor: string; toString: number; ['__proto__']: unknown }) => [c, t, p]
const hidden = ({ n }: { n: number }) => n
export { hidden as switch, hidden as 'x; globalThis.pwned = 1; const y', hidden as "it's", hidden as größe }
export const validate0 = ({ schema11 }: { schema11: string }) => schema11
export const schema11 = ({ func0 }: { func0: string }) => func0
export default async ({ n }: { n: number }) => n

const own: StandardSchema<{ n: number }> = { '~standard': { version: 1, vendor: 'own', validate: (value) => ({ value: value as { n: number } }) } }
export const signedBefore = fn(own, ({ n }) => n)
export const constant = 42
export class Thing { x = 1 }
export interface Type { x: number }
`,
  'elsewhere.ts': 'export const elsewhere = ({ far }: { far: boolean }) => far',
  'more.ts': 'export const starred = ({ s }: { s: string }) => s',
})
const source = join(folder, 'functions.ts')
const { out, text, functions } = await generate(source)
await writeFile(out, text)
const original = (await import(source)) as Readonly<Record<string, unknown>>
const generated = (await import(out)) as Readonly<Record<string, unknown>>

const answer = (name: string, kwargs: unknown): unknown => {
  const schema = signatureOf(generated[name])?.schema
  if (schema === undefined) throw new Error(`${name} has no signature`)
  const result = validate(schema, kwargs) as { issues?: readonly Issue[]; value?: unknown }
  return hasIssues(result as never)
    ? validationError(name, result.issues ?? [], kwargs, '', schema).message
    : result.value
}

interface WithJsonSchema {
  readonly jsonSchema?: { readonly input: (options: { readonly target: string }) => unknown }
}

describe('the generated module', () => {
  test('is beside its source, and has the same exports: the functions are the same ones', () => {
    expect(out).toBe(join(folder, 'functions.signed.ts'))
    expect(Object.keys(generated).sort()).toEqual(Object.keys(original).sort())
    for (const name of Object.keys(original)) expect(generated[name]).toBe(original[name])
  })

  test('shows which functions have a signature', () => {
    expect([...functions].sort()).toEqual(
      "again annotated arrow default empty everything everythingToo expression inherited nested none optional renamed satisfied satisfying schema11 shared some starred subscribe switch typed union validate0 it's größe"
        .split(' ')
        .concat('x; globalThis.pwned = 1; const y')
        .sort(),
    )
    expect(signatureOf(generated['signedBefore'])?.schema['~standard'].vendor).toBe('own')
    expect(signatureOf(generated['payload'])).toBeUndefined()
  })

  test('gives the JSON Schema of each function, so that tools can compare and export it', () => {
    const schemaOf = (name: string): unknown => {
      const standard = signatureOf(generated[name])?.schema['~standard'] as unknown as WithJsonSchema
      return standard.jsonSchema?.input({ target: 'draft-07' })
    }
    expect(schemaOf('subscribe')).toEqual({
      type: 'object',
      properties: {
        name: { type: 'string' },
        email: { type: 'string', format: 'email' },
        tier: { enum: ['free', 'paid'] },
      },
      required: ['name', 'email'],
    })
    expect(schemaOf('none')).toEqual({ type: 'object' })
    expect(schemaOf('shared')).toMatchObject({ properties: { b: { $ref: '#/definitions/Shared' } } })
    expect(functions.filter((name) => typeof schemaOf(name) !== 'object')).toEqual([])
  })

  test('imports the core and its source, nothing else', () => {
    expect([...text.matchAll(/(?:import|from|require)\b\s*\(?\s*['"]([^'"]+)/g)].map(([, from]) => from)).toEqual([
      '@lpipe/core',
      '@lpipe/core/ajv',
      './functions.ts',
      './functions.ts',
    ])
    expect(text).not.toMatch(/\brequire\b\(|new Function|\beval\b/)
  })

  test('is the same each time', async () => {
    expect((await generate(source)).text).toBe(text)
  })

  test('keeps the order of a union, whatever other code says', async () => {
    const other = await project({
      'functions.ts': `const first = 3
export type Level = 2 | 1 | 3
export const a = ({ level, tier }: { level: Level; tier?: 'z' | 'a' | null }) => [first, level, tier]`,
    })
    const { text } = await generate(join(other, 'functions.ts'))
    expect(text).toContain('level: { enum: [2, 1, 3] }, tier: { enum: ["z", "a", null] }')
  })

  test('does not change with words', async () => {
    const other = await project({
      'functions.ts': `// words\nexport const a = ({ t }: { t: Tree }) => t\ntype Tree = { next?: Tree }`,
    })
    const { text: before } = await generate(join(other, 'functions.ts'))
    await writeFile(
      join(other, 'functions.ts'),
      `// other words\n\n/** more */ export const a = ({ t }: { t: Tree }) => t\n/** words */\ntype Tree = { next?: Tree }`,
    )
    expect((await generate(join(other, 'functions.ts'))).text).toBe(before)
  })
})

describe('what its functions take', () => {
  const right = { name: 'Ada', email: 'ada@example.com' }

  test.each<[name: string, kwargs: object, seen: unknown]>([
    ['subscribe', { ...right, extra: 1 }, right],
    ['subscribe', { ...right, tier: 'paid' }, { ...right, tier: 'paid' }],
    ['subscribe', { ...right, tier: 'gold' }, 'subscribe: tier: expected "free" or "paid", received string'],
    ['subscribe', { name: 'Ada' }, 'subscribe: email: expected string, received missing'],
    ['subscribe', { name: 'Ada', email: 'SECRET' }, 'subscribe: email: expected email, received string'],
    [
      'subscribe',
      { name: null, email: 7 },
      'subscribe: name: expected string, received null; email: expected string, received number',
    ],
    ['arrow', { n: 1 }, { n: 1 }],
    ['arrow', { n: '1' }, 'arrow: n: expected number, received string'],
    ['expression', {}, {}],
    ['expression', { n: null }, 'expression: n: expected number, received null'],
    ['annotated', {}, 'annotated: n: expected number, received missing'],
    ['satisfied', {}, 'satisfied: n: expected number, received missing'],
    ['typed', { n: 0 }, 'typed: n: expected >= 1, received number'],
    ['satisfying', { n: 0 }, 'satisfying: n: expected >= 1, received number'],
    ['optional', {}, 'optional: n: expected number, received missing'],
    ["it's", { n: '1' }, "it's: n: expected number, received string"],
    ['größe', { n: 1 }, { n: 1 }],
    ['x; globalThis.pwned = 1; const y', { n: 1, m: 2 }, { n: 1 }],
    ['nested', {}, {}],
    ['nested', { at: { zip: 'a' } }, { at: { zip: 'a' } }],
    [
      'nested',
      { at: {}, 'x-y': 'a' },
      'nested: at.zip: expected string, received missing; x-y: expected number, received string',
    ],
    ['shared', { a: {}, b: { size: 1 } }, { a: {}, b: { size: 1 } }],
    ['shared', { a: {}, b: {} }, 'shared: b.size: expected number, received missing'],
    ['union', { kind: 'a', x: 1, z: 1 }, { kind: 'a', x: 1 }],
    ['union', { kind: 'b', x: 1, y: 'a' }, { kind: 'b', x: 1, y: 'a' }],
    ['none', { a: 1 }, {}],
    ['empty', { a: 1 }, {}],
    ['everything', { a: 1 }, { a: 1 }],
    ['everythingToo', { a: 1 }, { a: 1 }],
    ['some', { a: 'a', b: 1 }, { a: 'a', b: 1 }],
    ['some', { b: 1 }, 'some: a: expected string, received missing'],
    ['switch', {}, 'switch: n: expected number, received missing'],
    ['default', {}, 'default: n: expected number, received missing'],
    ['renamed', { far: 1 }, 'renamed: far: expected boolean, received number'],
    ['again', { far: true }, { far: true }],
    ['starred', { s: 's' }, { s: 's' }],
    ['validate0', { schema11: 's' }, { schema11: 's' }],
    ['schema11', {}, 'schema11: func0: expected string, received missing'],
  ])('%s of %j', (name, kwargs, seen) => {
    const before = structuredClone(kwargs)
    expect(answer(name, kwargs)).toEqual(seen)
    expect(kwargs).toEqual(before)
  })

  test('members that every object inherits are members like any other', () => {
    expect(answer('inherited', {})).toBe(
      'inherited: constructor: expected string, received missing; toString: expected number, received missing; __proto__: expected a value, received missing',
    )
    const kwargs = JSON.parse('{ "constructor": "a", "toString": 1, "__proto__": { "polluted": 1 }, "x": 1 }')
    expect(JSON.stringify(answer('inherited', kwargs))).toBe(
      '{"constructor":"a","toString":1,"__proto__":{"polluted":1}}',
    )
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  test('a property called __proto__ may have any type', async () => {
    const other = await project({
      'functions.ts': "export const f = (kwargs: { ['__proto__']: { n: number } }) => kwargs",
    })
    const made = await generate(join(other, 'functions.ts'))
    await writeFile(made.out, made.text)
    const { f } = (await import(made.out)) as { f: unknown }
    const schema = signatureOf(f)?.schema as StandardSchema
    const right = JSON.parse('{ "__proto__": { "n": 1 } }')
    expect(JSON.stringify(validate(schema, right))).toBe('{"value":{"__proto__":{"n":1}}}')
    expect(hasIssues(validate(schema, {}) as never)).toBe(true)
    expect(hasIssues(validate(schema, JSON.parse('{ "__proto__": { "n": "1" } }')) as never)).toBe(true)
  })

  test('a default is filled in by the function itself', async () => {
    const subscribe = generated['subscribe'] as (kwargs: object) => Promise<readonly string[]>
    expect(await subscribe(right)).toEqual(['Ada', 'ada@example.com', 'free'])
  })

  test('issues are kept without values', () => {
    const schema = signatureOf(generated['subscribe'])?.schema
    expect(schema && validate(schema, { name: 'Ada', email: 'SECRET' })).toEqual({
      issues: [{ message: 'email', path: ['email'], expected: 'email' }],
    })
  })
})

test('one that has another signature already says so when it is loaded', async () => {
  const clash = await project({ 'functions.ts': 'export const f = ({ n }: { n: number }) => n' })
  const one = await generate(join(clash, 'functions.ts'))
  await writeFile(one.out, one.text)
  const { f } = (await import(one.out)) as { f: () => unknown }
  expect(() => fn({ '~standard': { version: 1, vendor: 'own', validate: () => ({ value: {} }) } }, f)).toThrow(
    'has another signature already',
  )
})
