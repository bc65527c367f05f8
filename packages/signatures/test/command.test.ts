import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import { signatureOf } from '@lpipe/core/middleware'
import { generate } from '@lpipe/signatures'
import { project } from './project.ts'

const bin = fileURLToPath(new URL('../src/main.ts', import.meta.url))

interface Ended {
  readonly code: unknown
  readonly out: string
  readonly errors: string
}

const run = (cwd: string, ...args: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(process.execPath, [bin, ...args], { cwd }, (error, out, errors) =>
      resolve({ code: error === null ? 0 : error.code, out: out.trim(), errors: errors.trim() }),
    )
  })

const store = 'export const store = ({ n }: { n: number }) => n\n'

describe('lpipe-signatures FILE', () => {
  test('writes the module beside it, and again only if it changed', async () => {
    const folder = await project({ 'src/functions.ts': store })
    expect(await run(folder, 'src/functions.ts')).toEqual({
      code: 0,
      out: 'src/functions.signed.ts: written, 1 function',
      errors: '',
    })
    expect(await run(folder, 'src/functions.ts')).toMatchObject({
      out: 'src/functions.signed.ts: is up to date, 1 function',
    })
    expect(await readFile(join(folder, 'src/functions.signed.ts'), 'utf8')).toContain('export { signed0 as store }')
  })

  test('creates the folder of --out', async () => {
    const folder = await project({ 'functions.ts': store })
    expect(await run(folder, 'functions.ts', '--out', 'made/here/signed.ts')).toMatchObject({ code: 0, errors: '' })
    expect(await readFile(join(folder, 'made/here/signed.ts'), 'utf8')).toContain("from '../../functions.ts'")
  })

  test('writes elsewhere with --out, and imports from there', async () => {
    const folder = await project({ 'src/functions.ts': store, 'gen/keep.txt': '' })
    expect(await run(folder, 'src/functions.ts', '--out', 'gen/made.ts')).toMatchObject({ code: 0 })
    expect(await readFile(join(folder, 'gen/made.ts'), 'utf8')).toContain(
      "import * as source from '../src/functions.ts'",
    )
    expect(await run(folder, 'src/functions.ts', '--out', 'gen/made.ts', '--check')).toMatchObject({ code: 0 })
  })

  test.each<[string, object | undefined, string, string]>([
    ['nodenext', { module: 'nodenext' }, './functions.js', './more.mjs'],
    ['bundler', { module: 'esnext', moduleResolution: 'bundler' }, './functions.js', './more.mjs'],
    [
      'allowImportingTsExtensions',
      { module: 'nodenext', allowImportingTsExtensions: true, noEmit: true },
      './functions.ts',
      './more.mts',
    ],
    [
      'rewriteRelativeImportExtensions',
      { module: 'nodenext', rewriteRelativeImportExtensions: true },
      './functions.ts',
      './more.mts',
    ],
    ['no configuration, where Node runs the sources', undefined, './functions.ts', './more.mts'],
  ])('imports as the project does: %s', async (_, compilerOptions, functions, more) => {
    const folder = await project({ 'functions.ts': store, 'more.mts': store })
    if (compilerOptions === undefined) await rm(join(folder, 'tsconfig.json'))
    else await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
    expect((await generate(join(folder, 'functions.ts'))).text).toContain(`from '${functions}'`)
    expect((await generate(join(folder, 'more.mts'))).text).toContain(`from '${more}'`)
  })

  test('takes a configuration that extends another one', async () => {
    const folder = await project({
      'functions.ts': store,
      'base.json': JSON.stringify({ compilerOptions: { allowImportingTsExtensions: true, noEmit: true } }),
      'tsconfig.json': JSON.stringify({ extends: './base.json' }),
    })
    expect((await generate(join(folder, 'functions.ts'))).text).toContain("from './functions.ts'")
  })

  describe('overwrites generated modules only', () => {
    test.each([['functions.ts'], ['./functions.ts'], ['sub/../functions.ts'], ['link.ts']])(
      'not the source, as %s',
      async (out) => {
        const folder = await project({ 'functions.ts': store, 'sub/keep.txt': '' })
        await symlink(join(folder, 'functions.ts'), join(folder, 'link.ts'))
        await expect(generate(join(folder, 'functions.ts'), { out: join(folder, out) })).rejects.toThrow(
          'is the source itself. Choose another file with --out',
        )
        expect(await readFile(join(folder, 'functions.ts'), 'utf8')).toBe(store)
      },
    )

    test.each([
      ['// written by hand\n'],
      [''],
      ['// Generated from openapi.yaml by another tool\n'],
      ['export const x = 1 // Generated from functions.ts: run `lpipe-signatures functions.ts`\n'],
    ])('not a file with the text %j', async (text) => {
      const folder = await project({ 'functions.ts': store, 'functions.signed.ts': text })
      await expect(generate(join(folder, 'functions.ts'))).rejects.toThrow(
        'functions.signed.ts exists and was not generated',
      )
      expect(await readFile(join(folder, 'functions.signed.ts'), 'utf8')).toBe(text)
    })

    test.each([[], ['--check'], ['--out', 'functions.ts']])('and says so: %j', async (...options) => {
      const folder = await project({ 'functions.ts': store, 'functions.signed.ts': '// by hand' })
      expect(await run(folder, 'functions.ts', ...options)).toEqual({
        code: 1,
        out: '',
        errors: options.includes('--out')
          ? 'functions.ts is the source itself. Choose another file with --out'
          : 'functions.signed.ts exists and was not generated. Remove it, or choose another file with --out',
      })
      expect(await readFile(join(folder, 'functions.ts'), 'utf8')).toBe(store)
      expect(await readFile(join(folder, 'functions.signed.ts'), 'utf8')).toBe('// by hand')
    })

    test('not a folder', async () => {
      const folder = await project({ 'functions.ts': store, 'gen/keep.txt': '' })
      expect(await run(folder, 'functions.ts', '--out', 'gen')).toMatchObject({
        code: 1,
        errors: 'gen exists and was not generated. Remove it, or choose another file with --out',
      })
    })
  })

  test.each([
    ["it's.ts", "it's.signed.ts", "/it'\\''s.ts'`"],
    ['a\nb.ts', 'a\nb.signed.ts', "/a\\u{a}b.ts'`"],
    ['a`b.ts', 'a`b.signed.ts', "/a`b.ts'`"],
    ['a b".ts', 'a b".signed.ts', '/a b".ts\'`'],
  ])('a file name is never code: %j', async (name, out, end) => {
    const folder = await project({ [name]: store })
    const { out: file, text } = await generate(join(folder, name))
    expect(file).toBe(join(folder, out))
    await writeFile(file, text)
    expect(text.split('\n')[0]?.endsWith(end)).toBe(true)
    expect(text.split('\n')[1]).toMatch(/^\/\/ @ts-nocheck/)
    const { store: signed } = (await import(join(folder, out))) as { readonly store: unknown }
    expect(signatureOf(signed)).toBeDefined()
  })

  test('takes the configuration of a newer compiler, and one that is not strict', async () => {
    const compilerOptions = { target: 'es2099', lib: ['es2099', 'dom'], module: 'node99', strict: false, newOption: 1 }
    const folder = await project({
      'functions.ts': 'export const f = ({ a }: { a: Record<string, string[]>; b?: string | null }) => a',
      'tsconfig.json': JSON.stringify({ compilerOptions }),
    })
    expect(await run(folder, 'functions.ts')).toMatchObject({ code: 0, errors: '' })
    expect(await readFile(join(folder, 'functions.signed.ts'), 'utf8')).toContain('b: { type: ["string", "null"] }')
  })

  test('writes nothing if something is wrong, and reports all of it', async () => {
    const folder = await project({
      'functions.ts': `export const a = ({ when }: { when: Date }) => when
export const b = ({ n }: { n: number }) => n
export const c = ({ at }: { at: Place }) => at
interface Place {
  city: string
  seen: Map<string, number>
}
`,
    })
    expect(await run(folder, 'functions.ts')).toEqual({
      code: 1,
      out: '',
      errors: `functions.ts:1:31 a: when is a Date, which JSON cannot represent. Use a string with the tag \`@format date-time\`, and create the Date in the function
functions.ts:6:3 c: at.seen is a Map, which JSON cannot represent. Use a Record<string, ...>`,
    })
    await expect(readFile(join(folder, 'functions.signed.ts'))).rejects.toThrow('ENOENT')
  })

  test.each([
    [[], 'FILE is missing'],
    [['a.ts', 'b.ts', '--out', 'c.ts'], '--out requires a single FILE'],
    [['a.ts', '--check', '--watch'], '--check and --watch exclude each other'],
    [['a.ts', '--chekc'], "Unknown option '--chekc'"],
  ])('says what is wrong with the command %j', async (args, message) => {
    const { code, errors } = await run(await project({}), ...args)
    expect(code).toBe(2)
    expect(errors).toContain(message)
    expect(errors).toContain('usage: lpipe-signatures FILE...')
  })

  test('prints its options with --help', async () => {
    expect(await run(await project({}), '--help')).toMatchObject({ code: 0, out: expect.stringContaining('--check') })
  })

  test.each([
    ['a file that there is not', {}, 'functions.ts cannot be read. It must be a TypeScript file'],
    [
      'a file without functions',
      { 'functions.ts': 'export const a = 1' },
      'functions.ts exports no function without a signature',
    ],
    ['a syntax error', { 'functions.ts': 'export const a = ({ x: {) => 1' }, 'functions.ts:1:25 '],
    ['a configuration that is not JSON', { 'functions.ts': store, 'tsconfig.json': '{ "x" ' }, 'tsconfig.json'],
  ])('says so of %s', async (_, files, message) => {
    const { code, errors } = await run(await project(files), 'functions.ts')
    expect(code).toBe(1)
    expect(errors).toContain(message)
    expect(errors).not.toContain('    at ') // no stack: it is not our error
  })
})

describe('--check', () => {
  test('takes the line ends that Git writes on Windows', async () => {
    const folder = await project({ 'functions.ts': store.replaceAll('\n', '\r\n') })
    await run(folder, 'functions.ts')
    const file = join(folder, 'functions.signed.ts')
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll('\n', '\r\n'))
    expect(await run(folder, 'functions.ts', '--check')).toMatchObject({ code: 0 })
  })

  test('ends with 1 and the cure if the module is missing or out of date', async () => {
    const folder = await project({ 'src/functions.ts': store })
    const cure = 'Run: npx lpipe-signatures src/functions.ts'
    expect(await run(folder, 'src/functions.ts', '--check')).toEqual({
      code: 1,
      out: '',
      errors: `src/functions.signed.ts: is missing. ${cure}`,
    })
    await run(folder, 'src/functions.ts')
    expect(await run(folder, 'src/functions.ts', '--check')).toEqual({
      code: 0,
      out: 'src/functions.signed.ts: is up to date',
      errors: '',
    })
    await writeFile(join(folder, 'src/functions.ts'), store.replace('number', 'string'))
    expect(await run(folder, 'src/functions.ts', '--check')).toEqual({
      code: 1,
      out: '',
      errors: `src/functions.signed.ts: is out of date. ${cure}`,
    })
    await rm(join(folder, 'src/functions.ts'))
    expect(await run(folder, 'src/functions.ts', '--check')).toMatchObject({ code: 1 })
  })
})

test('--watch writes whenever the source changes, or what it imports', async () => {
  const folder = await project({
    'functions.ts': "import type { Order } from './order.ts'\nexport const store = ({ n }: Order) => n\n",
    'order.ts': 'export interface Order { n: number }\n',
  })
  const child = spawn(process.execPath, [bin, 'functions.ts', '--watch'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const errors = createInterface({ input: child.stderr })[Symbol.asyncIterator]()
  const line = async () => (await lines.next()).value
  try {
    expect(await line()).toBe('functions.signed.ts: watching functions.ts')
    expect(await line()).toBe('functions.signed.ts: written, 1 function')
    await writeFile(join(folder, 'order.ts'), 'export interface Order { n: string }\n')
    expect(await line()).toBe('functions.signed.ts: written, 1 function')
    expect(await readFile(join(folder, 'functions.signed.ts'), 'utf8')).toContain('n: { type: "string" }')
    await writeFile(join(folder, 'order.ts'), 'export interface Order { n: Date }\n')
    expect((await errors.next()).value).toMatch(/^order\.ts:1:26 store: n is a Date/)
    await writeFile(join(folder, 'order.ts'), 'export interface Order { n: boolean }\n')
    expect(await line()).toBe('functions.signed.ts: written, 1 function')
  } finally {
    child.kill()
    await once(child, 'exit')
  }
})
