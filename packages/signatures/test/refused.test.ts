// biome-ignore-all lint/suspicious/noTemplateCurlyInString: types with such texts
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { generate, SignaturesError } from '@lpipe/signatures'
import { project } from './project.ts'

/** Returns the diagnostics of a source: `line:column text`. */
const diagnosticsOf = async (source: string, lib?: string[]): Promise<readonly string[]> => {
  const folder = await project({ 'functions.ts': source }, lib)
  try {
    await generate(join(folder, 'functions.ts'))
  } catch (error) {
    if (!(error instanceof SignaturesError)) throw error
    return error.diagnostics.map(({ where, what }) => `${where.replace(/^.*functions\.ts:/, '')} ${what}`)
  }
  return []
}

const take = (type: string) => `export const f = ({ v }: { v: ${type} }) => v`

describe('a type that JSON cannot represent is refused with the parameter, the line and the fix', () => {
  test.each([
    ['Date', 'v is a Date', '@format date-time'],
    ['Date | null', 'v is a Date', '@format date-time'],
    ['Date[]', 'an item of v is a Date', '@format date-time'],
    ['[string, Date]', 'an item of v is a Date', '@format date-time'],
    ['Record<string, Date>', 'a property of v is a Date', '@format date-time'],
    ['Partial<{ a: { b: Date } }>', 'v.a.b is a Date', '@format date-time'],
    ['Partial<{ a: { b: Date } }> & { c: 1 }', 'v.a.b is a Date', '@format date-time'],
    ['URL', 'v is a URL', '@format uri'],
    ['RegExp', 'v is a RegExp', 'Use a string'],
    ['Map<string, number>', 'v is a Map', 'Use a Record<string, ...>'],
    ['Set<string>', 'v is a Set', 'Use an array'],
    ['ReadonlySet<string>', 'v is a ReadonlySet', 'Use an array'],
    ['Promise<string>', 'v is a Promise', 'Use the type that the promise resolves to'],
    ['Uint8Array', 'v is a Uint8Array', 'Use a string in base64'],
    ['bigint', 'v is bigint', 'Use a string or a number'],
    ['string | 10n', 'v is bigint', 'Use a string or a number'],
    ['symbol', 'v is symbol', 'Use a string'],
    ['() => void', 'v is a function', 'Use the name of the function'],
    ['{ run(): void }', 'v.run is a function', 'Use the name of the function'],
    ['Error', 'v is an Error', 'Use strings, numbers'],
    ['WeakMap<object, string>', 'v is a WeakMap', 'Use strings, numbers'],
    ['String', 'v is a String', 'Use string'],
    ['Thing', 'v is a Thing', 'Use strings, numbers'],
    ['Array<{ deep: { at: Date } }>', 'an item of v.deep.at is a Date', '@format date-time'],
  ])('%s', async (type, what, fix) => {
    const [diagnostic = '', ...others] = await diagnosticsOf(
      `export class Thing { constructor(readonly x: string) {} method() { return 1 } }\n${take(type)}`,
      type === 'URL' ? ['es2023', 'dom'] : undefined,
    )
    expect(others).toEqual([])
    expect(diagnostic).toMatch(/^2:\d+ f: /)
    expect(diagnostic).toContain(`${what}, which JSON cannot represent. `)
    expect(diagnostic).toContain(fix)
  })
})

describe('a type that no validator would check is refused', () => {
  test.each([
    [take('`a-${string}`'), '1:28 f: v is `a-${string}`, which is not validated. Add the tag `@pattern`'],
    [take('Uppercase<string>'), '1:28 f: v is Uppercase<string>, which is not validated. Add the tag `@pattern`'],
    [
      take('{ a: `${number}` }[]'),
      '1:33 f: an item of v.a is `${number}`, which is not validated. Add the tag `@pattern`',
    ],
    [
      take('Record<`id_${number}`, string>'),
      '1:28 f: v has properties named `id_${number}`, which is not validated. Use Record<string, ...>',
    ],
    [take('Missing'), '1:28 f: v has a type that is not known. Is it imported?'],
    [
      `import type { Missing } from './nowhere.ts'\n${take('Missing[]')}`,
      '2:28 f: an item of v has a type that is not known. Is it imported?',
    ],
    [
      take('[...string[], number]'),
      '1:28 f: v is [...string[], number]: JSON Schema has a rest at the end of a tuple only. Put it there',
    ],
    [
      `${take('Grow<string>')}\ntype Grow<T> = { of: T; more?: Grow<T[]> }`,
      '1:26 f: kwargs has a type that holds ever new types. Write a type that holds itself',
    ],
    [
      `class Safe { constructor(private readonly key: string, readonly open: string) {} }\n${take('Safe')}`,
      '1:26 f: v.key is not public, so no message can have it. Use an interface',
    ],
  ])('%s', async (source, diagnostic) => {
    const diagnostics = await diagnosticsOf(source)
    expect(diagnostics).toEqual([typeof diagnostic === 'string' ? diagnostic : expect.stringMatching(diagnostic)])
  })

  test('but not a string with a pattern, of a property or of an alias', async () => {
    const source = `/** @pattern ^b- */
type B = \`b-\${string}\`
export const f = ({ v, b }: {
  /** @pattern ^a- */
  v: \`a-\${string}\`
  b: B[]
}) => [v, b]`
    expect(await diagnosticsOf(source)).toEqual([])
  })
})

describe('a tag that cannot be kept is refused, never ignored', () => {
  const tagged = (tag: string, type = 'string') => `export const f = ({ v }: {\n  /** ${tag} */\n  v: ${type}\n}) => v`
  const hidden = 'is where TypeScript does not see it. Put it on a line above the property'

  test.each([
    [tagged('@format emial'), '2:7 f: v: the tag @format names a format that ajv-formats does not know'],
    [tagged('@minimum many', 'number'), '2:7 f: v: the tag @minimum needs a number'],
    [tagged('@minimum 5 apples', 'number'), '2:7 f: v: the tag @minimum needs a number'],
    [tagged('@minLength -1'), '2:7 f: v: the tag @minLength needs an integer of 0 or more'],
    [tagged('@multipleOf 0', 'number'), '2:7 f: v: the tag @multipleOf needs a number above 0'],
    [tagged('@uniqueItems yes', 'string[]'), '2:7 f: v: the tag @uniqueItems takes no text'],
    [tagged('@asType int64', 'number'), '2:7 f: v: the tag @asType takes the text `integer` only'],
    [tagged('@pattern (', 'string'), /^2:7 f: v: the tag @pattern is not a regular expression: /],
    [tagged('@minimum 1'), '2:7 f: v: the tag @minimum narrows numbers only, and the type holds none'],
    [tagged('@pattern ^a', 'string[]'), '2:7 f: v: the tag @pattern narrows strings only, and the type holds none'],
    [tagged('@minItems 1', '{ a: 1 }'), '2:7 f: v: the tag @minItems narrows arrays only, and the type holds none'],
    [tagged('@minimum 1 @minimum 2', 'number'), '2:18 f: v: the tag @minimum is there twice'],
    [tagged('@MinLength 1'), '2:7 f: v: the tag @MinLength is not supported. Use @minLength'],
    [tagged('@min 1', 'number'), '2:7 f: v: the tag @min is not supported. Use @minimum'],
    [tagged('@type integer', 'number'), '2:7 f: v: the tag @type is not supported. Use `@asType integer`'],
    [tagged('@items.pattern ^a', 'string[]'), '2:7 f: v: the tag @items is not supported. Write the type without it'],
    ['export const f = ({ v }: { /** @format email */ v: string }) => v', `1:32 f: the tag @format ${hidden}`],
    ['export const f = ({ v }: {\n  v: string /** @format email */\n}) => v', `2:17 f: the tag @format ${hidden}`],
    ['export const f = ({ v }: {\n  v: /** @format email */ string\n}) => v', `2:10 f: the tag @format ${hidden}`],
    ['export const f = ({ v }: {\n  v: string\n  /** @format email */\n}) => v', `3:7 f: the tag @format ${hidden}`],
    [`${take('A')}\ninterface A { /** @minimum 1 */ n: number }`, `2:19 f: the tag @minimum ${hidden}`],
    [`${take('A')}\ninterface A {\n  n: number\n  /** @minimum 1 */\n}`, `4:7 f: the tag @minimum ${hidden}`],
    [`type Age = /** @minimum 1 */ number\n${take('Age')}`, `1:16 f: the tag @minimum ${hidden}`],
    ['export const f = ({ v }: { v: (/** @minimum 1 */ number)[] }) => v', `1:36 f: the tag @minimum ${hidden}`],
    [
      `/** @minimum 1 */\ntype Age = number\nexport const f = ({ v }: { v: Record<string, 1> & { [K in keyof Odd<Age>]: Odd<Age>[K] } }) => v\ntype Odd<T> = T extends number ? { a: T } : never`,
      /^3:\d+ f: the tags of Age cannot be kept here\. Write them above the property$/,
    ],
    [
      `/** @pattern ^a */\ntype Key = string\nexport const f = ({ v }: { v: Record<Key, 1> }) => v`,
      '3:38 f: the tags of Key cannot be kept here. Write them above the property',
    ],
    [
      `interface A {\n  /** @minimum 1 */\n  n: number\n}\n${take('{ [K in keyof A as `my_${K}`]: A[K] }')}`,
      /^5:\d+ f: the tags of A\[K\] cannot be kept here\. Write them above the property$/,
    ],
    [
      `interface A {\n  /** @minimum 1 */\n  n: number\n}\ntype My<T> = { [K in keyof T as \`my_\${string & K}\`]: T[K] }\n${take('My<A>')}`,
      /^5:\d+ f: the tags of T\[K\] cannot be kept here\. Write them above the property$/,
    ],
    [
      `interface A {\n  /** @minimum 1 */\n  n: number\n}\n${take("Exclude<A['n'] | string, string>")}`,
      "5:39 f: the tags of A['n'] cannot be kept here. Write them above the property",
    ],
    [
      `/** @minProperties 2 */\ninterface A { n?: string; m?: string }\n${take('Partial<A>')}`,
      '3:39 f: the tags of A cannot be kept here. Write them above the property',
    ],
    [
      `/** @minimum 1 */\ntype Age = number\ninterface A { n: Age; s: string }\n${take('A[keyof A]')}`,
      '4:31 f: the tags of A[keyof A] cannot be kept here. Write them above the property',
    ],
  ])('%s', async (source, diagnostic) => {
    const [first, ...others] = await diagnosticsOf(source)
    expect(others.filter((one) => one.replace(/^\S+ /, '') !== first?.replace(/^\S+ /, ''))).toEqual([])
    expect(first).toEqual(typeof diagnostic === 'string' ? diagnostic : expect.stringMatching(diagnostic))
  })

  test.each([
    tagged('A sentence about @minimum and @format.'),
    tagged('@deprecated @see the manual'),
    tagged('@type {string}'),
    tagged('@team billing'),
    '/** @param v the number, @minimum 1 */\nexport const f = ({ v }: { v: string }) => v',
    '/** @format */\nexport const f = ({ v }: { v: string }) => v',
    `${take('{ [K in keyof A]: A[K] }')}\ninterface A {\n  /** @minimum 1 */\n  n: number\n}`,
    `${take('A[keyof A]')}\ninterface A {\n  /** a number */\n  n: number\n}`,
    `${take('Omit<Odd, "a">')}\ninterface Odd {\n  /** @min 1 */\n  a: string\n  b: string\n}`,
  ])('documentation is not a tag: %s', async (source) => {
    expect(await diagnosticsOf(source)).toEqual([])
  })
})

describe('a function whose signature is not that of a message is refused', () => {
  const notObject = 'f: the first parameter must be an object: the kwargs of the message.'
  test.each([
    ['export const f = ({ v }) => v', '1:19 f: the first parameter has no type.'],
    ['export const f = (v: string) => v', `1:22 ${notObject}`],
    ['export const f = (v: { a: string }[]) => v', `1:22 ${notObject}`],
    ['export const f = (v: { a: string } | null) => v', `1:22 ${notObject}`],
    ['export const f = (v: { a: string } | string) => v', `1:22 ${notObject}`],
    ['export const f = (v: never) => v', `1:22 ${notObject}`],
    ['export const f = (...v: object[]) => v', `1:19 ${notObject}`],
    ['export const f = <T>(v: { a: T }) => v', '1:18 f: the function is generic'],
    ['export const f = (a: object, b: object, c: object) => [a, b, c]', '1:41 f: lpipe passes two arguments'],
    [
      'export function f(v: { a: string }): void\nexport function f(v: { b: string }): void\nexport function f(v: object): void {}',
      '1:1 f: the function is overloaded.',
    ],
    [
      'const wrap = (run: (kwargs: { a: string }) => void) => run\nexport const f = wrap(({ a }) => a)',
      '2:14 f: the signature cannot be read here.',
    ],
  ])('%s', async (source, diagnostic) => {
    const [found = '', ...others] = await diagnosticsOf(source)
    expect(others).toEqual([])
    expect(found.slice(0, diagnostic.length)).toBe(diagnostic)
  })
})
