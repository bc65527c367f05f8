import { ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { InvalidConfigurationError } from '@lpipe/core'
import { InvocationBatch } from '@lpipe/core/middleware'
import { queueSqs } from '@lpipe/queue-sqs'
import { entryFor, lambdaContext, sendEntries, senderContract } from '@lpipe/testing'
import { type LocalSqs, sqs, startSqs } from './sqs.ts'

let local: LocalSqs
beforeAll(async () => {
  local = await startSqs()
})
afterAll(() => local.stop())

let count = 0
let name = ''
beforeEach(() => {
  count += 1
  name = `queue-${count}`
})

const fifo = { attributes: { FifoQueue: 'true' } }

describe('keeps the contract of senders', () => {
  test.each(senderContract)('$name', async ({ check }) => {
    local.server.createQueue(name)
    await check({
      sender: queueSqs() as never, // made from the SDK's own environment
      queue: sqs(name),
      missing: sqs('nowhere'),
      arrived: async () => local.bodies(name),
    })
  })
})

describe('a queue', () => {
  test('by name is looked up once, by URL never', async () => {
    const { queueUrl } = local.server.createQueue(name)
    const commands: string[] = []
    const sender = queueSqs({ client: local.clientWith((command) => commands.push(command)) })
    const named = sqs(name)
    for (const value of [1, 2, 3]) await sendEntries(sender, named, [entryFor(named, value)])
    const url = sqs('', { url: queueUrl })
    await sendEntries(sender, url, [entryFor(url, 4)])
    expect(commands.filter((command) => command === 'GetQueueUrlCommand')).toHaveLength(1)
    expect(local.bodies(name)).toEqual([1, 2, 3, 4])
  })

  test('that does not exist yet is looked up again at the next send', async () => {
    const sender = queueSqs({ client: local.client })
    const to = sqs(name)
    await expect(sendEntries(sender, to, [entryFor(to, 1)])).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
      $fault: 'client',
    })
    local.server.createQueue(name)
    expect(await sendEntries(sender, to, [entryFor(to, 1)])).toEqual([undefined])
  })

  test('whose lookup hangs once is looked up again, and the signal ends the wait', async () => {
    local.server.createQueue(name)
    let lookups = 0
    const hanging = local.clientWith((command) => {
      if (command !== 'GetQueueUrlCommand') return undefined
      lookups += 1
      return lookups === 1 ? new Promise(() => undefined) : undefined
    })
    const sender = queueSqs({ client: hanging })
    const to = sqs(name)
    void sendEntries(sender, to, [entryFor(to, 1)]).catch(() => undefined)
    while (lookups === 0) await new Promise((resolve) => setTimeout(resolve, 1))
    expect(await sendEntries(sender, to, [entryFor(to, 2)])).toEqual([undefined])
    expect(local.bodies(name)).toEqual([2])
  })

  test('is looked up and sent to with the signal of the call', async () => {
    const signals: unknown[] = []
    const client = {
      send: async (command: { constructor: { name: string } }, { abortSignal }: { abortSignal: AbortSignal }) => {
        signals.push([command.constructor.name, abortSignal])
        return { QueueUrl: 'https://sqs.test/1/q', Successful: [{ Id: '0' }] }
      },
    } as unknown as SQSClient
    const { signal } = new AbortController()
    const to = sqs(name)
    await sendEntries(queueSqs({ client }), to, [entryFor(to, 1)], signal)
    expect(signals).toEqual([
      ['GetQueueUrlCommand', signal],
      ['SendMessageBatchCommand', signal],
    ])
  })
})

describe('a message carries', () => {
  const received = async () => {
    const QueueUrl = local.server.inspectQueue(name)?.url
    const { Messages = [] } = await local.client.send(
      new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All'] }),
    )
    return Messages[0]
  }

  test('its attributes and its hops', async () => {
    local.server.createQueue(name)
    const to = sqs(name, { attributes: { tenant: 'ada' } })
    await sendEntries(queueSqs({ client: local.client }), to, [entryFor(to, {})])
    expect((await received())?.MessageAttributes).toMatchObject({
      tenant: { DataType: 'String', StringValue: 'ada' },
      'lpipe-trail': { DataType: 'String', StringValue: '1|test' },
    })
  })

  test('the trace header, as a system attribute', async () => {
    local.server.createQueue(name)
    const inputs: unknown[] = [] // what is sent: fauxqs does not keep system attributes
    const client = local.clientWith((_, input) => inputs.push(input))
    const to = sqs(name)
    const traceHeader = 'Root=1-67891233-abcdef012345678912345678'
    await sendEntries(queueSqs({ client }), to, [entryFor(to, {}, { traceHeader })])
    expect(inputs.at(-1)).toMatchObject({
      Entries: [{ MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: traceHeader } } }],
    })
  })

  test('its delay', async () => {
    local.server.createQueue(name)
    const to = sqs(name, { delaySeconds: 900 })
    await sendEntries(queueSqs({ client: local.client }), to, [entryFor(to, {})])
    expect(local.server.inspectQueue(name)?.messages.delayed).toHaveLength(1)
  })

  test('as many bytes as its size says: that many are accepted, one more is not', async () => {
    local.server.createQueue(name, { attributes: { MaximumMessageSize: '2048' } })
    const to = sqs(name, { attributes: { tenant: 'é' } })
    const sender = queueSqs({ client: local.client })
    const left = 2048 - sender.prepare(entryFor(to, '')).size
    const [fits, over] = await sendEntries(sender, to, [
      entryFor(to, 'x'.repeat(left)),
      entryFor(to, 'x'.repeat(left + 1)),
    ])
    expect(fits).toBeUndefined()
    expect(over).toMatchObject({ senderFault: true })
  })
})

describe('a FIFO queue', () => {
  test('receives the groups of its entries', async () => {
    name += '.fifo'
    local.server.createQueue(name, fifo)
    const own = sqs(name, { groupId: 'own' })
    const to = sqs(name)
    const sender = queueSqs({ client: local.client })
    const entries = [entryFor(own, 1), entryFor(to, 2, { sourceGroup: 'source' }), entryFor(to, 3)]
    expect(await sendEntries(sender, to, entries)).toEqual([undefined, undefined, undefined])
    expect(local.server.inspectQueue(name)?.messages.ready.map(({ messageGroupId }) => messageGroupId)).toEqual([
      'own',
      'source',
      name,
    ])
  })

  test('keeps one message of each deduplication key within five minutes', async () => {
    name += '.fifo'
    local.server.createQueue(name, fifo)
    const sender = queueSqs({ client: local.client })
    const long = 'x'.repeat(200)
    const of = (id: string) => sqs(name, { deduplicationId: () => id })
    const entries = [
      entryFor(sqs(name), 1, { deduplicationKey: 'key' }),
      entryFor(of(`${long}1`), 2),
      entryFor(of(`${long}2`), 3),
    ]
    for (let delivery = 0; delivery < 2; delivery += 1) {
      expect(await sendEntries(sender, sqs(name), entries)).toEqual([undefined, undefined, undefined])
    }
    expect(local.bodies(name)).toEqual([1, 2, 3])
  })

  test('that is named and has a URL keeps its order', async () => {
    name += '.fifo'
    const { queueUrl } = local.server.createQueue(name, fifo)
    const sender = queueSqs({ client: local.client }) as never as Parameters<typeof outbox.add>[2]
    const batch = new InvocationBatch({}, lambdaContext())
    const source = {
      name: 'test',
      reports: 'each',
      recordsOf: () => [],
      idOf: () => undefined,
      bodyOf: () => ({}),
    } as const
    batch.receive({ source, messages: [] })
    const outbox = queueSqs().open(batch, { delivery: {}, maxHops: 10 })
    const message = { record: {}, index: 0, recordIndex: 0, outcome: 'succeeded' } as never
    const queues = [sqs(name), sqs('', { url: queueUrl })]
    for (let id = 0; id < 20; id += 1) outbox.add(message, queues[id % 2] as never, sender, { id })
    outbox.commit(message)
    await outbox.flush()
    expect(local.bodies(name)).toEqual(Array.from({ length: 20 }, (_, id) => ({ id })))
  })
})

describe('the answer of a call', () => {
  test('names each entry that was refused, and whose fault it was, without the text of SQS', async () => {
    local.server.createQueue(name, { attributes: { MaximumMessageSize: '1024' } })
    const to = sqs(name)
    const entries = [entryFor(to, 'x'.repeat(2000)), entryFor(to, 'y')]
    expect(await sendEntries(queueSqs({ client: local.client }), to, entries)).toEqual([
      { code: expect.any(String), reason: 'SQS refused the entry', senderFault: true },
      undefined,
    ])
    expect(local.bodies(name)).toEqual(['y'])
  })

  test.each<[what: string, output: object]>([
    ['an entry that SQS does not mention', { Successful: [{ Id: '1' }] }],
    ['an entry with an id that was not sent', { Successful: [{ Id: '1' }, { Id: '7' }] }],
    ['an entry without an id', { Successful: [{ Id: '1' }, {}], Failed: [{ Id: '9', Code: 'X' }] }],
  ])('does not count %s as accepted', async (_, output) => {
    const client = { send: async () => output } as unknown as SQSClient // SQS answers for all
    const to = sqs('', { url: 'https://sqs.test/1/q' })
    expect(await sendEntries(queueSqs({ client }), to, [entryFor(to, 1), entryFor(to, 2)])).toEqual([
      { code: 'NoAnswer', reason: 'SQS did not mention the entry', senderFault: false },
      undefined,
    ])
  })
})

describe('options', () => {
  test('are checked when the sender is made', () => {
    expect(() => queueSqs({ clients: local.client } as never)).toThrow(InvalidConfigurationError)
    expect(() => queueSqs({ maxEntries: 0 })).toThrow(
      'queueSqs: `maxEntries` must be a whole number of at least 1, or Infinity, received 0',
    )
  })

  test('make calls smaller, never larger than SQS allows', () => {
    expect(queueSqs({ maxEntries: 3, maxBytes: 1000 })).toMatchObject({ maxEntries: 3, maxBytes: 1000 })
    expect(queueSqs({ maxEntries: 50, maxBytes: 1e9 })).toMatchObject({ maxEntries: 10, maxBytes: 1_048_576 })
    expect(queueSqs()).toMatchObject({ maxEntries: 10, maxBytes: 1_048_576 })
  })
})
