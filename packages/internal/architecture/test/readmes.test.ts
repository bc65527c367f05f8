import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { compile } from '../src/compile.ts'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const readmes = globSync(
  ['README.md', 'packages/*/README.md', 'packages/internal/*/README.md', 'examples/*/README.md'],
  { cwd: root },
).sort()

/** The guides. The programs of the recipes are compiled and run by `@lpipe/installed`. */
const guides = globSync('docs/*.md', { cwd: root })
  .filter((guide) => guide !== 'docs/recipes.md')
  .sort()

/** A program in a README or a guide. */
interface Program {
  readonly readme: string
  /** The line of its first line, from 1. */
  readonly line: number
  readonly text: string
}

/** The programs of a document: its blocks of TypeScript, without those that quote a file. */
const programsIn = (readme: string): Program[] => {
  const text = readFileSync(join(root, readme), 'utf8')
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].flatMap(({ index, 1: program = '' }) => {
    const before = text.slice(0, index)
    if (/\]\([^)\s]+\.ts\)[^\n]*:\n\n$/.test(before)) return []
    return [{ readme, line: before.split('\n').length + 1, text: program }]
  })
}

const programs = [...readmes, ...guides].flatMap(programsIn)
/** Returns the file of a program: a module of its own, with the line numbers of the README. */
const fileOf = ({ readme, line }: Program): string => `${readme.replaceAll('/', '+')}.${line}.ts`

let diagnostics: readonly string[] = []

beforeAll(() => {
  diagnostics = compile(programs.map((one) => ({ file: fileOf(one), text: '\n'.repeat(one.line - 1) + one.text })))
})

describe('the programs of the READMEs and the guides', () => {
  test.each(programs.map((program) => [`${program.readme}:${program.line}`, program] as const))('%s', (_, program) => {
    const file = fileOf(program)
    expect(diagnostics.filter((line) => line.startsWith(`${file}(`))).toEqual([])
  })

  test('are the only errors of the compiler', () => {
    const files = programs.map(fileOf)
    const others = diagnostics.filter(
      (line) => !line.startsWith(' ') && !files.some((file) => line.startsWith(`${file}(`)),
    )
    expect(others).toEqual([])
  })

  test('are found', () => {
    expect(programs.length).toBeGreaterThan(15)
  })
})

/** The interfaces of options, where their names differ from that of the package's factory. */
const interfaces: Readonly<Record<string, string>> = {
  core: 'Action|QueueBase|SqsQueue|KinesisQueue|PathPayload|QueuePayload',
  testing: 'Record|MemoryQueue',
}
/** The preset takes the options of these. */
const middlewares = ['batch-response', 'batch-decoder', 'error-classifier', 'payload-chain', 'path-router']

/** The options that a package takes, by its sources. */
const optionsIn = (name: string): string[] => {
  if (name === 'lpipe-preset') return middlewares.flatMap(optionsIn)
  const factory = interfaces[name] ?? name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
  const bodies = new RegExp(`^(?:export )?interface (?:${factory})(?:Options)?\\b.*?{\n(.*?)^}$`, 'gims')
  const folder = join(root, 'packages', name, 'src')
  return globSync('**/*.ts', { cwd: folder }).flatMap((file) =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(bodies)].flatMap(([, body = '']) =>
      [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, option = '']) => option),
    ),
  )
}

const published = globSync('packages/*/package.json', { cwd: root })
  .filter((name) => JSON.parse(readFileSync(join(root, name), 'utf8')).private !== true)
  .map((name) => basename(dirname(name)))
  .sort()

describe.each(published)('%s', (name) => {
  const readme = join('packages', name, 'README.md')

  test('has a program in its README', () => {
    expect(programsIn(readme)).not.toEqual([])
  })

  test('says in its README how it is installed', () => {
    const { name: packageName } = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'))
    const commands = readFileSync(join(root, readme), 'utf8').match(/^npm install .*$/gm) ?? []
    expect(commands.flatMap((command) => command.split(' '))).toContain(packageName)
  })

  test('names all its options in its README', () => {
    const text = readFileSync(join(root, readme), 'utf8')
    expect(optionsIn(name).filter((option) => !text.includes(`\`${option}\``))).toEqual([])
  })
})

test('options are found', () => {
  expect(optionsIn('path-router')).toContain('concurrency')
  expect(optionsIn('lpipe-preset')).toEqual(expect.arrayContaining(['source', 'capture', 'deadLetter']))
  expect(optionsIn('core')).toEqual(expect.arrayContaining(['queues', 'groupId', 'partitionKey', 'sender', 'kwargs']))
  expect(optionsIn('testing')).toEqual(expect.arrayContaining(['groupId', 'refuse']))
})
