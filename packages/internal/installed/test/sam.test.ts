import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type LocalPipeline, localPipeline } from '@lpipe/local'
import { silentLogger, sqsEvent } from '@lpipe/testing'
import { parse } from 'yaml'
import { mustRun, type Ran, run, runtimes } from './run.ts'
import { manifestIn, root, tarballOf, withOurs } from './workspace.ts'

const installed = process.env['LPIPE_INSTALLED'] as string
const app = join(installed, 'sam')
const artifacts = join(app, '.aws-sam')

/** A template's own tags, such as `!Ref X`. */
const customTags = ['Ref', 'GetAtt', 'Sub'].map((name) => ({ tag: `!${name}`, resolve: (text: string) => text }))
const template = parse(readFileSync(join(root, 'examples/sam/template.yaml'), 'utf8'), { customTags })
const { Metadata, Properties } = template.Resources.Subscribe

/** The options that SAM passes to esbuild. @see https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-using-build-typescript.html */
const esbuildOptions = (): string[] => {
  const { EntryPoints, ...properties } = Metadata.BuildProperties as Record<string, string | string[]>
  const options = Object.entries(properties).flatMap(([name, values]) => {
    const option = name.replace(/(?!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase()
    return [values].flat().map((value) => (/^\W?\w+=/.test(value) ? `--${option}:${value}` : [option, value]))
  })
  const flags = options.map((one) =>
    Array.isArray(one) ? (one[0] === 'external' ? `--external:${one[1]}` : `--${one[0]}=${one[1]}`) : one,
  )
  return [...(EntryPoints ?? []), '--bundle', '--platform=node', '--minify', `--outdir=${artifacts}`, ...flags]
}

let built: Ran
let local: LocalPipeline

beforeAll(async () => {
  cpSync(join(root, 'examples/sam'), app, {
    recursive: true,
    filter: (path) => !/[/\\](?:node_modules|dist|test)$/.test(path),
  })
  // The packages are not on npm yet: everything else is installed as package.json says.
  const manifest = manifestIn(app)
  const tarballs = Object.fromEntries(
    withOurs('lpipe-preset', '@lpipe/testing').map((name) => [
      name,
      `file:${join(installed, 'tarballs', tarballOf(name))}`,
    ]),
  )
  const dependencies = { ...manifest.dependencies, ...tarballs }
  writeFileSync(join(app, 'package.json'), JSON.stringify({ ...manifest, dependencies, devDependencies: {} }))
  await mustRun('npm', ['install', '--omit=dev', '--no-audit', '--no-fund', '--prefer-offline'], app)
  built = await run(join(app, 'node_modules/.bin/esbuild'), [...esbuildOptions(), '--log-level=warning'], app)
  local = await localPipeline({
    queues: { mailing: {}, dropped: {} },
    functions: {},
    environment: false,
    logger: silentLogger(),
  })
})

afterAll(() => local?.stop())

test('the versions in package.json are those of the packages', () => {
  const { version } = manifestIn(join(root, 'packages/lpipe-preset'))
  expect(manifestIn(join(root, 'examples/sam')).dependencies).toMatchObject({ 'lpipe-preset': version })
})

test('esbuild bundles it without a warning, for example of a file outside of the folder', () => {
  expect(built).toEqual({ code: 0, stdout: '', stderr: '' })
})

test('the bundle is where the handler of the template says', () => {
  const [file] = Properties.Handler.split('.')
  expect(existsSync(join(artifacts, `${file}.mjs`))).toBe(true)
})

test.each(runtimes)('the bundle sends, keeps what it drops, and reports what failed, in Node %s', async (_, node) => {
  const [file, name] = Properties.Handler.split('.')
  const subscribers = [
    { name: 'Ada', email: 'ada@example.com' },
    { name: 'Bob', email: 'nowhere' },
    { name: 'Eve', email: 7 }, // `email.includes` throws: an unknown error
  ]
  const event = sqsEvent(subscribers.map((kwargs) => ({ path: 'SUBSCRIBE', kwargs })))
  const program = `
    import { ${name} as handler } from ${JSON.stringify(join(artifacts, `${file}.mjs`))}
    console.log(JSON.stringify(await handler(${JSON.stringify(event)}, { functionName: 'subscribe' })))`
  const output = await mustRun(node, ['--input-type=module', '-e', program], app, {
    ...local.environment,
    MAILING_QUEUE_URL: local.urls['mailing'],
    DROPPED_QUEUE_URL: local.urls['dropped'],
  })
  expect(JSON.parse(output.trim().split('\n').at(-1) as string)).toEqual({
    batchItemFailures: [{ itemIdentifier: 'message-2' }],
  })
  const [mailed, dropped] = await Promise.all([local.contents('mailing'), local.contents('dropped')])
  expect(mailed.at(-1)?.body).toEqual(subscribers[0])
  expect(dropped.at(-1)?.body).toMatchObject({
    error: { name: 'FailButContinue' },
    source: { id: 'message-1' },
    lambda: { name: 'subscribe' },
  })
})
