import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const shop = fileURLToPath(new URL('./shop/', import.meta.url))

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lpipe-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Ended {
  readonly code: unknown
  readonly out: string
  readonly errors: string
}

const run = (cwd: string, ...args: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], { cwd, maxBuffer: 2 ** 24 }, (error, out, errors) =>
      resolve({ code: error === null ? 0 : error.code, out, errors: errors.trim() }),
    )
  })

describe('lpipe graph', () => {
  test('prints Mermaid of the nearest lpipe.config.ts, with the payloads that types show', async () => {
    const { code, out, errors } = await run(join(shop, 'src'), 'graph')
    expect([code, errors]).toEqual([0, 'cold start']) // what a module prints is not in the picture
    expect(out).toContain('subgraph n0["orders<br>3 s, 128 MB"]\n    n1["ORDER<br>order"]')
    expect(out).toContain('n1 -.-> n2\n  n1 -.-> n3')
    expect(out).toContain('n2 -->|"SHIP"| n7')
  })

  test('--no-payloads leaves them out', async () => {
    const { code, out } = await run(shop, 'graph', '--no-payloads')
    expect(code).toBe(0)
    expect(out).not.toContain('n1 -.->')
  })

  test.each([
    ['svg', /^<svg .*<\/svg>\n$/s],
    ['html', /^<!doctype html>.*<h1>The shop<\/h1>.*<svg /s],
    ['asyncapi', /^{\n {2}"asyncapi": "3.0.0",\n {2}"info": {\n {4}"title": "The shop"/],
    ['json', /^{\n {2}"version": 1,/],
  ])('--format %s --out FILE writes a file', async (format, content) => {
    const file = join(folder, 'new', `shop.${format}`)
    const { code, out, errors } = await run(
      shop,
      ...['graph', '--format', format, '--out', file, '--title', 'The shop', '--no-payloads'],
    )
    expect([code, out, errors]).toEqual([0, '', `cold start\n${file}: written`])
    expect(await readFile(file, 'utf8')).toMatch(content)
  })

  test('--format json has the description, the edges and the findings', async () => {
    const { out } = await run(shop, 'graph', 'lpipe.config.ts', '-f', 'json')
    expect(JSON.parse(out)).toMatchObject({
      version: 1,
      functions: [{ name: 'orders' }, { name: 'shipping' }],
      picture: { edges: expect.arrayContaining([{ from: 'sqs:parcels', to: 'path:shipping/SHIP', kind: 'source' }]) },
      findings: [],
    })
  })
})

describe('lpipe graph --format asyncapi --function NAME', () => {
  const asyncapi = ['graph', '--no-payloads', '-f', 'asyncapi']

  test('writes the document of one Lambda', async () => {
    const { code, out } = await run(shop, ...asyncapi, '--function', 'shipping', '--document-version', '2.0.0')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      info: { title: 'shipping', version: '2.0.0' },
      operations: { 'shipping.receives.sqs.parcels': { action: 'receive' } },
    })
    expect(out).not.toContain('orders')
  })

  test('names the Lambdas if there is no such', async () => {
    const { code, out, errors } = await run(shop, ...asyncapi, '--function', 'ship')
    expect([code, out]).toEqual([1, ''])
    expect(errors).toContain("lpipe: toAsyncApi: no function is called 'ship'. Functions: orders, shipping")
  })
})

describe('lpipe check', () => {
  test('finds nothing in a right system', async () => {
    expect(await run(shop, 'check')).toMatchObject({ code: 0, out: '0 errors, 0 warnings, 0 info\n' })
  })

  test('shows an error with its place and fix; exit code 1', async () => {
    const { code, out } = await run(shop, 'check', 'v2.config.ts')
    expect(code).toBe(1)
    expect(out).toBe(`error  functions.orders  (contract)
  what queue \`parcels\` promises does not fit \`ship\` on path SHIP of \`shipping\`: id: may be string, expected number.
  Fix: Change the \`schema\` of the queue, or the signature of \`ship\`.

1 error, 0 warnings, 0 info
`)
  })

  test('shows what AWS would refuse as a finding', async () => {
    const { code, out } = await run(shop, 'check', 'refused.config.ts', '--format', 'json')
    expect(code).toBe(1)
    expect(JSON.parse(out)).toEqual([
      {
        severity: 'error',
        code: 'invalid-configuration',
        place: "queues['orders.fifo'].deadLetter.queue",
        message: expect.stringContaining('must be a FIFO queue'),
        fix: 'Correct this option',
      },
    ])
  })

  test('--against says what breaks messages that are still on a queue', async () => {
    const old = join(folder, 'old.json')
    await run(shop, 'graph', '-f', 'json', '-o', old, '--no-payloads')
    expect(await run(shop, 'check', '--against', old)).toMatchObject({ code: 0, out: '0 errors, 0 warnings, 0 info\n' })
    const { code, out } = await run(shop, 'check', 'v2.config.ts', '--against', old)
    expect(code).toBe(1)
    expect(out).toContain('error  functions.shipping, path SHIP  (narrowed-schema)')
    expect(out).toContain('id: may be string, expected number. Those that are still on `parcels` are dropped.')
  })
})

describe('errors', () => {
  test.each([
    [1, 'lpipe: missing.ts: no such file', ['graph', 'missing.ts']],
    [
      1,
      'lpipe: none.config.ts: must have a default export made with system() of @lpipe/system (exports: queues)',
      ['graph', 'none.config.ts'],
    ],
    [
      1,
      'lpipe: system: the module of `functions.orders` exports no function `main` (exports: handler). Set `functions.orders.handler` to the name of the export',
      ['graph', 'broken.config.ts'],
    ],
    [1, 'lpipe: --against none.config.ts: cannot be read as JSON', ['check', '-a', 'none.config.ts']],
    [
      1,
      'lpipe: --out lpipe.config.ts/x.svg: cannot be written',
      ['graph', '--no-payloads', '-o', 'lpipe.config.ts/x.svg'],
    ],
    [
      2,
      "error: option '-f, --format <format>' argument 'png' is invalid. Allowed choices are mermaid, svg, html, asyncapi, json.",
      ['graph', '-f', 'png'],
    ],
    [
      2,
      'error: --function and --document-version require --format asyncapi',
      ['graph', '-f', 'json', '--function', 'orders'],
    ],
    [2, "error: unknown command 'draw'", ['draw']],
    [2, "error: unknown option '--all'", ['check', '--all']],
  ])('exit code %i: %s', async (code, text, args) => {
    const ended = await run(shop, ...args)
    expect(ended).toEqual({ code, out: '', errors: expect.stringContaining(text) })
    expect(ended.errors).not.toContain('    at ')
  })

  test('a folder without a configuration is named, with what to do', async () => {
    const { code, errors } = await run(folder, 'check')
    expect(code).toBe(1)
    expect(errors).toContain('lpipe: no lpipe.config.ts in ')
    expect(errors).toContain('Create one with `export default system({ ... })` of @lpipe/system, or name a file')
  })

  test('a configuration that throws is named, with the reason', async () => {
    await writeFile(join(folder, 'throws.ts'), "throw new Error('no region')\n")
    const { code, errors } = await run(folder, 'graph', 'throws.ts')
    expect([code, errors]).toEqual([1, 'lpipe: throws.ts: cannot be imported: no region'])
  })

  test('a file that is not a description is refused', async () => {
    await writeFile(join(folder, 'other.json'), '{}')
    const { code, errors } = await run(shop, 'check', '--against', join(folder, 'other.json'))
    expect(code).toBe(1)
    expect(errors).toContain('must be a file that `lpipe graph --format json --out FILE` has written')
  })
})

test('--help shows the commands, options and exit codes', async () => {
  const { code, out } = await run(shop, '--help')
  expect(code).toBe(0)
  expect(out).toContain('graph [options] [config]')
  const check = await run(shop, 'check', '--help')
  expect(check.out).toContain('Exit codes: 0 if all is right')
  expect(check.out).toContain('--against <file>')
})
