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
  { type: 'object', right: [{}, { a: 1 }, [], [1]], wrong: ['a', 1, true, null, undefined] },
  { type: '{}', right: [{}, { a: 1 }, [], [1], 'a', 1, false], wrong: [null, undefined] },
  { type: 'Empty', right: [{}, 'a', 0], wrong: [null] },
  { type: '{} | null', right: [{}, 'a', null], wrong: [undefined] },
  { type: '{ length: number }', right: [{ length: 1 }, [], [1], 'abc'], wrong: [{}, { length: 'a' }, 1, null] },
  { type: 'Record<string, any>', right: [{}, { a: 1 }, [1]], wrong: ['a', 1, null] },
  { type: 'Record<string, unknown>', right: [{}, { a: 1 }], wrong: [[1], 'a', 1] },
  { type: 'Record<number, string>', right: [{}, { 1: 'a', x: 1 }, ['a']], wrong: [{ 1: 2 }, { '1.5': 2 }, [1], 5] },
  { type: 'Partial<Address> | string', right: [{}, 'a'], wrong: [1, []] },
  { type: '{ a?: never; b: string }', right: [{ b: 'x' }], wrong: [{ a: 1, b: 'x' }, { a: null, b: 'x' }, {}] },
  { type: '{ a: undefined; b?: string }', right: [{}, { b: 'x' }], wrong: [{ a: 1 }, { a: null }] },
  { type: '{ a: never } | { b: string }', right: [{ b: 'x' }], wrong: [{ a: 1 }, {}] },
  {
    type: 'OneOf',
    right: [{ mail: 'a' }, { phone: 'b' }, { pigeon: 'c', wind: 1 }],
    wrong: [{}, { mail: 'a', phone: 'b' }, { phone: 'b', pigeon: 'c' }, { pigeon: 'c', wind: '1' }],
  },
  { type: 'never[]', right: [[]], wrong: [[1], [null], {}] },
  { type: '{ [name: string]: never }', right: [{}], wrong: [{ a: 1 }, { a: null }] },
  { type: 'Merged', right: [{ a: 'a', b: 1 }], wrong: [{ a: 'a' }, { b: 1 }] },
  {
    type: '{ mine: Item; theirs: OtherItem }',
    right: [{ mine: { n: 1 }, theirs: { s: 'a' } }],
    wrong: [
      { mine: { s: 'a' }, theirs: { s: 'a' } },
      { mine: { n: 1 }, theirs: { n: 1 } },
    ],
  },
  { type: '[string, number] | [boolean]', right: [['a', 1], [true]], wrong: [['a'], [true, 1], [1]] },
  {
    type: "['a', ...number[]] | ['b', string?] | []",
    right: [['a'], ['a', 1, 2], ['b'], ['b', 'x'], []],
    wrong: [['a', 'x'], ['b', 1], ['c']],
  },
  {
    type: '[...[string, number], boolean]',
    right: [['a', 1, true]],
    wrong: [
      ['a', 1],
      ['a', true, 1],
    ],
  },
  { type: '[...string[]]', right: [[], ['a']], wrong: [[1]] },
  {
    type: 'readonly [first: string, ...rest: Address[]]',
    right: [['a'], ['a', { city: 'b' }]],
    wrong: [['a', {}], []],
  },
  { type: 'Uppercase<"a" | "b">', right: ['A', 'B'], wrong: ['a'] },
  { type: 'NonNullable<string | null>', right: ['a'], wrong: [null, 1] },
  { type: 'Parameters<(kwargs: { q: string }) => void>[0]', right: [{ q: 'a' }], wrong: [{}, { q: 1 }] },
  { type: 'ReturnType<() => { q: 1 }>', right: [{ q: 1 }], wrong: [{ q: 2 }] },
  { type: 'Awaited<Promise<{ q: string }>>', right: [{ q: 'a' }], wrong: [{}] },
  {
    type: '{ [K in keyof Address as `my_$'.concat('{K}`]: Address[K] }'),
    right: [{ my_city: 'a' }],
    wrong: [{ city: 'a' }, { my_city: 1 }],
  },
  { type: 'typeof inferred', right: [{ host: 'a', ports: [1] }], wrong: [{ host: 'a' }, { host: 'a', ports: ['x'] }] },
  { type: "import('./other.ts').Imported", right: [{ at: { city: 'a' } }], wrong: [{ at: {} }] },
  { type: "Extract<Shape, { kind: 'circle' }>", right: [{ kind: 'circle', r: 1 }], wrong: [{ kind: 'none' }] },
  { type: "Each<'p' | 'q'>", right: [{ id: 'p' }, { id: 'q' }], wrong: [{ id: 'r' }, {}] },
  {
    type: "EachOmit<Shape, 'r'>",
    right: [{ kind: 'circle' }, { kind: 'square', side: 1 }],
    wrong: [{ kind: 'square' }],
  },
  {
    type: 'Deep<{ a: { b: string; c: { d: number } } }>',
    right: [{}, { a: {} }, { a: { c: { d: 1 } } }],
    wrong: [{ a: { b: 1 } }, { a: { c: { d: 'x' } } }],
  },
  {
    type: '{ x: { a: number } } & { x: { b: number } }',
    right: [{ x: { a: 1, b: 2 } }],
    wrong: [{ x: { a: 1 } }, { x: { b: 1 } }],
  },
  {
    type: '(Shape | { kind: "dot" }) & { on: true }',
    right: [
      { kind: 'dot', on: true },
      { kind: 'circle', r: 1, on: true },
    ],
    wrong: [{ kind: 'dot' }, { kind: 'circle', on: true }, { kind: 'dot', on: false }],
  },
  { type: '{ a: number } & Record<string, number>', right: [{ a: 1, b: 2 }], wrong: [{ a: 1, b: 'x' }, { b: 1 }] },
  { type: '{ a: string } & Record<string, unknown>', right: [{ a: 'x', b: 2 }], wrong: [{ b: 2 }] },
  { type: 'Address & {}', right: [{ city: 'a' }], wrong: [{}, 'a'] },
  { type: 'string & {}', right: ['a'], wrong: [1, {}] },
  { type: "'a' | (string & {})", right: ['a', 'z'], wrong: [1] },
  { type: "string[] & { readonly __brand: 'names' }", right: [['a']], wrong: [[1], {}] },
  { type: 'Json', right: [1, 'a', null, [1, ['b', { c: [] }]], {}], wrong: [undefined] },
  { type: 'Node1', right: [{ a: {} }, { a: { b: { a: {} } } }], wrong: [{}, { a: { b: {} } }] },
  {
    type: 'Linked<string>',
    right: [{ of: 'a' }, { of: 'a', next: { of: 'b' } }],
    wrong: [{ of: 'a', next: { of: 1 } }],
  },
  { type: 'Point', right: [{ x: 1, y: 2 }], wrong: [{ x: 1 }] },
  { type: 'Size', right: [1, 2, 3.5], wrong: ['1', null] },
  { type: 'Record<Color, number>', right: [{ red: 1, blue: 2 }], wrong: [{ red: 1 }] },
  {
    type: '{ [Color.Red]: string; [Level.High]?: number }',
    right: [{ red: 'a' }, { red: 'a', 1: 2 }],
    wrong: [{ red: 'a', 1: 'x' }, {}],
  },
  { type: "{ 'a-b': string; 1: number }", right: [{ 'a-b': 'x', 1: 1 }], wrong: [{ 'a-b': 'x', 1: 'x' }] },
  {
    type: "'it\\'s' | 'x\\n// y\\nz' | '\\u2028*/'",
    right: ["it's", 'x\n// y\nz', '\u2028*/'],
    wrong: ['x\nz', 'its'],
  },
  { type: '{ constructor: string; valueOf?: number }', right: [{ constructor: 'a' }], wrong: [{}, { constructor: 1 }] },
  {
    type: '{ prototype?: string; hasOwnProperty?: number }',
    right: [{}, { hasOwnProperty: 1 }],
    wrong: [{ hasOwnProperty: 'x' }],
  },
  { type: 'string | null | undefined', right: ['a', null, undefined], wrong: [1] },
  { type: 'boolean | "maybe" | 0', right: [true, false, 'maybe', 0], wrong: ['x', 1] },
  { type: 'true | null', right: [true, null], wrong: [false] },
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
  { type: 'Int[]', right: [[1]], wrong: [[1.5]] },
  { type: 'Record<string, Int>', right: [{ a: 1 }], wrong: [{ a: 1.5 }] },
  { type: "Record<'a', Int>", right: [{ a: 1 }], wrong: [{ a: 1.5 }] },
  { type: "{ [K in 'a' | 'b']?: Int }", right: [{ a: 1 }], wrong: [{ b: 1.5 }] },
  { type: '[Int, Int?]', right: [[1], [1, 2]], wrong: [[1.5], [1, 1.5]] },
  { type: '[string, ...Int[]]', right: [['a', 1]], wrong: [['a', 1.5]] },
  { type: 'ReadonlyArray<Int | null>', right: [[1, null]], wrong: [[1.5]] },
  { type: 'Page<Int>', right: [{ items: [1], next: null }], wrong: [{ items: [1.5], next: null }] },
  {
    type: '{ a: Page<Int>; b: Page<number> }',
    right: [{ a: { items: [1], next: null }, b: { items: [1.5], next: null } }],
    wrong: [{ a: { items: [1.5], next: null }, b: { items: [], next: null } }],
  },
  {
    type: 'Pages',
    right: [{ items: [1], next: null, total: 2 }],
    wrong: [
      { items: [1.5], next: null, total: 2 },
      { items: [], next: null, total: 1.5 },
    ],
  },
  { type: 'Maybe<Int>', right: [1, null], wrong: [1.5] },
  { type: 'Maybe<Maybe<Int>[]>', right: [[1, null], null], wrong: [[1.5]] },
  { type: 'Linked<Int>', right: [{ of: 1, next: { of: 2 } }], wrong: [{ of: 1.5 }, { of: 1, next: { of: 2.5 } }] },
  { type: 'Partial<{ a: Int }>', right: [{}, { a: 1 }], wrong: [{ a: 1.5 }] },
  { type: 'Partial<Page<Int>>', right: [{}, { items: [1] }], wrong: [{ items: [1.5] }] },
  { type: "Tagged['n']", right: [2], wrong: ['a', 0] },
  { type: "readonly Tagged['s'][]", right: [['a'], []], wrong: [['b']] },
  { type: "Tagged['maybe'] | null", right: [2, null, undefined], wrong: [1] },
  { type: "{ of: Tagged }['of']['n']", right: [2], wrong: [0] },
  { type: "Class['n']", right: [2], wrong: [0] },
  { type: 'Short | Long', right: ['', 'a', 'abcd'], wrong: ['ab', 'abc', 1] },
  { type: '(Short | Long)[] | null', right: [['a', 'abcd'], null], wrong: [['ab']] },
  { type: 'Named & { c?: string }', right: [{ a: '', b: '' }], wrong: [{}, { a: '', c: 1 }] },
  { type: 'SubNamed', right: [{ a: '', c: '' }], wrong: [{}, { c: '' }] },
  { type: 'Parameters<typeof takesNamed>[0]', right: [{ a: '', b: '' }], wrong: [{ a: '' }] },
  { type: '{ of: Named[] } | string', right: [{ of: [{ a: '', b: '' }] }, 'x'], wrong: [{ of: [{}] }] },
  { type: 'Short | string', right: ['a', 'ab'], wrong: [1] },
  { type: 'NonNullable<Maybe<Int>>', right: [1], wrong: [1.5, null] },
  { type: 'Int & { readonly __brand: "n" }', right: [1], wrong: [1.5] },
  { type: 'Twice', right: [{ n: 6 }], wrong: [{ n: 4 }, { n: 1 }] },
  { type: 'Low & High', right: [{ n: 3 }], wrong: [{ n: 0 }, { n: 9 }] },
  { type: 'Aged', right: [{ n: 1 }], wrong: [{ n: 0 }] },
  {
    type: 'Result<Int[]>',
    right: [
      { ok: true, data: [1] },
      { ok: false, error: { code: 1.5 } },
    ],
    wrong: [{ ok: true, data: [1.5] }, { ok: false }],
  },
  {
    type: 'Result<Int, Page<Int>>',
    right: [
      { ok: true, data: 1 },
      { ok: false, error: { items: [1], next: null } },
    ],
    wrong: [
      { ok: true, data: 1.5 },
      { ok: false, error: { items: [1.5], next: null } },
    ],
  },
  {
    type: 'Page<Int> | Page<string> | null',
    right: [{ items: [1], next: null }, { items: ['a'], next: null }, null],
    wrong: [
      { items: [1.5], next: null },
      { items: ['a', 1], next: null },
    ],
  },
  {
    type: 'Linked<Int> | Page<Int>',
    right: [{ of: 1 }, { items: [1], next: null }],
    wrong: [{ of: 1.5 }, { items: [1.5], next: null }],
  },
  { type: 'Counts', right: [{ a: 1 }], wrong: [{ a: -1 }] },
  { type: '[\n/** @minimum 1 */\nfirst: number\n]', right: [[1]], wrong: [[0]] },
  { type: 'Bag', right: [{ a: 1 }], wrong: [{}, { a: 1, b: 2, c: 3 }] },
  {
    type: 'Lines',
    right: [{ mail: 'a@b', n: 5, code: 'x @y' }],
    wrong: [
      { mail: 'ab', n: 5, code: 'x @y' },
      { mail: 'a@b', n: 4, code: 'x @y' },
      { mail: 'a@b', n: 10, code: 'x @y' },
      { mail: 'a@b', n: 5, code: 'x' },
    ],
  },
  { type: 'Price', right: [19.99, 0.07, 1.1], wrong: [1.005] },
  { type: 'Partial<Tagged>', right: [{}, { n: 2 }], wrong: [{ n: 0 }, { at: 'x' }, { i: 1.5 }] },
  { type: 'Required<Pick<Tagged, "maybe">>', right: [{ maybe: 3 }], wrong: [{}, { maybe: 1 }] },
]

const sources = `
import { type Imported, type Item as OtherItem, type Page } from './other.ts'
interface Empty {}
interface Merged { a: string }
interface Merged { b: number }
interface Item { n: number }
type OneOf =
  | { mail: string; phone?: never; pigeon?: never }
  | { mail?: never; phone: string; pigeon?: never }
  | { mail?: never; phone?: never; pigeon: string; wind: number }
const inferred = { host: 'a', ports: [1] }
type Each<K> = K extends string ? { id: K } : never
type EachOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never
type Deep<T> = { [K in keyof T]?: T[K] extends object ? Deep<T[K]> : T[K] }
type Json = string | number | boolean | null | Json[] | { [name: string]: Json }
interface Node1 { a: Node2 }
interface Node2 { b?: Node1 }
interface Linked<T> { of: T; next?: Linked<T> }
class Point { x = 0; constructor(readonly y: number) {} }
const three = (): number => 3
enum Size { S = 1, M = three() }
type Maybe<T> = T | null
interface Pages extends Page<Int> { total: Int }
/** @minimum 1 */
type Positive = number
interface Twice {
  /** @minimum 5 */
  n: Positive
}
class Aged { constructor(/** @minimum 1 */ readonly n: number) {} }
type Result<T, E extends object = { code: number }> = { ok: true; data: T } | { ok: false; error: E }
interface Low {
  /** @minimum 1 */
  n: number
}
interface High {
  /** @maximum 5 */
  n: number
}
interface Counts {
  /** @minimum 0 */
  [name: string]: number
}
/**
 * A bag.
 * @minProperties 1
 * @maxProperties 2
 */
interface Bag { a?: number; b?: number; c?: number }
interface Lines {
  /** The address. @see the manual */
  /** @pattern ^[^@ ]+@[^@ ]+$ */
  mail: string
  /** @minimum 5 @maximum 9 */
  n: number
  /**
   * @pattern ^x @y$
   * @deprecated use mail
   */
  code: string
}
/** @multipleOf 0.01 */
type Price = number
void inferred; void Point; void Size; void Aged
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
/** @maxLength 1 */
type Short = string
/** @minLength 4 */
type Long = string
/** @minProperties 2 */
interface Named { a?: string; b?: string }
const takesNamed = (named: Named) => named
void takesNamed
interface SubNamed extends Named { c?: string }
class Class {
  /** @minimum 1 */
  n: number = 1
  constructor(readonly m: number) {}
}
void Class
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
export interface Item { s: string }
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
