// biome-ignore-all lint/suspicious/noTemplateCurlyInString: types with such texts
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { generate, SignaturesError } from '@lpipe/signatures'
import { project } from './project.ts'

/** What the command says of a source: `line:column what`. */
const troublesOf = async (source: string): Promise<readonly string[]> => {
  const folder = await project({ 'functions.ts': source })
  try {
    await generate(join(folder, 'functions.ts'))
  } catch (error) {
    if (!(error instanceof SignaturesError)) throw error
    return error.troubles.map(({ where, what }) => `${where.replace(/^.*functions\.ts:/, '')} ${what}`)
  }
  return []
}

const take = (type: string) => `export const f = ({ v }: { v: ${type} }) => v`

describe('a type that JSON cannot carry is told with the parameter, the line and the cure', () => {
  test.each([
    ['Date', 'v is a Date', '@format date-time'],
    ['Date | null', 'v is a Date', '@format date-time'],
    ['Date[]', 'an entry of v is a Date', '@format date-time'],
    ['[string, Date]', 'an entry of v is a Date', '@format date-time'],
    ['Record<string, Date>', 'a member of v is a Date', '@format date-time'],
    ['Partial<{ a: { b: Date } }>', 'v.a.b is a Date', '@format date-time'],
    ['URL', 'v is a URL', '@format uri'],
    ['RegExp', 'v is a RegExp', 'Take text'],
    ['Map<string, number>', 'v is a Map', 'Take a Record<string, ...>'],
    ['Set<string>', 'v is a Set', 'Take an array'],
    ['ReadonlySet<string>', 'v is a ReadonlySet', 'Take an array'],
    ['Promise<string>', 'v is a Promise', 'Take what it fulfils with'],
    ['Uint8Array', 'v is a Uint8Array', 'Take text in base64'],
    ['bigint', 'v is bigint', 'Take text or a number'],
    ['string | 10n', 'v is bigint', 'Take text or a number'],
    ['symbol', 'v is symbol', 'Take text'],
    ['() => void', 'v is a function', 'Take the name of what is to be done'],
    ['{ run(): void }', 'v.run is a function', 'Take the name of what is to be done'],
    ['Error', 'v is a Error', 'Take text, numbers'],
    ['WeakMap<object, string>', 'v is a WeakMap', 'Take text, numbers'],
    ['String', 'v is a String', 'Take string'],
    ['Thing', 'v is a Thing', 'Take text, numbers'],
  ])('%s', async (type, what, cure) => {
    const [trouble = '', ...others] = await troublesOf(
      `export class Thing { constructor(readonly x: string) {} method() { return 1 } }\n${take(type)}`,
    )
    expect(others).toEqual([])
    expect(trouble).toMatch(/^2:\d+ f: /)
    expect(trouble).toContain(`${what}, which JSON cannot carry. `)
    expect(trouble).toContain(cure)
  })
})

describe('a type that no validator would check is told', () => {
  test.each([
    [take('`a-${string}`'), '1:28 f: v is `a-${string}`, which is not checked. Add the tag `@pattern`'],
    [take('Uppercase<string>'), '1:28 f: v is Uppercase<string>, which is not checked. Add the tag `@pattern`'],
    [
      take('Record<`id_${number}`, string>'),
      '1:28 f: a name in v is `id_${number}`, which is not checked. Take string',
    ],
    [take('Missing'), '1:28 f: v has a type that is not known. Is it imported?'],
    [
      `import type { Missing } from './nowhere.ts'\n${take('Missing[]')}`,
      '2:28 f: an entry of v has a type that is not known. Is it imported?',
    ],
    [
      'export const f = ({ v }: { /** @format email */ v: string }) => v',
      '1:49 f: v has tags where TypeScript does not see them. Put them on a line above',
    ],
    [
      'export const f = ({ v }: {\n  /** @format emial */\n  v: string\n}) => v',
      '1:14 f: unknown format "emial" ignored in schema at path "#/properties/v"',
    ],
    ['export const f = ({ v }: {\n  /** @minimum many */\n  v: number\n}) => v', /^1:14 f: .*minimum/],
  ])('%s', async (source, trouble) => {
    const troubles = await troublesOf(source)
    expect(troubles).toEqual([typeof trouble === 'string' ? trouble : expect.stringMatching(trouble)])
  })

  test('but text of a form, with a pattern', async () => {
    expect(await troublesOf('export const f = ({ v }: {\n  /** @pattern ^a- */\n  v: `a-${string}`\n}) => v')).toEqual(
      [],
    )
  })
})

describe('what the generator cannot read, or misreads, is told: never a wrong validator', () => {
  test.each([
    'NonNullable<string | null>',
    'Parameters<(kwargs: { q: string }) => void>[0]',
    '{ [K in keyof { a: string } as `x_${string & K}`]: string }',
    'typeof inferred',
    "import('./other.ts').Other",
    '[...string[], number]',
  ])('%s', async (type) => {
    const [trouble = '', ...others] = await troublesOf(`const inferred = { host: 'a' }\nvoid inferred\n${take(type)}`)
    expect(others).toEqual([])
    expect(trouble).toMatch(/^\d+:\d+ f: .*(cannot be read|misread|not known)/)
  })

  test('a member called __proto__ of any type but unknown', async () => {
    expect(await troublesOf("export const f = (kwargs: { ['__proto__']: string }) => kwargs")).toEqual([
      '1:27 f: __proto__ must be unknown. Give it another name',
    ])
  })
})

describe('a function whose signature is not that of a message is told', () => {
  test.each([
    ['export const f = ({ v }) => v', '1:19 f: its first parameter has no type here.'],
    ['export const f = (v: string) => v', "1:22 f: its first parameter is the message's kwargs, an object."],
    ['export const f = (v: { a: string }[]) => v', "1:22 f: its first parameter is the message's kwargs, an object."],
    [
      'export const f = (v: { a: string } | null) => v',
      "1:22 f: its first parameter is the message's kwargs, an object.",
    ],
    ['export const f = (...v: object[]) => v', "1:19 f: its first parameter is the message's kwargs, an object."],
    ['export const f = <T>(v: { a: T }) => v', '1:18 f: it is generic'],
    ['export const f = (a: object, b: object, c: object) => [a, b, c]', '1:41 f: it is called with two arguments'],
    [
      'export function f(v: { a: string }): void\nexport function f(v: { b: string }): void\nexport function f(v: object): void {}',
      '1:1 f: it has several signatures.',
    ],
    [
      'const wrap = (run: (kwargs: { a: string }) => void) => run\nexport const f = wrap(({ a }) => a)',
      '2:14 f: its signature cannot be read here.',
    ],
  ])('%s', async (source, trouble) => {
    const [found = '', ...others] = await troublesOf(source)
    expect(others).toEqual([])
    expect(found.slice(0, trouble.length)).toBe(trouble)
  })
})
