import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { InvalidConfigurationError, type Message, makeMessage, queue } from '@lpipe/core'
import { queueSqs } from '@lpipe/queue-sqs'
import { entryFor, senderContract } from '@lpipe/testing'
import { type FauxqsServer, startFauxqs } from 'fauxqs'

let server: FauxqsServer
let client: SQSClient
const options = { signal: new AbortController().signal }

beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false })
  client = new SQSClient({
    endpoint: server.address,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  // What the SDK reads when lpipe makes the client.
  process.env['AWS_ENDPOINT_URL_SQS'] = server.address
  process.env['AWS_REGION'] = 'us-east-1'
  process.env['AWS_ACCESS_KEY_ID'] = 'test'
  process.env['AWS_SECRET_ACCESS_KEY'] = 'test'
})

afterAll(async () => {
  client.destroy()
  await server.stop()
})

let count = 0
let name = ''
beforeEach(() => {
  count += 1
  name = `queue-${count}`
})

/** A client that tells what is asked of it. */
const watchedClient = (tell: (command: string, input: unknown) => unknown): SQSClient => {
  const watched = new SQSClient({
    endpoint: server.address,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  const step = { step: 'initialize' } as const
  watched.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        tell(String(commandName), args.input)
        return next(args)
      },
    step,
  )
  return watched
}

const fifo = { FifoQueue: 'true' }
const waiting = (of: string) => server.inspectQueue(of)?.messages.ready ?? []
const bodies = (of: string) => waiting(of).map(({ body }) => JSON.parse(body) as unknown)

describe('keeps the contract of senders', () => {
  test.each(senderContract)('$name', async ({ check }) => {
    server.createQueue(name)
    await check({
      sender: queueSqs(), // made from the SDK's own environment
      queue: queue({ type: 'sqs', name }),
      missing: queue({ type: 'sqs', name: 'nowhere' }),
      arrived: async () => bodies(name),
    })
  })
})

describe('a queue', () => {
  test('by name is looked up once and remembered, by URL never', async () => {
    const { queueUrl } = server.createQueue(name)
    const asked: string[] = []
    const watched = watchedClient((command) => asked.push(command))
    const sender = queueSqs({ client: watched })
    const named = queue({ type: 'sqs', name })
    await Promise.all([
      sender.send(named, [entryFor(named, 1)], options),
      sender.send(named, [entryFor(named, 2)], options),
    ])
    await sender.send(named, [entryFor(named, 3)], options)
    const url = queue({ type: 'sqs', url: queueUrl })
    await sender.send(url, [entryFor(url, 4)], options)
    expect(asked.filter((command) => command === 'GetQueueUrlCommand')).toHaveLength(1)
    expect(bodies(name).sort()).toEqual([1, 2, 3, 4])
    watched.destroy()
  })

  test('that does not exist yet is looked up again at the next send', async () => {
    const sender = queueSqs({ client })
    const to = queue({ type: 'sqs', name })
    await expect(sender.send(to, [entryFor(to, 1)], options)).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
      $fault: 'client',
    })
    server.createQueue(name)
    expect(await sender.send(to, [entryFor(to, 1)], options)).toEqual([undefined])
  })
})

describe('what travels with a message', () => {
  const receive = async () => {
    const queueUrl = server.inspectQueue(name)?.url
    return client.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
      }),
    )
  }

  test('its attributes and its trail', async () => {
    server.createQueue(name)
    const to = queue({ type: 'sqs', name, attributes: { tenant: 'ada' } })
    await queueSqs({ client }).send(to, [entryFor(to, {})], options)
    const [message] = (await receive()).Messages ?? []
    expect(message?.MessageAttributes).toMatchObject({
      tenant: { DataType: 'String', StringValue: 'ada' },
      'lpipe-trail': { DataType: 'String', StringValue: '1|test' },
    })
  })

  test('the trace header, as a system attribute', async () => {
    server.createQueue(name)
    const inputs: unknown[] = [] // what leaves: fauxqs does not keep system attributes
    const watched = watchedClient((_, input) => inputs.push(input))
    const to = queue({ type: 'sqs', name })
    const trace = 'Root=1-67891233-abcdef012345678912345678'
    await queueSqs({ client: watched }).send(to, [entryFor(to, {}, { trace })], options)
    expect(inputs.at(-1)).toMatchObject({
      Entries: [{ MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: trace } } }],
    })
    watched.destroy()
  })

  test('its delay', async () => {
    server.createQueue(name)
    const to = queue({ type: 'sqs', name, delaySeconds: 900 })
    await queueSqs({ client }).send(to, [entryFor(to, {})], options)
    expect(server.inspectQueue(name)?.messages.delayed).toHaveLength(1)
  })

  test('is counted: what fits by its size is accepted, a byte more is not', async () => {
    server.createQueue(name, { attributes: { MaximumMessageSize: '2048' } })
    const to = queue({ type: 'sqs', name, attributes: { tenant: 'é' } })
    const sender = queueSqs({ client })
    const room = 2048 - sender.sizeOf(entryFor(to, ''))
    const entries = [entryFor(to, 'x'.repeat(room)), entryFor(to, 'x'.repeat(room + 1))]
    const [fits, over] = await sender.send(to, entries, options)
    expect(fits).toBeUndefined()
    expect(over).toMatchObject({ senderFault: true })
  })
})

describe('a FIFO queue', () => {
  test('takes the group of its own setting, else the source message’s, else its path, else its name', async () => {
    name += '.fifo'
    server.createQueue(name, { attributes: fifo })
    const to = queue({ type: 'sqs', name })
    const pathed = queue({ type: 'sqs', name, path: 'P' })
    const sender = queueSqs({ client })
    const entries = [
      entryFor(to, 1, { groupId: 'own', sourceGroup: 'source' }),
      entryFor(to, 2, { sourceGroup: 'source' }),
      entryFor(pathed, 3),
      entryFor(to, 4),
    ]
    expect(entries.map((entry) => sender.orderOf?.(entry))).toEqual(['own', 'source', 'P', name])
    expect(await sender.send(to, entries, options)).toEqual([undefined, undefined, undefined, undefined])
    expect(waiting(name).map(({ messageGroupId }) => messageGroupId)).toEqual(['own', 'source', 'P', name])
  })

  test('does not take the same origin twice within five minutes', async () => {
    name += '.fifo'
    server.createQueue(name, { attributes: fifo })
    const to = queue({ type: 'sqs', name })
    const sender = queueSqs({ client })
    const long = 'x'.repeat(200)
    const entries = [
      entryFor(to, 1, { origin: 'm-0' }),
      entryFor(to, 2, { origin: `${long}1` }),
      entryFor(to, 3, { origin: `${long}2` }),
    ]
    expect(await sender.send(to, entries, options)).toEqual([undefined, undefined, undefined])
    expect(await sender.send(to, entries, options)).toEqual([undefined, undefined, undefined])
    expect(bodies(name)).toEqual([1, 2, 3])
  })

  test('a standard queue has no order, whatever its group', () => {
    const to = queue({ type: 'sqs', name })
    expect(queueSqs().orderOf?.(entryFor(to, 1, { groupId: 'tenant' }))).toBeUndefined()
  })
})

describe('answers', () => {
  test('name each entry that was refused, with whose fault it was', async () => {
    server.createQueue(name, { attributes: { MaximumMessageSize: '1024' } })
    const to = queue({ type: 'sqs', name })
    const answers = await queueSqs({ client }).send(to, [entryFor(to, 'x'.repeat(2000)), entryFor(to, 'y')], options)
    expect(answers).toEqual([{ code: expect.any(String), reason: expect.any(String), senderFault: true }, undefined])
    expect(bodies(name)).toEqual(['y'])
  })

  test('an entry that SQS does not mention was not accepted', async () => {
    const client = { send: async () => ({ Successful: [{ Id: '1' }] }) } as unknown as SQSClient // SQS answers for all
    const to = queue({ type: 'sqs', url: 'https://sqs.test/q' })
    const answers = await queueSqs({ client }).send(to, [entryFor(to, 1), entryFor(to, 2)], options)
    expect(answers).toEqual([{ code: 'NoAnswer', reason: expect.any(String), senderFault: false }, undefined])
  })
})

describe('messages at their source', () => {
  const received = async (of: number): Promise<Message[]> => {
    const { queueUrl, queueArn } = server.createQueue(name, { attributes: { VisibilityTimeout: '600' } })
    for (let index = 0; index < of; index += 1) {
      await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: '{}' }))
    }
    const messages: Message[] = []
    while (messages.length < of) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }),
      )
      for (const { MessageId, ReceiptHandle } of Messages) {
        messages.push(makeMessage('sqs', { receiptHandle: ReceiptHandle }, messages.length, MessageId, queueArn))
      }
    }
    return messages
  }

  test('are deleted, ten a call; those that could not be are answered', async () => {
    const messages = await received(23)
    const stranger = makeMessage(
      'sqs',
      { receiptHandle: 'none' },
      23,
      'x',
      'arn:aws:sqs:us-east-1:000000000000:nowhere',
    )
    const bare = makeMessage('sqs', {}, 24, 'y', messages[0]?.eventSource)
    const left = await queueSqs({ client }).remove([...messages.slice(0, 21), stranger, bare])
    expect(left).toEqual([stranger, bare])
    const { inflight } = server.inspectQueue(name)?.messages ?? { inflight: [] }
    expect(inflight).toHaveLength(2)
  })

  test('are postponed, each by its own time', async () => {
    const messages = await received(12)
    const seconds = new Map(messages.map((message, index) => [message, index === 0 ? 0 : 1000 + index]))
    expect(await queueSqs({ client }).postpone(seconds)).toEqual([])
    const now = Date.now()
    const { ready, inflight } = server.inspectQueue(name)?.messages ?? { ready: [], inflight: [] }
    expect(ready).toHaveLength(1)
    const left = inflight
      .map(({ visibilityDeadline }) => Math.round((visibilityDeadline - now) / 1000))
      .sort((a, b) => a - b)
    expect(left[0]).toBeGreaterThan(995)
    expect(new Set(left).size).toBe(11)
  })
})

describe('the SDK', () => {
  test('is not imported before the first send', async () => {
    const program = `
      const { queueSqs } = await import('@lpipe/queue-sqs')
      queueSqs()
      const { registerHooks } = await import('node:module')
      const seen = []
      registerHooks({ resolve: (specifier, context, next) => { seen.push(specifier); return next(specifier, context) } })
      await import('@aws-sdk/client-sqs')
      console.log(seen.includes('@aws-sdk/client-sqs') && seen.length > 10)`
    // Had it been imported before, its own imports would not be resolved now.
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program])
    expect(stdout.trim()).toBe('true')
  })

  test('that is missing is named, with how to install it', async () => {
    const program = `
      const { registerHooks } = await import('node:module')
      registerHooks({
        resolve: (specifier, context, next) => {
          if (specifier === '@aws-sdk/client-sqs') throw Object.assign(new Error('not found'), { code: 'ERR_MODULE_NOT_FOUND' })
          return next(specifier, context)
        },
      })
      const { queueSqs } = await import('@lpipe/queue-sqs')
      await queueSqs().send({ type: 'sqs', name: 'q' }, [], {}).catch((error) => console.log(String(error)))`
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program])
    expect(stdout.trim()).toBe(
      "InvalidConfigurationError: queueSqs: sending to SQS needs the package '@aws-sdk/client-sqs'. Install it: npm install @aws-sdk/client-sqs",
    )
  })

  test('a misspelt option is refused', () => {
    expect(() => queueSqs({ clients: client } as never)).toThrow(InvalidConfigurationError)
  })
})
