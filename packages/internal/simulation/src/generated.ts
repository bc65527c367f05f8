import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { StandardSchema } from '@lpipe/core'
import { signatureOf } from '@lpipe/core/middleware'
import { oneOf, type Random, randomOf } from './random.ts'
import type { Signatures } from './signed-functions.ts'
import { Violation } from './world.ts'

/** Texts that are code, or end code, where a generator does not quote them. */
const hostile = [
  'https://example.com',
  '// a',
  '/* a */ b',
  '*/',
  "it's",
  '"quoted"',
  '`',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is text
  '${globalThis}',
  'two\nlines',
  'two\u2028lines',
  'back\\slash',
  '</script>',
  '__proto__',
  '',
]
/** Names of files that Node imports: it drops line breaks of a specifier, and reads `#`, `?` and `%` as those of a URL. */
const fileNames = ['functions.ts', "it's.ts", 'a "b".ts', 'a`b.ts', 'a b.ts', "';.ts"]
const folderNames = ['src', 'two\nlines', 'two\u2028lines', '\n;throw 1', "it's"]
/** The first line of a source. It may be that of another generator, or have been copied from a generated module. */
const firstLines = [
  '',
  '/* // */',
  '// Generated from openapi.yaml. Do not edit it: run `lpipe-signatures openapi.yaml`',
]
const handWritten = [
  '',
  '// by hand\n',
  '// Generated from openapi.yaml by another tool\n',
  'export const x = 1 // Generated from functions.ts: run `lpipe-signatures functions.ts`\n',
]

/** The type of a value, with values that it accepts and refuses. */
interface ValueType {
  readonly text: string
  readonly accepted: readonly unknown[]
  readonly refused: readonly unknown[]
}

/** Makes a type of hostile texts, which must be accepted letter by letter. */
const valueTypeOf = (random: Random): ValueType => {
  const [other = '', ...texts] = shuffled(random, hostile).slice(0, 4)
  const union = texts.map((text) => JSON.stringify(text)).join(' | ')
  const wrong = [other, ...texts.map((text) => `${text} `), 1, null, undefined]
  const name = oneOf(random, hostile.slice(0, -2))
  const types: readonly ValueType[] = [
    { text: union, accepted: texts, refused: wrong },
    { text: `(${union})[]`, accepted: [[], texts], refused: [[other], [...texts, 1], texts[0], undefined] },
    {
      text: `{ ${JSON.stringify(name)}: ${union} }`,
      accepted: texts.map((text) => ({ [name]: text })),
      refused: [...wrong.map((one) => ({ [name]: one })), {}, []],
    },
  ]
  return oneOf(random, types)
}

const shuffled = <T>(random: Random, list: readonly T[]): readonly T[] =>
  list
    .map((one) => ({ one, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ one }) => one)

const core = fileURLToPath(new URL('../../../core', import.meta.url))
/** The library of an old version is read in a quarter of the time. */
const compilerOptions = {
  module: 'nodenext',
  target: 'es2023',
  lib: ['es5'],
  types: [],
  rewriteRelativeImportExtensions: true,
}

/** Makes a project in which `@lpipe/core` is installed. Returns its folder. */
const createProject = (root: string, random: Random): string => {
  const folder = join(root, oneOf(random, folderNames))
  mkdirSync(join(folder, 'node_modules/@lpipe'), { recursive: true })
  symlinkSync(core, join(folder, 'node_modules/@lpipe/core'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
  return folder
}

/** Most different sources: each takes as long as several runs, and stays in memory. */
const maxSources = 64
const known = new Map<number, Promise<Signatures>>()

/**
 * Generates the validators of a source that is made of hostile parts, as `lpipe-signatures` does.
 *
 * @throws Violation if they cannot be generated and loaded, or if a file that was not generated has changed
 */
export const generatedSignatures = (seed: number): Promise<Signatures> => {
  const number = Math.floor(randomOf(seed)() * maxSources)
  const signatures = known.get(number) ?? generateIn(number)
  known.set(number, signatures)
  return signatures
}

const generateIn = async (number: number): Promise<Signatures> => {
  const root = mkdtempSync(join(tmpdir(), 'lpipe-generated-'))
  try {
    return await generateAll(root, randomOf(number))
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

const generateAll = async (root: string, random: Random): Promise<Signatures> => {
  const { generate, SignaturesError } = await import('@lpipe/signatures')
  const folder = createProject(root, random)
  const source = join(folder, oneOf(random, fileNames))
  const { text: type, accepted, refused } = valueTypeOf(random)
  const names = shuffled(random, hostile).slice(0, 2)
  writeFileSync(
    source,
    `${oneOf(random, firstLines)}
interface Kwargs { number?: number; group: number; trace: string; pad: string; value: ${type} }
export const f = (kwargs: Kwargs) => kwargs
export { ${names.map((name) => `f as ${JSON.stringify(name)}`).join(', ')} }
`,
  )

  /** Writes a generated module, as the command does. Returns its file and text. */
  const write = async (out?: string) => {
    const generated = await generate(source, { out })
    writeFileSync(generated.out, generated.text)
    return generated
  }
  /** Tries to write over a file. */
  const attack = async (out: string): Promise<void> => {
    const before = readFileSync(out, 'utf8')
    await write(out).catch((error: unknown) => {
      if (!(error instanceof SignaturesError)) throw error
    })
    if (readFileSync(out, 'utf8') !== before) {
      throw new Violation('files', 'the generator wrote over a file that it has not generated')
    }
  }
  const alias = join(folder, 'alias.ts')
  symlinkSync(source, alias)
  await attack(oneOf(random, [source, alias]))
  const other = join(folder, 'other.ts')
  writeFileSync(other, oneOf(random, handWritten))
  await attack(other)

  try {
    const { out, text } = await write()
    if ((await write()).text !== text) throw new Error('it is another one at the second time')
    const generated = (await import(pathToFileURL(out).href)) as Readonly<Record<string, unknown>>
    const schemas = ['f', ...names].map((name) => signatureOf(generated[name])?.schema as StandardSchema)
    if (schemas.includes(undefined as never)) throw new Error('a function has no signature')
    return { schemaOf: (path) => schemas[path % schemas.length] as StandardSchema, accepted, refused, every: 2 }
  } catch (error) {
    throw new Violation('signatures', `a generated module cannot be made or loaded: ${(error as Error).name}`)
  }
}
