import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'

/** Runs a program in a process of its own, and returns what it prints. */
const outputOf = async (program: string): Promise<string> => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
    cwd: new URL('.', import.meta.url),
  })
  return stdout.trim()
}

/** A program whose first imports of the SDK throw, and that sends until a send fails for another reason. */
const failingImport = (error: string, failures = Infinity): string => `
  import { registerHooks } from 'node:module'
  import { queueEventBridge } from '@lpipe/queue-eventbridge'
  let failures = ${failures}
  registerHooks({
    resolve: (specifier, context, next) => {
      if (specifier === '@aws-sdk/client-eventbridge' && failures-- > 0) throw ${error}
      return next(specifier, context)
    },
  })
  const sender = queueEventBridge({ client: { send: async () => ({ Entries: [{ EventId: 'a' }] }) } })
  for (let send = 0; send < 2; send += 1) {
    await sender.send({ type: 'eventbridge', name: 'default' }, [{}], new AbortController().signal)
      .then((answers) => console.log(JSON.stringify(answers)), (error) => console.log(String(error)))
  }`

test('the SDK is not imported before the first send', async () => {
  const program = `
    const { queueEventBridge } = await import('@lpipe/queue-eventbridge')
    queueEventBridge()
    const { registerHooks } = await import('node:module')
    const seen = []
    registerHooks({ resolve: (specifier, context, next) => { seen.push(specifier); return next(specifier, context) } })
    await import('@aws-sdk/client-eventbridge')
    console.log(seen.includes('@aws-sdk/client-eventbridge') && seen.length > 10)`
  // Had it been imported before, its own imports would not be resolved now.
  expect(await outputOf(program)).toBe('true')
})

const missing = `Object.assign(new Error('not found'), { code: 'ERR_MODULE_NOT_FOUND' })`

test('an SDK that is not installed is named, with how to install it', async () => {
  const text =
    "InvalidConfigurationError: queueEventBridge: requires the package '@aws-sdk/client-eventbridge'. Install it: npm install @aws-sdk/client-eventbridge"
  expect(await outputOf(failingImport(missing))).toBe(`${text}\n${text}`)
})

test('an import that fails for another reason says so', async () => {
  const [first] = (
    await outputOf(failingImport(`new Error('Dynamic require of "node:https" is not supported')`))
  ).split('\n')
  expect(first).toBe(
    `InvalidConfigurationError: queueEventBridge: could not import '@aws-sdk/client-eventbridge': Dynamic require of "node:https" is not supported. ` +
      "In a bundle, leave '@aws-sdk/*' external",
  )
})

test('an import that failed is tried again at the next send', async () => {
  const [first, second] = (await outputOf(failingImport(missing, 1))).split('\n')
  expect(first).toContain('InvalidConfigurationError')
  expect(second).toBe('[null]')
})
