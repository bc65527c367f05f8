/** The documents: programs that they quote, programs with assertions, links, tables of contents, and the lines of the debug switch. */
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const read = (file: string): string => readFileSync(join(root, file), 'utf8')

const documents = globSync(
  [
    'README.md',
    'CONTRIBUTING.md',
    'ARCHITECTURE.md',
    'docs/*.md',
    'packages/*/README.md',
    'packages/internal/*/README.md',
    'packages/internal/conformance/vectors/README.md',
    'examples/*/README.md',
  ],
  { cwd: root },
).sort()

interface Quotation {
  readonly document: string
  /** The file that is quoted, from the root. */
  readonly file: string
  readonly text: string
}

/** The blocks of TypeScript that follow a line with a link to a file and a colon: they quote the file. */
const quotations = documents.flatMap((document): Quotation[] =>
  [...read(document).matchAll(/\]\(([^)\s]+\.ts)\)[^\n]*:\n\n```ts\n(.*?)^```$/gms)].map(
    ([, target = '', text = '']) => ({ document, file: join(dirname(document), target), text }),
  ),
)

describe('a quoted program', () => {
  test.each(quotations.map((one) => [one.document, one.file, one.text] as const))('%s quotes %s', (_, file, text) =>
    expect(text).toBe(read(file)),
  )

  test('is in each of the three guides', () => {
    const guides = ['docs/write-a-middleware.md', 'docs/write-a-sender.md', 'docs/write-an-event-source.md']
    const quoting = quotations.map(({ document }) => document)
    expect(guides.filter((guide) => !quoting.includes(guide))).toEqual([])
  })
})

/** The programs with assertions, which run. */
const assertions = documents.flatMap((document) =>
  [...read(document).matchAll(/^```ts\n(.*?)^```$/gms)].flatMap(([, text = ''], index) =>
    text.includes("from 'node:assert/strict'") ? [[`${document}, program ${index + 1}`, text] as const] : [],
  ),
)

const runTypeScript = (program: string, ...flags: string[]) =>
  spawnSync(
    process.execPath,
    ['--conditions=@lpipe/source', ...flags, '--input-type=module-typescript', '--eval', program],
    {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '--disable-warning=ExperimentalWarning' },
    },
  )

describe('a program with assertions', () => {
  test.each(assertions)('%s holds', (_, program) => {
    const { status, stderr } = runTypeScript(program)
    expect([stderr, status]).toEqual(['', 0])
  })

  test('is found', () => {
    expect(assertions.length).toBeGreaterThanOrEqual(3)
  })
})

/** The anchor of a heading, as GitHub makes it. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-')

const anchorsIn = (file: string): string[] =>
  [...read(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading))

/** Returns why a link leads nowhere. */
const problemOf = (document: string, link: string): string | undefined => {
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? document : relative(root, join(root, dirname(document), path))
  if (!existsSync(join(root, target))) return `${link}: no such file`
  const file = existsSync(join(root, target, 'README.md')) ? join(target, 'README.md') : target
  return anchor === undefined || anchorsIn(file).includes(anchor) ? undefined : `${link}: no such heading`
}

describe('the links of', () => {
  test.each(documents)('%s lead somewhere', (document) => {
    const links = [...read(document).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = '']) => link)
    expect(links.map((link) => problemOf(document, link)).filter((problem) => problem !== undefined)).toEqual([])
  })
})

/** The files and folders, from the root, that a document links to. */
const linkedFrom = (document: string): string[] =>
  [...read(document).matchAll(/\]\((?!https?:|#)([^)#\s]+)(?:#[^)\s]*)?\)/g)].map(([, link = '']) =>
    relative(root, join(root, dirname(document), link)),
  )

const foldersInCore = (): string[] => [...new Set(foldersOf('packages/core/src/*/*.ts'))]

const foldersOf = (...patterns: string[]): string[] =>
  globSync(patterns, { cwd: root })
    .map((file) => dirname(file))
    .sort()

describe('a table of contents is complete:', () => {
  const guides = globSync('docs/*.md', { cwd: root }).filter((guide) => guide !== 'docs/README.md')

  test.each([
    ['README.md links to every package', 'README.md', foldersOf('packages/*/package.json')],
    ['README.md links to every guide', 'README.md', guides],
    ['docs/README.md links to every guide', 'docs/README.md', guides],
    [
      'ARCHITECTURE.md links to every private package',
      'ARCHITECTURE.md',
      foldersOf('packages/internal/*/package.json'),
    ],
    ['ARCHITECTURE.md links to every folder of the core', 'ARCHITECTURE.md', foldersInCore()],
  ])('%s', (_, document, expected) => {
    expect(expected.length).toBeGreaterThan(4)
    const linked = linkedFrom(document)
    expect(expected.filter((one) => !linked.includes(one))).toEqual([])
  })
})

describe('ARCHITECTURE.md', () => {
  const text = read('ARCHITECTURE.md')
  const sectionOf = (heading: string): string => text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''

  test('has every published package in the drawing of the imports', () => {
    const drawing = /```mermaid\n(.*?)```/s.exec(sectionOf('The fan'))?.[1] ?? ''
    const drawn: readonly string[] = drawing.match(/[a-z]+(?:-[a-z]+)*/g) ?? []
    expect(foldersOf('packages/*/package.json').filter((folder) => !drawn.includes(basename(folder)))).toEqual([])
  })

  /** The files and folders that the first column of the section's table names. */
  const namedIn = (heading: string): string[] =>
    [...sectionOf(heading).matchAll(/^\|([^|]+)\|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([\w-]+(?:\/|\.ts))`/g)].map(([, name = '']) => name),
    )

  /** The folders in a folder, with a slash at the end, and its files. */
  const entriesOf = (folder: string) => {
    const entries = readdirSync(join(root, folder), { withFileTypes: true })
    const namesOf = (are: boolean) => entries.filter((entry) => entry.isDirectory() === are).map(({ name }) => name)
    return { folders: namesOf(true).map((name) => `${name}/`), files: namesOf(false) }
  }

  test.each([
    ['A system', 'packages/system'],
    ['The local page', 'packages/dev'],
  ])('%s: names every folder of %s, and what it names is there', (heading, folder) => {
    const [sources, others] = [entriesOf(`${folder}/src`), entriesOf(folder)]
    const named = namedIn(heading)
    expect(sources.folders.filter((name) => !named.includes(name))).toEqual([])
    const there = [...sources.folders, ...sources.files, ...others.folders]
    expect(named.length).toBeGreaterThan(5)
    expect(named.filter((name) => !there.includes(name))).toEqual([])
  })
})

test('docs/systems.md lists every finding, and no others', () => {
  const sources = globSync(['packages/system/src/**/*.ts', 'packages/cli/src/commands/check.ts'], { cwd: root }).map(
    read,
  )
  const codesIn = (text: string): string[] =>
    [...text.matchAll(/\bcode: ([^,]+),/g)].flatMap(([, value = '']) => value.match(/(?<=')[a-z-]+(?=')/g) ?? [])
  const listed = [...read('docs/systems.md').matchAll(/^\| ((?:`[a-z-]+`(?:, )?)+) \| (?:error|warning|info) \|/gm)]
  const codes = listed.flatMap(([, cell = '']) => cell.match(/[a-z-]+/g) ?? [])
  expect(codes.toSorted()).toEqual([...new Set(sources.flatMap(codesIn))].sort())
})

describe('a guide names every member of its interface:', () => {
  const membersOf = (file: string, name: string): string[] => {
    const body =
      new RegExp(`^export interface ${name}\\b.*?{\\n(.*?)^}`, 'ms').exec(read(`packages/core/src/${file}`))?.[1] ?? ''
    return [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??[:(]/gm)].map(([, member = '']) => member)
  }

  test.each([
    ['docs/write-an-event-source.md', 'adapters/event-source.ts', 'EventSource'],
    ['docs/write-a-sender.md', 'adapters/sender.ts', 'Sender'],
    ['docs/write-a-sender.md', 'adapters/sender.ts', 'Entry'],
    ['docs/write-a-sender.md', 'adapters/sender.ts', 'Prepared'],
    ['docs/write-a-sender.md', 'adapters/sender.ts', 'SendFailure'],
    ['docs/write-a-sender.md', 'language/queue.ts', 'QueueType'],
    ['packages/payload-chain/README.md', 'adapters/sender.ts', 'DeliveryOptions'],
    ['packages/core/README.md', 'batch/deadline.ts', 'Deadline'],
    ['docs/concepts.md', 'language/call.ts', 'Call'],
    ['docs/concepts.md', 'language/call.ts', 'State'],
  ])('%s, %s, %s', (guide, file, name) => {
    const members = membersOf(file, name)
    expect(members.length).toBeGreaterThan(1)
    // `defineSender()` sets `open`.
    const unnamed = members.filter(
      (member) => member !== 'open' && !new RegExp(`\`[^\`]*\\b${member}\\b`).test(read(guide)),
    )
    expect(unnamed).toEqual([])
  })
})

test('the debug switch prints what the guide shows', () => {
  const program = `
    import { invoke, memorySenders, silentLogger, sqsEvent } from '@lpipe/testing'
    import middy from '@middy/core'
    import { action, lpipe, queue } from 'lpipe-preset'

    const charge = ({ order }) => {}
    const parcels = queue({ type: 'sqs', name: 'parcels', path: 'SHIP' })
    const paths = { ORDER: [action({ functions: [charge], queues: [parcels] })] }
    const { senders } = memorySenders()
    const handler = middy().use(lpipe({ paths, senders, logger: silentLogger() }))
    await invoke(handler, sqsEvent([{ path: 'order', kwargs: { order: 'A1' } }]))`
  const { stderr } = runTypeScript(program, '--import', '@lpipe/core/debug')
  const shown = /```text\n(lpipe 11111111.*?)```/s.exec(read('docs/observability.md'))?.[1]
  const withoutTimes = (lines: string | undefined) => lines?.replace(/\d+ ms$/gm, 'n ms')
  expect(withoutTimes(stderr)).toBe(withoutTimes(shown))
})
