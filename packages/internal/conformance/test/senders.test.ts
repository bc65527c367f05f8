import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { KinesisClient } from '@aws-sdk/client-kinesis'
import { SNSClient } from '@aws-sdk/client-sns'
import { SQSClient } from '@aws-sdk/client-sqs'
import { describe, expect, test } from '@jest/globals'
import { queueEventBridge } from '@lpipe/queue-eventbridge'
import { queueKinesis } from '@lpipe/queue-kinesis'
import { queueSns } from '@lpipe/queue-sns'
import { queueSqs } from '@lpipe/queue-sqs'

const region = 'us-east-1'
const clients = [
  [new SQSClient({ region }), queueSqs],
  [new SNSClient({ region }), queueSns],
  [new KinesisClient({ region }), queueKinesis],
  [new EventBridgeClient({ region }), queueEventBridge],
] as const

test.each([0, 1, 2, 3] as const)('sender %i takes the client of its own service, and no other', (own) => {
  const [, sender] = clients[own]
  for (const [index, [client]] of clients.entries()) {
    const made = expect(() => sender({ client }))
    if (index === own) made.not.toThrow()
    else made.toThrow('`client` must be a client of')
  }
})

/** Each sender to AWS: the package of the SDK, a queue, and an answer that accepts one entry. */
const senders = [
  {
    name: 'queueSqs',
    sdk: 'client-sqs',
    queue: { url: 'https://sqs.test/1/q' },
    answer: { Successful: [{ Id: '0' }] },
  },
  { name: 'queueSns', sdk: 'client-sns', queue: { name: 'topic' }, answer: { Successful: [{ Id: '0' }] } },
  { name: 'queueKinesis', sdk: 'client-kinesis', queue: { name: 'q' }, answer: { Records: [{ SequenceNumber: '1' }] } },
  {
    name: 'queueEventBridge',
    sdk: 'client-eventbridge',
    queue: { name: 'default' },
    answer: { Entries: [{ EventId: 'a' }] },
  },
] as const

/** Runs a program in a process of its own, and returns what it prints. */
const outputOf = async (program: string): Promise<string> => {
  const args = ['--conditions=@lpipe/source', '--input-type=module', '-e', program]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: new URL('.', import.meta.url) })
  return stdout.trim()
}

describe.each(senders)('$name', ({ name, sdk, queue, answer }) => {
  const from = `@lpipe/${name.replace(/[A-Z]/, (letter) => `-${letter}`).toLowerCase()}`

  /** A program whose first imports of the SDK throw, and that sends twice. */
  const failingImport = (error: string, failures = Infinity): string => `
    import { registerHooks } from 'node:module'
    import { ${name} } from '${from}'
    let failures = ${failures}
    registerHooks({
      resolve: (specifier, context, next) => {
        if (specifier === '@aws-sdk/${sdk}' && failures-- > 0) throw ${error}
        return next(specifier, context)
      },
    })
    const sender = ${name}({ client: { send: async () => (${JSON.stringify(answer)}) } })
    for (let send = 0; send < 2; send += 1) {
      await sender.send(${JSON.stringify(queue)}, [{}], new AbortController().signal)
        .then((answers) => console.log(JSON.stringify(answers)), (error) => console.log(String(error)))
    }`

  // As Node.js says it.
  const missing = `Object.assign(new Error("Cannot find package '@aws-sdk/${sdk}'"), { code: 'ERR_MODULE_NOT_FOUND' })`

  test('does not import the SDK before the first send', async () => {
    const program = `
      const { ${name} } = await import('${from}')
      ${name}()
      const { registerHooks } = await import('node:module')
      const seen = []
      registerHooks({ resolve: (specifier, context, next) => { seen.push(specifier); return next(specifier, context) } })
      await import('@aws-sdk/${sdk}')
      console.log(seen.includes('@aws-sdk/${sdk}') && seen.length > 10)`
    // Had it been imported before, its own imports would not be resolved now.
    expect(await outputOf(program)).toBe('true')
  })

  test('names an SDK that is not installed, with how to install it', async () => {
    const text = `InvalidConfigurationError: ${name}: requires the package '@aws-sdk/${sdk}'. Install it: npm install @aws-sdk/${sdk}`
    expect(await outputOf(failingImport(missing))).toBe(`${text}\n${text}`)
  })

  test('says if an import fails for another reason', async () => {
    const output = await outputOf(failingImport(`new Error('Dynamic require of "node:https" is not supported')`))
    expect(output.split('\n')[0]).toBe(
      `InvalidConfigurationError: ${name}: could not import '@aws-sdk/${sdk}': Dynamic require of "node:https" is not supported. ` +
        "In a bundle, leave '@aws-sdk/*' external",
    )
  })

  test('tries an import that failed again at the next send', async () => {
    const [first, second] = (await outputOf(failingImport(missing, 1))).split('\n')
    expect(first).toContain('InvalidConfigurationError')
    expect(second).toBe('[null]')
  })
})
