import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from '@jest/globals'
import { wrongWith } from './emf.ts'

const packages = fileURLToPath(new URL('../../', import.meta.url))
const library = '@aws-lambda-powertools/metrics'
let folder = ''
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Runs an empty invocation in a program of its own, with the library installed or not. Returns what it printed. */
const run = (installed: boolean): string => {
  folder = mkdtempSync(join(tmpdir(), 'lpipe-metrics-'))
  for (const name of ['core', 'metrics']) {
    const copy = join(folder, 'packages', name) // Node runs TypeScript, but not below node_modules
    for (const part of ['src', 'package.json'])
      cpSync(join(packages, name, part), join(copy, part), { recursive: true })
    mkdirSync(join(folder, 'node_modules/@lpipe'), { recursive: true })
    symlinkSync(copy, join(folder, 'node_modules/@lpipe', name))
  }
  if (installed) {
    const target = join(folder, 'node_modules', library)
    mkdirSync(dirname(target), { recursive: true })
    symlinkSync(realpathSync(join(packages, 'metrics/node_modules', library)), target)
  }
  const file = join(folder, 'program.mjs')
  writeFileSync(
    file,
    `import { metrics } from '@lpipe/metrics'
     const request = { event: {}, context: { functionName: 'intake' }, internal: {} }
     try {
       await metrics().before(request)
       request.internal.lpipe.finish()
     } catch (error) {
       console.log(error.name + ': ' + error.message)
     }`,
  )
  return execFileSync(process.execPath, [file], { encoding: 'utf8', cwd: folder })
}

test('an installed library writes the line to the standard output', () => {
  const line: unknown = JSON.parse(run(true))
  expect(wrongWith(line)).toEqual([])
  expect(line).toMatchObject({ service: 'intake', received: 0 })
})

test('without it the error says what to install', () => {
  expect(run(false)).toBe(
    `InvalidConfigurationError: metrics: requires the package '${library}'. Install it: npm install ${library}\n`,
  )
})
