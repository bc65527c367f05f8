/** The recipes of docs/recipes.md, as they are written there. */
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { build } from 'esbuild'
import { mustRun, run, runtimes } from './run.ts'
import { manifestIn, root, tarballOf, withOurs } from './workspace.ts'

const installed = process.env['LPIPE_INSTALLED'] as string
const folder = join(installed, 'recipes')
const modules = join(folder, 'node_modules')

/** The packages that the recipes install. TypeScript is the oldest that reads lpipe's declarations. */
const others = [
  '@aws-sdk/client-sqs@3.1169.0',
  '@jest/globals@30.5.2',
  '@middy/core@7.9.2',
  '@opentelemetry/api@1.9.1',
  '@opentelemetry/sdk-trace-node@2.12.0',
  '@sentry/aws-serverless@10.75.2',
  '@types/node@24',
  'esbuild@0.28.2',
  'jest@30.5.2',
  'ts-jest@29.4.15',
  'typescript@5.4.5',
  'vitest@5.1.1',
]

const read = (file: string): string => readFileSync(join(root, file), 'utf8')

/** Returns the files in a text: a line with a name in backquotes, and a block. */
const filesIn = (text: string): (readonly [name: string, content: string])[] =>
  [...text.matchAll(/`([\w.-]+)`:\n\n```\w+\n(.*?)^```$/gms)].map(([, name = '', content = '']) => [name, content])

const [introduction = '', ...sections] = read('docs/recipes.md').split(/^## /m)
const [, readmeProgram = ''] = /^```ts\n(.*?)^```$/ms.exec(read('README.md')) ?? []

interface Recipe {
  readonly files: readonly (readonly [name: string, content: string])[]
  readonly commands: readonly string[]
}

const recipes = new Map(
  sections.map((section): [title: string, recipe: Recipe] => {
    const [title = ''] = section.split('\n', 1)
    const [, commands = ''] = /^```sh\n(.*?)^```$/ms.exec(section) ?? []
    const files = filesIn(section)
    const program = files.some(([name]) => name.startsWith('handler.')) ? [] : [['handler.ts', readmeProgram] as const]
    return [title, { files: [...filesIn(introduction), ...files, ...program], commands: commands.trim().split('\n') }]
  }),
)

const recipeOf = (title: string): Recipe => recipes.get(title) ?? { files: [], commands: [] }
const appOf = (title: string): string => join(folder, title.replace(/\W+/g, '-').toLowerCase())

/** Runs a command with a version of Node.js. Node.js 22 gets the option that Lambda sets. */
const runWith = (node: string, command: string, cwd: string): Promise<string> =>
  mustRun('sh', ['-c', `${command} 2>&1`], cwd, {
    PATH: `${dirname(node)}${delimiter}${process.env['PATH']}`,
    NODE_OPTIONS: node === runtimes[1]?.[1] ? '--no-experimental-require-module' : '',
    NO_COLOR: '1',
  })

const [[, newest] = ['', '']] = runtimes

/** The packages that an `npm install` names, without versions. */
const namesIn = (command: string): string[] =>
  command
    .split(' ')
    .slice(2)
    .filter((word) => !word.startsWith('-'))
    .map((word) => word.replace(/(?!^)@.*/, ''))

/** Writes the files of a recipe, and runs its commands but the last. All recipes share one installation. */
const prepare = async (title: string): Promise<void> => {
  const app = appOf(title)
  const { files, commands } = recipeOf(title)
  mkdirSync(app)
  for (const command of commands.slice(0, -1)) {
    if (!command.startsWith('npm install ')) await runWith(newest, command, app)
    else if (!existsSync(join(app, 'node_modules'))) symlinkSync(modules, join(app, 'node_modules'))
    if (command === 'npm init -y') for (const [name, content] of files) writeFileSync(join(app, name), content)
  }
}

const runLast = (title: string, node: string): Promise<string> =>
  runWith(node, recipeOf(title).commands.at(-1) as string, appOf(title))

beforeAll(async () => {
  const names = withOurs('lpipe-preset', '@lpipe/testing', '@lpipe/sentry', '@lpipe/opentelemetry')
  const tarballs = names.map((name) => join(installed, 'tarballs', tarballOf(name)))
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'recipes', private: true }))
  const quick = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline']
  await mustRun('npm', ['install', ...quick, ...tarballs, ...others], folder)
})

test('each recipe is tested here', () => {
  const titles = [...invoked, ...testing, bundled, ...typed].map((one) => (typeof one === 'string' ? one : one[0]))
  expect([...recipes.keys()].sort()).toEqual(titles.sort())
})

test('the recipes name only packages that are installed here', () => {
  const commands = [...recipes.values()].flatMap(({ commands }) => commands)
  const names = commands.filter((command) => command.startsWith('npm install ')).flatMap(namesIn)
  expect(names.length).toBeGreaterThan(15)
  expect(names.filter((name) => !existsSync(join(modules, name)))).toEqual([])
})

const invoked = [
  ['CommonJS on nodejs24.x', runtimes.slice(0, 1)],
  ['CommonJS on nodejs22.x', runtimes],
] as const

describe.each(invoked)('%s', (title, nodes) => {
  beforeAll(() => prepare(title))

  test('is a CommonJS project', () => {
    expect(manifestIn(appOf(title))).toMatchObject({ type: 'commonjs' })
  })

  test.each(nodes)('handles an event, in Node %s', async (_, node) => {
    const output = await runLast(title, node)
    expect(output).toContain('Ada subscribed\n')
    expect(output).toContain('{ batchItemFailures: [] }\n')
  })
})

test('`require()` of lpipe throws where nodejs22.x disables it', async () => {
  const [, [, node] = ['', '']] = runtimes
  await expect(runWith(node, `node -e "require('lpipe-preset')"`, folder)).rejects.toThrow('ERR_REQUIRE_ESM')
})

const testing = ['Jest and CommonJS', 'ts-jest', 'Vitest'] as const

describe.each(testing)('%s', (title) => {
  beforeAll(() => prepare(title))

  test.each(runtimes)('passes, in Node %s', async (_, node) => {
    expect(await runLast(title, node)).toMatch(/Tests:? +1 passed/)
  })
})

const bundled = 'esbuild, ES modules, Sentry and OpenTelemetry'

describe(bundled, () => {
  const empty = join(installed, 'recipes-bundle')
  const app = appOf(bundled)
  const invoke = (node: string, name: string) => runWith(node, `node invoke-${name}.mjs`, app)

  beforeAll(async () => {
    await prepare(bundled)
    await runLast(bundled, newest)
    cpSync(join(app, 'dist'), empty, { recursive: true })
    const esm = { bundle: true, platform: 'node', format: 'esm', logLevel: 'silent' } as const
    await build({ ...esm, entryPoints: [join(app, 'handler.ts')], outfile: join(empty, 'without-banner.mjs') })
    for (const name of ['handler', 'without-banner']) {
      const program = filesIn(introduction)[0]?.[1] ?? ''
      writeFileSync(join(app, `invoke-${name}.mjs`), program.replace('./handler.js', join(empty, `${name}.mjs`)))
    }
  })

  test.each(runtimes)('handles an event where there is no node_modules, in Node %s', async (_, node) => {
    const output = await invoke(node, 'handler')
    expect(output).toContain('Ada subscribed\n')
    expect(output).toContain("name: 'process queue'")
    expect(output).toContain("name: 'subscribe'")
    expect(output).toContain('{ batchItemFailures: [] }\n')
  })

  test('fails without the banner', async () => {
    await expect(invoke(newest, 'without-banner')).rejects.toThrow('Dynamic require of "async_hooks" is not supported')
  })
})

const typed = ['TypeScript 5.4', '`skipLibCheck: false`'] as const

describe.each(typed)('%s', (title) => {
  beforeAll(() => prepare(title))

  test('has no error in TypeScript 5.4', async () => {
    expect(manifestIn(join(modules, 'typescript')).version).toMatch(/^5\.4\./)
    expect(await runLast(title, newest)).toBe('')
  })

  test('has no error in the newest TypeScript', async () => {
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    expect(await mustRun(process.execPath, [tsc, '-p', appOf(title)], appOf(title))).toBe('')
  })
})

test('no declaration of lpipe needs an optional package, in TypeScript 5.4 too', async () => {
  const seven = join(installed, 'seven')
  const names = withOurs(
    ...Object.keys(manifestIn(seven).dependencies ?? {}).filter((name) => /^(?:@lpipe\/|lpipe-)/.test(name)),
  )
  const app = join(seven, 'all')
  mkdirSync(app)
  writeFileSync(
    join(app, 'all.mts'),
    names.map((name, index) => `export type * as _${index} from '${name}'\n`).join(''),
  )
  const options = ['--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext', '--types', 'node']
  const { stdout } = await run(process.execPath, [join(modules, 'typescript/bin/tsc'), ...options, 'all.mts'], app)
  const errors = stdout.split('\n').filter((line) => line.includes('error TS'))
  expect(errors.filter((line) => /node_modules\/(?:@lpipe|lpipe-)/.test(line))).toEqual([])
})
