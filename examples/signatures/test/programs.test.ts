import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, jest, test } from '@jest/globals'
import { signatureOf } from '@lpipe/core/middleware'
import { lambdaContext } from '@lpipe/testing'
import { handler as fromJsonSchema } from '../src/from-json-schema.ts'
import { handler as fromSchema } from '../src/from-schema.ts'
import { handler as fromTypes } from '../src/from-types.ts'
import * as signed from '../src/functions.signed.ts'
import * as written from '../src/functions.ts'
import { bundle } from './bundle.ts'

const run = promisify(execFile)
const subscribe = (kwargs: object) => ({ path: 'SUBSCRIBE', kwargs })
const [right, wrong] = [subscribe({ name: 'Ada', email: 'ada@example.com' }), subscribe({ name: 'Ada', email: 7 })]

describe.each([
  ['from-schema', fromSchema],
  ['from-json-schema', fromJsonSchema],
  ['from-types', fromTypes],
])('the program %s', (_, handler) => {
  test('runs what is right, with its default, and drops what is wrong, saying why', async () => {
    const said: string[] = []
    const spy = jest.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0)
    try {
      expect(await handler([right, wrong], lambdaContext())).toEqual({
        event: 'Finished.',
        stats: { received: 2, successes: 1 },
        output: ['Ada <ada@example.com> is on the free tier'],
      })
    } finally {
      spy.mockRestore()
    }
    expect(said.join()).toContain('subscribe: email: expected string, received number (path SUBSCRIBE)')
  })
})

describe('the generated module', () => {
  test('has the same functions, with the same types, signed', async () => {
    expect(signed.subscribe).toBe(written.subscribe)
    expect(signatureOf(signed.subscribe)?.schema['~standard'].vendor).toBe('@lpipe/signatures')
    const text: string = await signed.subscribe({ name: 'Ada', email: 'ada@example.com', tier: 'paid' })
    expect(text).toBe('Ada <ada@example.com> is on the paid tier')
    // @ts-expect-error the types are those that were written
    await signed.subscribe({ name: 7, email: 'ada@example.com' })
  })

  test('is up to date', async () => {
    const bin = fileURLToPath(new URL('../../../packages/signatures/src/main.ts', import.meta.url))
    const cwd = fileURLToPath(new URL('..', import.meta.url))
    const { stdout } = await run(process.execPath, [bin, 'src/functions.ts', '--check'], { cwd })
    expect(stdout.trim()).toBe('src/functions.signed.ts: is up to date')
  })
})

describe('bundled with esbuild', () => {
  const strangers =
    /^(?:ajv.*|@silverbucket\/ajv.*|@middy\/validator|zod|valibot|arktype|signatures|json-schema|esbuild|typescript|ts-json-schema-generator)$/

  test('the program from types carries no ajv and no schema library, and runs', async () => {
    const { file, packages, bytes } = await bundle('from-types')
    expect(packages).toContain('core')
    expect(packages).toContain('the program')
    expect(packages.filter((name) => strangers.test(name))).toEqual([])
    // The preset, the validators, and the texts that say what a schema expected.
    expect(bytes).toBeLessThan(89_000)
    const program = `const { handler } = await import(${JSON.stringify(file)})
      console.log(JSON.stringify(await handler(${JSON.stringify([right, wrong])}, { getRemainingTimeInMillis: () => 9e4 })))`
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program])
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ stats: { received: 2, successes: 1 } })
  })

  test('what is not imported of the generated module is not carried', async () => {
    const [both, one] = [await bundle('from-types'), await bundle('../bench/from-types-alone')]
    expect(one.bytes).toBeLessThan(both.bytes - 1000)
  })

  test.each([
    ['from-schema', 'zod'],
    ['from-json-schema', 'ajv'],
  ])('%s carries %s: this test can see it', async (program, name) => {
    expect((await bundle(program)).packages).toContain(name)
  })
})
