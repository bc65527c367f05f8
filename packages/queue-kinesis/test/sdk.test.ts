import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { loadSdk } from '../src/sdk.ts'

/** Runs a program in a process of its own, and returns what it prints. */
const outputOf = async (program: string, env: object = {}): Promise<string> => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=@lpipe/source', '--input-type=module', '-e', program],
    {
      cwd: new URL('.', import.meta.url),
      env: { ...process.env, ...env },
    },
  )
  return stdout.trim()
}

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

test('no other endpoint needs that handler, so that a bundle works without it', async () => {
  const program = `
    import { createRequire } from 'node:module'
    import { loadSdk } from '../src/sdk.ts'
    process.getBuiltinModule('node:module').createRequire = () => createRequire('/')
    const { client } = await loadSdk(undefined)
    console.log(client.constructor.name)`
  const env = { AWS_ENDPOINT_URL: '', AWS_REGION: 'us-east-1' }
  expect(await outputOf(program, { ...env, AWS_ENDPOINT_URL_KINESIS: 'https://127.0.0.1:1' })).toBe('KinesisClient')
})

test.each(['http://127.0.0.1:1', ''])(
  'a client for the endpoint %p makes one attempt: lpipe retries, and logs the first failure',
  async (endpoint) => {
    const environment = process.env
    process.env = { ...environment, AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL_KINESIS: endpoint }
    try {
      const { client } = await loadSdk(undefined)
      expect(await client.config.maxAttempts()).toBe(1)
      client.destroy()
    } finally {
      process.env = environment
    }
  },
)
