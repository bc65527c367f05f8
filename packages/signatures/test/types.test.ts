import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { StandardSchema } from '@lpipe/core'
import { hasIssues, signatureOf, validate } from '@lpipe/core/middleware'
import { generate } from '@lpipe/signatures'
import { project } from './project.ts'

interface Row {
  /** what `v` is */
  readonly type: string
  readonly right: readonly unknown[]
  readonly wrong: readonly unknown[]
}

/** What the types mean: which values of `v` a function lets through, undefined for none. */
const rows: readonly Row[] = [
  { type: 'string', right: ['', 'a'], wrong: [undefined, null, 1, true, {}, []] },
  { type: 'number', right: [0, 1, 1.5, -1], wrong: [undefined, null, '1', true] },
  { type: 'boolean', right: [true, false], wrong: [0, 1, 'true', null] },
  { type: 'null', right: [null], wrong: [undefined, 0, ''] },
  { type: 'unknown', right: [undefined, null, 1, {}], wrong: [] },
  { type: 'any', right: [undefined, null, 1, {}], wrong: [] },
  { type: 'object', right: [{}, { a: 1 }], wrong: ['a', 1, null] },
  { type: '{}', right: [{}, { a: 1 }], wrong: ['a', 1, null, undefined] },
  { type: 'string | undefined', right: ['a', undefined], wrong: [1, null] },
  { type: 'string | null', right: ['a', null], wrong: [1, undefined] },
  { type: 'string | number', right: ['a', 1], wrong: [true, null] },
  { type: "'free' | 'paid'", right: ['free', 'paid'], wrong: ['', 'FREE', 1, null] },
  { type: "'a' | 1 | true | null", right: ['a', 1, true, null], wrong: ['b', 2, false] },
  { type: '-1 | 2', right: [-1, 2], wrong: [1, '2'] },
  { type: 'true', right: [true], wrong: [false] },
  { type: '`a-$'.concat('{"x" | "y"}`'), right: ['a-x', 'a-y'], wrong: ['a-z', 'a-'] },
  { type: 'Color', right: ['red', 'blue'], wrong: ['Red', 'green', 0] },
  { type: 'Color.Red', right: ['red'], wrong: ['blue'] },
  { type: 'Level', right: [0, 1, 5], wrong: [2, '0', 'Low'] },
  { type: 'Mixed', right: [0, 'b'], wrong: [1, 'B'] },
  { type: 'Tier', right: ['free', 'paid'], wrong: ['Free'] },
  { type: 'string[]', right: [[], ['a']], wrong: [['a', 1], 'a', {}, { length: 0 }] },
  { type: 'readonly (string | number)[]', right: [['a', 1]], wrong: [[null]] },
  { type: 'Array<{ n: number }>', right: [[{ n: 1 }]], wrong: [[{}], [{ n: '1' }]] },
  { type: '[string, number]', right: [['a', 1]], wrong: [[], ['a'], ['a', 'b'], ['a', 1, 2]] },
  { type: '[string, number?]', right: [['a'], ['a', 1]], wrong: [[], ['a', 'b'], ['a', 1, 2]] },
  { type: '[first: string, second?: number]', right: [['a'], ['a', 1]], wrong: [[], [1]] },
  { type: '[string, ...number[]]', right: [['a'], ['a', 1, 2]], wrong: [[], ['a', 'b']] },
  {
    type: "[first: number, second?: 'b'] | [Required<Address>, 1?]",
    right: [[1], [1, 'b'], [{ city: 'a', zip: 'b' }]],
    wrong: [['a'], [1, 1], [{ city: 'a' }]],
  },
  {
    type: 'Required<Address>[] | { n: number }[]',
    right: [[], [{ n: 1 }], [{ city: 'a', zip: 'b' }]],
    wrong: [[{ city: 'a' }], [{ n: '1' }]],
  },
  { type: '[]', right: [[]], wrong: [[1]] },
  { type: 'Record<string, number>', right: [{}, { a: 1 }], wrong: [{ a: 'b' }, []] },
  { type: "Record<'x' | 'y', number>", right: [{ x: 1, y: 2 }], wrong: [{ x: 1 }, { x: 1, y: 'a' }] },
  { type: "Partial<Record<'x' | 'y', number>>", right: [{}, { x: 1 }], wrong: [{ x: 'a' }] },
  {
    type: '{ a: string; [other: string]: string }',
    right: [{ a: 'b', c: 'd' }],
    wrong: [{ a: 'b', c: 1 }, { c: 'd' }],
  },
  {
    type: 'Address',
    right: [{ city: 'a' }, { city: 'a', zip: 'b' }, { city: 'a', extra: 1 }],
    wrong: [{}, { city: 1 }],
  },
  {
    type: 'Address & { country: string }',
    right: [{ city: 'a', country: 'b' }],
    wrong: [{ city: 'a' }, { country: 'b' }],
  },
  { type: 'Imported', right: [{ at: { city: 'a' } }], wrong: [{ at: {} }, {}] },
  {
    type: 'Page<Address>',
    right: [{ items: [{ city: 'a' }], next: null }],
    wrong: [{ items: [{}], next: null }, { items: [] }],
  },
  { type: 'Page<string>', right: [{ items: ['a'], next: 'b' }], wrong: [{ items: [{ city: 'a' }], next: null }] },
  { type: 'Sub', right: [{ v: 1, w: 'a' }], wrong: [{ v: 1 }, { v: 'a', w: 'a' }] },
  { type: 'Partial<Address>', right: [{}, { city: 'a' }], wrong: [{ city: 1 }] },
  { type: 'Required<Address>', right: [{ city: 'a', zip: 'b' }], wrong: [{ city: 'a' }, {}] },
  { type: 'Readonly<Address>', right: [{ city: 'a' }], wrong: [{}] },
  { type: "Pick<Address, 'city'>", right: [{ city: 'a', zip: 1 }], wrong: [{}] },
  { type: "Omit<Address, 'city'>", right: [{}, { zip: 'a' }], wrong: [{ zip: 1 }] },
  { type: 'keyof Address', right: ['city', 'zip'], wrong: ['country'] },
  { type: "Address['city']", right: ['a'], wrong: [1] },
  { type: "Exclude<'a' | 'b' | 'c', 'a'>", right: ['b', 'c'], wrong: ['a'] },
  { type: 'typeof defaults', right: [{ host: 'a', port: 1 }], wrong: [{ host: 'a' }, { host: 1, port: 1 }] },
  { type: 'Nullable<Address>', right: [{ city: null }, { city: 'a', zip: null }], wrong: [{}, { city: 1 }] },
  {
    type: 'Tree',
    right: [{ value: 1 }, { value: 1, children: [{ value: 2 }] }],
    wrong: [{ value: 1, children: [{}] }],
  },
  {
    type: 'Shape',
    right: [{ kind: 'circle', r: 1 }, { kind: 'square', side: 2 }, { kind: 'none' }],
    wrong: [{ kind: 'circle' }, { kind: 'square', r: 1 }, { kind: 'other' }, {}],
  },
  {
    type: 'Chain',
    right: [
      { kind: 'end', at: { city: 'a', zip: 'b' } },
      { kind: 'link', next: { kind: 'end', at: { city: 'a', zip: 'b' } } },
    ],
    wrong: [{ kind: 'end', at: { city: 'a' } }, { kind: 'link', next: { kind: 'link' } }, { kind: 'link' }],
  },
  { type: 'Shape[]', right: [[{ kind: 'circle', r: 1 }, { kind: 'none' }]], wrong: [[{ kind: 'circle' }]] },
  { type: 'Id', right: ['a'], wrong: [1] },
  { type: 'Int', right: [1, 1.0, -3], wrong: [1.5, '1', true] },
  { type: 'string | Int', right: ['a', 1], wrong: [1.5] },
  {
    type: 'Tagged',
    right: [{ at: '2026-01-02', n: 2, s: 'abc', list: [1, 2], i: 1, nn: null }],
    wrong: [
      { at: 'x', n: 2, s: 'abc', list: [], i: 1, nn: 'a' },
      { at: '2026-01-02', n: 0, s: 'abc', list: [], i: 1, nn: 'a' },
      { at: '2026-01-02', n: 2, s: 'x', list: [], i: 1, nn: 'a' },
      { at: '2026-01-02', n: 2, s: 'abc', list: [1, 1], i: 1, nn: 'a' },
      { at: '2026-01-02', n: 2, s: 'abc', list: [], i: 1.5, nn: 'a' },
      { at: '2026-01-02', n: 2, s: 'abc', list: [], i: 1, nn: 1 },
    ],
  },
  { type: 'Partial<Tagged>', right: [{}, { n: 2 }], wrong: [{ n: 0 }, { at: 'x' }, { i: 1.5 }] },
  { type: 'Required<Pick<Tagged, "maybe">>', right: [{ maybe: 3 }], wrong: [{}, { maybe: 1 }] },
]

const sources = `
import { type Imported, type Page } from './other.ts'
export interface Address { city: string; zip?: string }
enum Color { Red = 'red', Blue = 'blue' }
enum Level { Low, High, Top = 5 }
enum Mixed { A = 0, B = 'b' }
const Tier = { Free: 'free', Paid: 'paid' } as const
type Tier = (typeof Tier)[keyof typeof Tier]
interface Base<T> { v: T }
interface Sub extends Base<number> { w: string }
type Nullable<T> = { [K in keyof T]: T[K] | null }
type Tree = { value: number; children?: Tree[] }
type Shape = { kind: 'circle'; r: number } | { kind: 'square'; side: number } | { kind: 'none' }
type Chain = { kind: 'link'; next: Chain } | { kind: 'end'; at: Required<Address> }
type Id = string & { readonly __brand: 'id' }
/** @asType integer */
type Int = number
const defaults: { host: string; port: number } = { host: 'localhost', port: 80 }
void defaults; void Tier
interface Tagged {
  /**
   * words
   * @format date
   */
  at: string
  /** @minimum 1 */
  n: number
  /** @pattern ^a */
  s: string
  /** @uniqueItems */
  list: number[]
  /** @asType integer */
  i: number
  /** @nullable */
  nn: string
  /** @minimum 2 */
  maybe?: number
}
${rows.map(({ type }, index) => `export const f${index} = ({ v }: { v: ${type} }) => v`).join('\n')}
`
const other = `
import type { Address } from './functions.ts'
export interface Page<T> { items: T[]; next: string | null }
export interface Imported { at: Address }
`

const folder = await project({ 'functions.ts': sources, 'other.ts': other })
const { out, text } = await generate(join(folder, 'functions.ts'))
await writeFile(out, text)
const generated = (await import(out)) as Readonly<Record<string, unknown>>

describe('a type means', () => {
  test.each(rows.map((row, index) => ({ ...row, index })))('$type', ({ right, wrong, index }) => {
    const schema = signatureOf(generated[`f${index}`])?.schema as StandardSchema
    const isRight = (v: unknown) => {
      const kwargs = v === undefined ? {} : { v }
      const result = validate(schema, kwargs)
      if (result instanceof Promise) throw new Error('a generated validator answers at once')
      if (!hasIssues(result)) expect(result.value).toEqual(kwargs)
      return !hasIssues(result)
    }
    expect(right.filter((v) => !isRight(v))).toEqual([])
    expect(wrong.filter(isRight)).toEqual([])
  })
})
