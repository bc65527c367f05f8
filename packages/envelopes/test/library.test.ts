import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { aggregated } from './samples.ts'

/** Runs a program in a process of its own, and returns what it prints. */
const outputOf = async (program: string): Promise<string> => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
    cwd: new URL('.', import.meta.url),
  })
  return stdout.trim()
}

/** A program that opens an aggregated record, and prints the library's modules that were resolved before and after. */
const program = (onResolve: string): string => `
  import { registerHooks } from 'node:module'
  import { kpl } from '@lpipe/envelopes'
  const seen = []
  registerHooks({
    resolve: (specifier, context, next) => {
      if (specifier === 'aws-kinesis-agg') { seen.push(specifier); ${onResolve} }
      return next(specifier, context)
    },
  })
  const envelope = kpl()
  const open = (bytes) => {
    try { return envelope.opens(bytes, {}, {}).length } catch (error) { return String(error) }
  }
  envelope.opens(Buffer.from('{}'), {}, {})
  console.log(seen.length, open(Buffer.from('${aggregated(['{}']).toString('base64')}', 'base64')), seen.length)`

test('the library is loaded when the first aggregated record arrives', async () => {
  expect(await outputOf(program(''))).toBe('0 1 1')
})

const fix =
  "Install it: npm install aws-kinesis-agg. In a bundle, pass it: import { deaggregateSync } from 'aws-kinesis-agg'; kpl({ deaggregateSync })"

test('a library that is not installed is named, with how to install it', async () => {
  const missing =
    "throw Object.assign(new Error(\"Cannot find module 'aws-kinesis-agg'\"), { code: 'MODULE_NOT_FOUND' })"
  expect(await outputOf(program(missing))).toBe(
    `0 InvalidConfigurationError: kpl: requires the package 'aws-kinesis-agg'. ${fix} 1`,
  )
})

test('a library that imports a package that is missing says so', async () => {
  const missing = "throw Object.assign(new Error(\"Cannot find module 'protobufjs'\"), { code: 'MODULE_NOT_FOUND' })"
  expect(await outputOf(program(missing))).toBe(
    `0 InvalidConfigurationError: kpl: could not load (Cannot find module 'protobufjs') the package 'aws-kinesis-agg'. ${fix} 1`,
  )
})

test('a library that cannot be loaded for another reason says so', async () => {
  expect(await outputOf(program("throw new Error('broken')"))).toBe(
    `0 InvalidConfigurationError: kpl: could not load (broken) the package 'aws-kinesis-agg'. ${fix} 1`,
  )
})
