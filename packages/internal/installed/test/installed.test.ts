import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { build } from 'esbuild'
import { mustRun, run, runtimes } from './run.ts'
import { manifestIn, published, root, withOurs } from './workspace.ts'

const isPublished = (name: string): boolean => published.some((manifest) => manifest.name === name)

const installed = process.env['LPIPE_INSTALLED'] as string
const program = fileURLToPath(new URL('../program', import.meta.url))

/** The TypeScript that `@lpipe/signatures` depends on, and the newest. */
const compilers = [
  ['5', join(installed, 'seven/node_modules/typescript/bin/tsc')],
  ['7', join(root, 'node_modules/typescript/bin/tsc')],
] as const

const expected = {
  sqs: { batchItemFailures: [{ itemIdentifier: 'message-1' }] },
  kinesis: { batchItemFailures: [{ itemIdentifier: expect.stringMatching(/^\d{50,}$/) }] },
  raw: { event: 'Finished.', stats: { received: 1, successes: 1 }, output: [{ shipped: 0 }] },
  own: { batchItemFailures: [{ itemIdentifier: 'message-1' }] },
}

describe.each([
  ['seven', '7'],
  ['six', '6'],
])('in an empty folder, %s', (user, middy) => {
  const folder = join(installed, user)
  const app = join(folder, 'app')
  const tsc = (bin: string, ...args: readonly string[]) => mustRun(process.execPath, [bin, '-p', app, ...args], folder)

  /** Runs a program, and parses the last line that it prints. */
  const responsesOf = async (node: string, file: string, cwd: string): Promise<unknown> => {
    const output = await mustRun(node, [file], cwd, { AWS_LAMBDA_LOG_LEVEL: 'FATAL' })
    return JSON.parse(output.trim().split('\n').at(-1) as string)
  }

  beforeAll(async () => {
    cpSync(program, app, { recursive: true })
    await tsc(compilers[0][1])
  })

  test(`has @middy/core ${middy}, and lpipe from tarballs only`, () => {
    expect(manifestIn(join(folder, 'node_modules/@middy/core')).version).toMatch(new RegExp(`^${middy}\\.`))
    const lock: { packages: Record<string, { resolved?: string; link?: boolean }> } = JSON.parse(
      readFileSync(join(folder, 'package-lock.json'), 'utf8'),
    )
    const ours = Object.entries(lock.packages).filter(([path]) => /node_modules\/(@lpipe\/|lpipe-)/.test(path))
    expect(ours.length).toBeGreaterThan(9)
    expect(ours.filter(([, { resolved = '', link }]) => link || !resolved.endsWith('.tgz'))).toEqual([])
  })

  test.each(compilers)('type-checks as nodenext with TypeScript %s', async (_, bin) => {
    expect(await tsc(bin, '--noEmit')).toBe('')
  })

  test.each(compilers)('type-checks as bundler with TypeScript %s', async (_, bin) => {
    const bundler = ['--module', 'preserve', '--moduleResolution', 'bundler'] // what TypeScript has for CommonJS beside ES modules
    expect(await tsc(bin, '--noEmit', ...bundler)).toBe('')
  })

  test('the types of lpipe are valid without `skipLibCheck`', async () => {
    const all = withOurs(...Object.keys(manifestIn(folder).dependencies ?? {}).filter(isPublished))
    writeFileSync(join(app, 'all.ts'), all.map((name, index) => `export type * as _${index} from '${name}'\n`).join(''))
    const { stdout } = await run(
      process.execPath,
      [compilers[1][1], '-p', app, '--noEmit', '--skipLibCheck', 'false'],
      folder,
    )
    rmSync(join(app, 'all.ts'))
    const errors = stdout.split('\n').filter((line) => line.includes('error TS'))
    // middy's own types need an optional package that is not installed.
    expect(errors.filter((line) => !/Cannot find module '@aws\//.test(line))).toEqual([])
  })

  describe.each(runtimes)('Node %s', (version, node) => {
    test('runs the program', async () => {
      expect(await responsesOf(node, 'built/main.js', app)).toEqual({ node: version, ...expected })
    })

    test('requires it from CommonJS', async () => {
      expect(await responsesOf(node, 'built/common.cjs', app)).toEqual({ node: version, sqs: expected.sqs })
    })

    test.each(['esm', 'cjs'] as const)('runs the bundle, %s, where there is no node_modules', async (format) => {
      const bundles = join(installed, `bundles-${user}`)
      mkdirSync(bundles, { recursive: true })
      const outfile = join(bundles, `${version}.${format === 'esm' ? 'mjs' : 'cjs'}`)
      const { warnings } = await build({
        entryPoints: [join(app, 'main.ts')],
        outfile,
        bundle: true,
        minify: true,
        platform: 'node',
        target: `node${version.slice(1)}`,
        format,
        logLevel: 'silent',
      })
      expect(warnings).toEqual([])
      expect(await responsesOf(node, outfile, bundles)).toEqual({ node: version, ...expected })
    })
  })
})

test.each(runtimes)('every package is imported and required, the same, by Node %s', async (_, node) => {
  const names = published.map(({ name }) => name)
  const same = `
    import { createRequire } from 'node:module'
    const require = createRequire(import.meta.url)
    for (const name of ${JSON.stringify(names)}) {
      const imported = await import(name)
      if (Object.keys(imported).length > 0 && imported === require(name)) console.log(name)
    }`
  const output = await mustRun(node, ['--input-type=module', '-e', same], join(installed, 'seven'))
  expect(output.trim().split('\n')).toEqual(names)
})

test('the preset alone: the option `metrics` throws an error that names the middleware', async () => {
  const program = `
    import middy from '@middy/core'
    import { lpipe } from 'lpipe-preset'
    try {
      middy().use(lpipe({ call: () => undefined, metrics: true }))
    } catch ({ name, message }) {
      console.log(name + ': ' + message)
    }`
  const output = await mustRun(process.execPath, ['--input-type=module', '-e', program], join(installed, 'six'))
  expect(output.trim()).toBe(
    'InvalidConfigurationError: lpipe: `metrics` is not an option; use the middleware before lpipe(): ' +
      'middy().use(metrics()).use(lpipe({ ... }))',
  )
})
