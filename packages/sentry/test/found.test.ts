import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from '@jest/globals'

const packages = fileURLToPath(new URL('../../', import.meta.url))
let folder = ''

afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Runs a program where `@lpipe/sentry` is installed, with one SDK or none beside it. */
const run = (sdk: string | undefined, program: string): string => {
  folder = mkdtempSync(join(tmpdir(), 'lpipe-sentry-'))
  for (const name of ['core', 'sentry']) {
    const copy = join(folder, 'packages', name) // Node runs TypeScript, but not below node_modules
    for (const part of ['src', 'package.json'])
      cpSync(join(packages, name, part), join(copy, part), { recursive: true })
    mkdirSync(join(folder, 'node_modules/@lpipe'), { recursive: true })
    symlinkSync(copy, join(folder, 'node_modules/@lpipe', name))
  }
  if (sdk !== undefined) {
    const target = join(folder, 'node_modules', sdk)
    mkdirSync(dirname(target), { recursive: true })
    symlinkSync(realpathSync(join(packages, 'sentry/node_modules', sdk)), target)
  }
  const file = join(folder, 'program.mjs')
  writeFileSync(file, program)
  return execFileSync(process.execPath, [file], { encoding: 'utf8', cwd: folder })
}

/** Says what became of an invocation's start: what was thrown, or how much was set up for its end. */
const program = (start = ''): string => `
  ${start}
  import { sentry } from '@lpipe/sentry'
  const request = { event: {}, context: { awsRequestId: 'a' }, internal: {} }
  try {
    await sentry().before(request)
    console.log(request.internal.lpipe?.endings?.length ?? 'silent')
  } catch (error) {
    console.log(error.name + ': ' + error.message)
  }
`
const dsn = "{ dsn: 'http://key@127.0.0.1:9/1' }"

describe('the SDK is found at run time', () => {
  test('@sentry/aws-serverless', () => {
    const start = `import * as Sentry from '@sentry/aws-serverless'; Sentry.init(${dsn})`
    expect(run('@sentry/aws-serverless', program(start))).toBe('1\n')
  })

  test('@sentry/serverless', () => {
    const start = `import * as Sentry from '@sentry/serverless'; Sentry.AWSLambda.init(${dsn})`
    expect(run('@sentry/serverless', program(start))).toBe('1\n')
  })

  test('it is silent if nobody called init()', () => {
    expect(run('@sentry/aws-serverless', program())).toBe('silent\n')
  })

  test('none: what to install is said', () => {
    expect(run(undefined, program())).toBe(
      "InvalidConfigurationError: sentry: it needs the package '@sentry/aws-serverless'. Install it: npm install @sentry/aws-serverless\n",
    )
  })
})
