/** The examples in docstrings compile: each as a module, with what the packages export and a few names of a user's program. */
import { beforeAll, describe, expect, test } from '@jest/globals'
import { compile } from '../src/compile.ts'
import { exportsOf, filesIn, type PublicExport } from '../src/sources.ts'

interface Example {
  readonly path: string
  /** The line of its first line, from 1. */
  readonly line: number
  readonly text: string
}

const examplesIn = ({ path, text }: { readonly path: string; readonly text: string }): Example[] =>
  [...text.matchAll(/^ \* @example\n((?: \*(?: (?!@).*)?\n)+)/gm)].map(({ index, 1: body = '' }) => ({
    path,
    line: text.slice(0, index).split('\n').length + 1,
    text: body.replace(/^ \* ?/gm, ''),
  }))

const examples = filesIn('*/src/**/*.ts', 'internal/template/src/*.ts').flatMap(examplesIn)

/** The modules that export a name, those of the published packages. */
const modulesOf = new Map<string, string[]>()
for (const { path, text } of filesIn('*/package.json', 'internal/template/package.json')) {
  const manifest: { name: string; exports?: Record<string, string | { '@lpipe/source': string }> } = JSON.parse(text)
  for (const [entry, target] of Object.entries(manifest.exports ?? {})) {
    if (typeof target === 'string' || target['@lpipe/source'].endsWith('/all.ts')) continue
    for (const { name } of exportsOf(path.replace('package.json', target['@lpipe/source'].slice(2)))) {
      modulesOf.set(name, [...(modulesOf.get(name) ?? []), manifest.name + entry.slice(1)])
    }
  }
}

/** Names of other packages. */
const others: Readonly<Record<string, string>> = {
  middy: "import middy from '@middy/core'",
  z: "import * as z from 'zod'",
  Sentry: "import * as Sentry from '@sentry/aws-serverless'",
  NodeTracerProvider: "import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node'",
  BatchSpanProcessor: "import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-node'",
  SQSClient: "import { SQSClient } from '@aws-sdk/client-sqs'",
  readFile: "import { readFile } from 'node:fs/promises'",
  writeFile: "import { writeFile } from 'node:fs/promises'",
  expect: "import { expect } from '@jest/globals'",
  test: "import { test } from '@jest/globals'",
}

/** Names of a user's program. */
const user: Readonly<Record<string, string>> = {
  handler: 'const handler = async (_event: unknown, _context?: object): Promise<unknown> => undefined',
  paths: 'const paths = { ORDER: [(order: { id: string }) => console.log(order.id)] }',
  options: 'const options = { level: "info" }',
  Order: 'type Order = { readonly id: string }',
  order: 'const order = { path: "ORDER", kwargs: { id: "a" } }',
  good: 'const good = { path: "ORDER", kwargs: { id: "a" } }',
  bad: 'const bad = { path: "ORDER", kwargs: {} }',
  ...Object.fromEntries(
    ['charge', 'pack', 'count', 'welcome', 'cleanUp'].map((name) => [name, `const ${name} = () => undefined`]),
  ),
  ship: 'const ship = (_order: object, _call?: object) => ({ shipped: true })',
  makeThumbnail: 'const makeThumbnail = async (_bucket: string, _key: string) => undefined',
  theSystem: 'const theSystem = (await import("@lpipe/system")).system({ functions: {} })',
  logger: 'const logger = console',
  exporter: 'const exporter = new (await import("@opentelemetry/sdk-trace-node")).ConsoleSpanExporter()',
  eventOf: 'declare const eventOf: import("@lpipe/testing").SourceContractContext["eventOf"]',
  malformed: 'declare const malformed: import("@lpipe/testing").SourceContractContext["malformed"]',
  sender: 'declare const sender: import("@lpipe/core").Sender',
  orders: 'declare const orders: import("@lpipe/core").Queue',
  missing: 'declare const missing: import("@lpipe/core").Queue',
  arrived: 'const arrived = async () => []',
}

/** The module that an example imports. */
const imported = { file: 'orders.ts', text: 'export const handler = async (_event: unknown) => undefined' }

/** Returns the names that an example uses and does not define. */
const namesUsedIn = (code: string): ReadonlySet<string> => {
  const used = new Set([...code.matchAll(/(?<![\w$]|(?<!\.)\.)[A-Za-z_$][\w$]*(?!\w*\??:)/g)].map(([name]) => name))
  for (const [, names = ''] of code.matchAll(/\b(?:const|import) (\w+|\{[^}]*\})/g)) {
    for (const [name] of names.matchAll(/\w+/g)) used.delete(name)
  }
  return used
}

/** Returns an example at its own lines. What it uses is in the first line. */
const programOf = ({ path, line, text }: Example): string => {
  const code = text.replace(/'[^'\n]*'/g, "''").replace(/\/\/.*$/gm, '')
  const folder = path.slice(0, path.indexOf('/'))
  const head = [...namesUsedIn(code)].flatMap((name) => {
    const known = others[name] ?? user[name]
    if (known !== undefined) return [known]
    const modules = modulesOf.get(name)
    if (modules === undefined) return []
    const own = modules.find((module) => module.replace('@lpipe/', '').split('/')[0] === folder)
    const isType = /^[A-Z]/.test(name) && code.includes(`: ${name}`)
    return [`import ${isType ? 'type ' : ''}{ ${name} } from '${own ?? modules[0]}'`]
  })
  return `${head.join('; ')}${'\n'.repeat(line - 1)}${text}`
}

const fileOf = ({ path, line }: Example): string => `${path.replaceAll('/', '+').slice(0, -3)}.${line}.ts`

let diagnostics: readonly string[] = []
beforeAll(() => {
  diagnostics = compile([imported, ...examples.map((one) => ({ file: fileOf(one), text: programOf(one) }))])
})

describe('an example in a docstring compiles:', () => {
  test.each(examples.map((one) => [`${one.path}:${one.line}`, one] as const))('%s', (_, one) => {
    expect(diagnostics.filter((text) => text.startsWith(`${fileOf(one)}(`))).toEqual([])
  })

  test('they are found', () => {
    expect(examples.length).toBeGreaterThan(50)
  })
})

/** Functions that say all in their types: predicates, ids, and what authors of senders and of schemas compare. */
const plain = new Set(['isDescription', 'functionId', 'pathId', 'entryFor', 'problemsBetween'])

describe('each function that users import has an example:', () => {
  const textOf = new Map(filesIn('*/src/**/*.ts').map(({ path, text }) => [path, text]))
  const lacksExample = ({ file, declaredAs }: PublicExport): boolean => {
    const text = textOf.get(file) ?? ''
    const start = text.search(
      new RegExp(
        `^export (?:const ${declaredAs} =\\s+(?:/\\S+ \\S+ \\*/ )?(?:Object\\.assign\\(\\s*)?(?:async )?[<(]|(?:async )?function ${declaredAs}\\b)`,
        'm',
      ),
    )
    return start >= 0 && !text.slice(text.lastIndexOf('/**', start), start).includes('@example')
  }

  const entries = filesIn('*/src/index.ts').map(({ path }) => path)
  test.each(entries)('%s', (entry) => {
    const lacking = exportsOf(entry).filter((one) => !plain.has(one.name) && lacksExample(one))
    expect(lacking.map(({ name }) => name)).toEqual([])
  })
})
