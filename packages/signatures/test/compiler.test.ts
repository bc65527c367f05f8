import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import type { StandardSchema } from '@lpipe/core'
import { hasIssues, signatureOf, validate } from '@lpipe/core/middleware'
import { generate } from '@lpipe/signatures'
import fc from 'fast-check'
import ts from 'typescript'
import { project } from './project.ts'

/** A JSON value, and the type that it has alone: `{ a: 'x' }`, `[1, null]`. */
type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }

const typeOf = (value: Json): string => {
  if (Array.isArray(value)) return `[${value.map(typeOf).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(([name, member]) => `${name}: ${typeOf(member)}`)
  return `{ ${members.join('; ')} }`
}

const scalar = fc.constantFrom<Json>('a', 'b', '', 1, 2, 1.5, true, false, null)
const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('p', 'q', 'r', 's'), tie('value'), { maxKeys: 3 }),
  ),
}))

/** A type with some values of which the compiler accepts most. */
interface Typed {
  readonly type: string
  readonly values: readonly Json[]
}

const plain: readonly Typed[] = [
  { type: 'string', values: ['', 'z'] },
  { type: 'number', values: [0, 1.5] },
  { type: 'boolean', values: [true, false] },
  { type: 'null', values: [null] },
  { type: '"a"', values: ['a'] },
  { type: '"b"', values: ['b'] },
  { type: '1', values: [1] },
  { type: 'true', values: [true] },
  { type: 'Color', values: ['a', 'c'] },
  { type: '{}', values: [{}, 'a', []] },
  { type: 'object', values: [{}, []] },
  { type: 'unknown', values: [null, 1] },
  { type: '{ length: number }', values: [{ length: 1 }, [1], 'a'] },
  { type: 'Record<number, "a">', values: [{ 1: 'a' }, ['a'], { 1: 'b' }] },
  { type: 'Record<string, any>', values: [{ p: 1 }, [1]] },
  { type: 'Each<"a" | 1>', values: [{ p: 'a' }, { p: 1 }] },
  { type: 'Tree', values: [{ p: 'a' }, { p: [{ p: [] }] }] },
]

const some = (values: readonly Json[]): readonly Json[] => values.slice(0, 4)

/** An object type with a required property: of one without any, the compiler wants a property of a value to be known. */
const objectOf = (member: fc.Arbitrary<Typed>): fc.Arbitrary<Typed> =>
  fc.tuple(member, member, member, fc.constantFrom('', '?')).map(([p, q, r, mark]) => ({
    type: `{ p: ${p.type}; q${mark}: ${q.type}; r?: ${r.type} }`,
    values: some(
      p.values.flatMap((one, at) => [
        { p: one, q: q.values[at] ?? q.values[0] ?? null },
        { p: one, q: q.values[0] ?? null, r: r.values[at] ?? r.values[0] ?? null },
        { p: one },
      ]),
    ),
  }))

const around = (
  one: fc.Arbitrary<Typed>,
  type: (inner: string) => string,
  values: (inner: readonly Json[]) => readonly Json[] = (inner) => inner,
): fc.Arbitrary<Typed> => one.map((inner) => ({ type: type(inner.type), values: some(values(inner.values)) }))

const both = (
  one: fc.Arbitrary<Typed>,
  type: (first: string, second: string) => string,
  values: (first: readonly Json[], second: readonly Json[]) => readonly Json[],
): fc.Arbitrary<Typed> =>
  fc.tuple(one, one).map(([a, b]) => ({ type: type(a.type, b.type), values: some(values(a.values, b.values)) }))

const boxes = (inner: readonly Json[]): readonly Json[] => inner.flatMap((p) => [{ p }, { p, q: { p, q: null } }])
const pairs = (first: readonly Json[], second: readonly Json[]): readonly Json[] =>
  first.flatMap((one) => [
    [one],
    ...second.flatMap((other) => [
      [one, other],
      [one, other, other],
    ]),
  ])

const { type } = fc.letrec<{ type: Typed; object: Typed }>((tie) => {
  const [any, object] = [tie('type'), tie('object')]
  return {
    object: objectOf(any),
    type: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(...plain),
      both(
        any,
        (a, b) => `${a} | ${b}`,
        (a, b) => [...a.slice(0, 2), ...b],
      ),
      around(
        any,
        (one) => `(${one})[]`,
        (inner) => [[], inner],
      ),
      around(any, (one) => `Box<${one}>`, boxes),
      around(
        any,
        (one) => `Record<string, ${one}>`,
        (inner) => [{}, ...inner.map((s) => ({ s }))],
      ),
      both(any, (a, b) => `[${a}, (${b})?]`, pairs),
      both(any, (a, b) => `[${a}, ...(${b})[]]`, pairs),
      both(any, (a, b) => `[first: ${a}, second?: ${b}]`, pairs),
      object,
      around(object, (one) => `Required<${one}>`),
      around(object, (one) => `Readonly<${one}>`),
      around(object, (one) => `EachOmit<${one} | { p: 1; s: 2 }, 'q'>`),
      around(object, (one) => `{ [K in keyof ${one}]: (${one})[K] | null }`),
      // Of one property in two types of an intersection, one is a brand: see types.test.ts.
      both(
        object,
        (a, b) => `(${a}) & { s: ${b} }`,
        (a, b) => a.map((one, at) => ({ ...(one as object), s: b[at] ?? null })),
      ),
      both(
        object,
        (a, b) => `(${a} | ${b}) & { s: 1; p: unknown }`,
        (a, b) => [...a, ...b].map((one) => ({ ...(one as object), s: 1 })),
      ),
      around(any, (one) => `NonNullable<${one}>`),
      around(any, (one) => `Exclude<${one}, string>`),
      around(any, (one) => `Parameters<(one: ${one}) => void>[0]`),
      around(
        any,
        (one) => `{ p: ${one}; q?: never } | { p?: never; q: ${one} }`,
        (inner) => inner.flatMap((one) => [{ p: one }, { q: one }, { p: one, q: one }]),
      ),
      both(
        any,
        (a, b) => `[${a}] | [${a}, ${b}] | [...(${b})[]]`,
        (a, b) => [...a.map((one) => [one]), [...b]],
      ),
      around(object, (one) => `Pick<${one}, 'p'>`),
      around(object, (one) => `Omit<${one}, 'r'>`),
      around(
        object,
        (one) => `${one} & { s: string }`,
        (inner) => inner.map((one) => ({ ...(one as object), s: 'a' })),
      ),
      around(
        any,
        (one) => `{ kind: 'one'; p: ${one} } | { kind: 'two'; q?: ${one} }`,
        (inner) =>
          inner.flatMap((p) => [
            { kind: 'one', p },
            { kind: 'two', p },
            { kind: 'two', q: p },
          ]),
      ),
    ),
  }
})

const known = `enum Color { Red = 'a', Blue = 'c' }
interface Box<T> { p: T; q?: Box<T> | null }
type Each<T> = T extends unknown ? { p: T } : never
type EachOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never
export type Tree = { p: Tree[] | 'a' }
`

test('generated validators accept what the compiler accepts', async () => {
  const types = fc.sample(type, { numRuns: 200, seed: 11 })
  const values = fc.sample(value, { numRuns: 20, seed: 12 })
  const source = `${known}${types.map((one, index) => `export const f${index} = ({ v }: { v: ${one.type} }) => v`).join('\n')}`
  const folder = await project({ 'functions.ts': source })
  const { out, text } = await generate(join(folder, 'functions.ts'))
  await writeFile(out, text)
  const generated = (await import(out)) as Readonly<Record<string, unknown>>

  // Values of its own, of another type, and of none.
  const asked = types.flatMap(({ type: one, values: own }, index) =>
    [...own, ...(types[index - 1]?.values ?? []), ...values].map((given) => ({ one, index, given })),
  )
  const lines = asked.map(({ one, given }, at) => `const c${at}: ${one} = null! as ${typeOf(given)}`)
  const checks = join(folder, 'checks.ts')
  // To the compiler an enum is more than its values.
  const preamble = known
    .replace(/enum Color.*/, "type Color = 'a' | 'c'")
    .trimEnd()
    .split('\n')
  await writeFile(checks, [...preamble, ...lines].join('\n'))
  const program = ts.createProgram([checks], { strict: true, target: ts.ScriptTarget.ES2022, noEmit: true, types: [] })
  const refused = new Set(
    program
      .getSemanticDiagnostics()
      .map(({ file: where, start = 0 }) => where?.getLineAndCharacterOfPosition(start).line),
  )
  const differences = asked.filter(({ index, given }, at) => {
    const result = validate(signatureOf(generated[`f${index}`])?.schema as StandardSchema, { v: given })
    return hasIssues(result as never) !== refused.has(at + preamble.length)
  })
  const texts = differences.map(({ one, given }) => `${one} <- ${JSON.stringify(given)}`)
  expect(texts.sort((a, b) => a.length - b.length).slice(0, 20)).toEqual([])
  expect(refused.size).toBeGreaterThan(1000)
  expect(asked.length - refused.size).toBeGreaterThan(400)
})
