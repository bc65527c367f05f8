import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'

/** The files that a fresh process loads for an import. */
const filesFor = (specifier: string): string[] => {
  const program = `
    import { registerHooks } from 'node:module'
    const files = []
    registerHooks({ load: (url, context, next) => { files.push(url); return next(url, context) } })
    await import(${JSON.stringify(specifier)})
    console.log(JSON.stringify(files))`
  const folder = fileURLToPath(new URL('.', import.meta.url))
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', program], { cwd: folder, encoding: 'utf8' }),
  )
}

const validators = /\/(?:ajv|ajv-[a-z0-9-]+|@middy\/validator|zod|valibot|arktype)\//

test.each(['@lpipe/core', 'lpipe-preset'])('%s loads no validator', (specifier) => {
  const files = filesFor(specifier)
  expect(files.some((file) => /\/core\/src\/index\.ts$/.test(file))).toBe(true)
  expect(files.filter((file) => validators.test(file))).toEqual([])
})

test('importing @lpipe/json-schema is what loads ajv', () => {
  expect(filesFor('@lpipe/json-schema').some((file) => /\/ajv\//.test(file))).toBe(true)
})
