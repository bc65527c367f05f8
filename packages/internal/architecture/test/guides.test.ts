/** The documents: programs that they quote, programs with assertions, links, and the lines of the debug switch. */
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const read = (file: string): string => readFileSync(join(root, file), 'utf8')

const documents = globSync(['README.md', 'CONTRIBUTING.md', 'ARCHITECTURE.md', 'docs/*.md', 'packages/*/README.md'], {
  cwd: root,
}).sort()

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
