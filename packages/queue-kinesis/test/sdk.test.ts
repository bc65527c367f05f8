import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'

/** Runs a program in a process of its own, and returns what it prints. */
const outputOf = async (program: string, env: object = {}): Promise<string> => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
    cwd: new URL('.', import.meta.url),
    env: { ...process.env, ...env },
  })
  return stdout.trim()
}

/** A program whose first imports of a module throw, and that sends twice. */
const failingImport = (module: string, error: string, failures = Infinity, client = ''): string => `
  import { registerHooks } from 'node:module'
  import { queueKinesis } from '@lpipe/queue-kinesis'
  let failures = ${failures}
  registerHooks({
    resolve: (specifier, context, next) => {
      if (specifier === '${module}' && failures-- > 0) throw ${error}
      return next(specifier, context)
    },
  })
  const sender = queueKinesis({ ${client} })
  for (let send = 0; send < 2; send += 1) {
    await sender.send({ type: 'kinesis', name: 'q' }, [{}], new AbortController().signal)
      .then((answers) => console.log(JSON.stringify(answers)), (error) => console.log(String(error)))
  }`

const answers = `client: { send: async () => ({ Records: [{ SequenceNumber: '1' }] }) }`
const missing = `Object.assign(new Error('not found'), { code: 'ERR_MODULE_NOT_FOUND' })`

test('an SDK that is not installed is named, with how to install it', async () => {
  const text =
    "InvalidConfigurationError: queueKinesis: requires the package '@aws-sdk/client-kinesis'. Install it: npm install @aws-sdk/client-kinesis"
  expect(await outputOf(failingImport('@aws-sdk/client-kinesis', missing))).toBe(`${text}\n${text}`)
})

test('an import that fails for another reason says so', async () => {
  const error = `new Error('Dynamic require of "node:https" is not supported')`
  const [first] = (await outputOf(failingImport('@aws-sdk/client-kinesis', error))).split('\n')
  expect(first).toBe(
    `InvalidConfigurationError: queueKinesis: could not import '@aws-sdk/client-kinesis': Dynamic require of "node:https" is not supported. ` +
      "In a bundle, leave '@aws-sdk/*' external",
  )
})

test('an import that failed is tried again at the next send', async () => {
  const output = await outputOf(failingImport('@aws-sdk/client-kinesis', missing, 1, answers))
  const [first, second] = output.split('\n')
  expect(first).toContain('InvalidConfigurationError')
  expect(second).toBe('[null]')
})

test('an HTTP/1.1 handler that is not found, as in a bundle, behind http:// is named, with the fix', async () => {
  const program = `
    import { createRequire } from 'node:module'
    import { queueKinesis } from '@lpipe/queue-kinesis'
    process.getBuiltinModule('node:module').createRequire = () => createRequire('/')
    await queueKinesis().send({ type: 'kinesis', name: 'q' }, [{}], new AbortController().signal)
      .catch((error) => console.log(String(error)))`
  const output = await outputOf(program, {
    AWS_ENDPOINT_URL_KINESIS: 'http://127.0.0.1:1',
    AWS_REGION: 'us-east-1',
  })
  expect(output).toBe(
    'InvalidConfigurationError: queueKinesis: an endpoint with http:// requires a client with NodeHttpHandler of @smithy/node-http-handler. ' +
      'Pass it: `senders: { kinesis: queueKinesis({ client }) }`',
  )
})
