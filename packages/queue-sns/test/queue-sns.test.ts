import type { SNSClient } from '@aws-sdk/client-sns'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { InvalidConfigurationError } from '@lpipe/core'
import { queueSns } from '@lpipe/queue-sns'
import {
  entryFor,
  invoke,
  invokeWithOutcomes,
  sendEntries,
  senderContract,
  silentLogger,
  sqsEvent,
} from '@lpipe/testing'
import middy from '@middy/core'
import { lpipe, queue } from 'lpipe-preset'
import { type LocalSns, startSns, topicNamed } from './sns.ts'

let local: LocalSns
beforeAll(async () => {
  local = await startSns()
})
afterAll(() => local.stop())

let count = 0
let name = ''
beforeEach(() => {
  count += 1
  name = `topic-${count}`
})

const bodiesIn = (topic: string): unknown[] => local.messages(topic).map(({ body }) => JSON.parse(body) as unknown)

describe('keeps the contract of senders', () => {
  test.each(senderContract)('$name', async ({ check }) => {
    local.createTopic(name)
    await check({
      sender: queueSns() as never, // made from the SDK's own environment
      queue: topicNamed(name),
      missing: topicNamed('nowhere'),
      arrived: async () => bodiesIn(name),
    })
  })
})

test('attributes and hops arrive as attributes of the subscribed queue', async () => {
  local.createTopic(name)
  const to = topicNamed(name, { attributes: { tenant: 'ada' } })
  await sendEntries(queueSns({ client: local.client }), to, [entryFor(to, {})])
  expect(local.messages(name)).toMatchObject([
    {
      messageAttributes: {
        tenant: { DataType: 'String', StringValue: 'ada' },
        'lpipe-trail': { DataType: 'String', StringValue: '1|test' },
      },
    },
  ])
})

test('without raw message delivery the body is a notification with the attributes', async () => {
  local.createTopic(name, {})
  const to = topicNamed(name)
  await sendEntries(queueSns({ client: local.client }), to, [entryFor(to, { a: 1 })])
  expect(bodiesIn(name)).toMatchObject([
    {
      Type: 'Notification',
      Message: '{"a":1}',
      MessageAttributes: { 'lpipe-trail': { Type: 'String', Value: '1|test' } },
    },
  ])
})

test('as many bytes as its size says are accepted, one more is not', async () => {
  local.createTopic(name)
  const to = topicNamed(name, { attributes: { tenant: 'é' } })
  const sender = queueSns({ client: local.client })
  const left = sender.maxBytes - sender.prepare(entryFor(to, '')).size
  const [fits] = await sendEntries(sender, to, [entryFor(to, 'x'.repeat(left))])
  const [over] = await sendEntries(sender, to, [entryFor(to, 'x'.repeat(left + 1))])
  expect(fits).toBeUndefined()
  expect(over).toEqual({ code: 'InvalidParameter', reason: 'SNS refused the entry', senderFault: true })
})

describe('a FIFO topic', () => {
  test('keeps the order of a group, and one message of each deduplication key', async () => {
    name += '.fifo'
    local.createTopic(name)
    const own = topicNamed(name, { groupId: 'own' })
    const to = topicNamed(name)
    const sender = queueSns({ client: local.client })
    const entries = [
      entryFor(own, 1, { deduplicationKey: 'a' }),
      entryFor(to, 2, { sourceGroup: 'source', deduplicationKey: 'b' }),
      entryFor(to, 3, { deduplicationKey: 'c' }),
      entryFor(own, 4, { deduplicationKey: 'd' }),
    ]
    for (let delivery = 0; delivery < 2; delivery += 1) {
      expect(await sendEntries(sender, to, entries)).toEqual([undefined, undefined, undefined, undefined])
    }
    const ofGroup = (group: string) =>
      local.messages(name).flatMap(({ body, messageGroupId }) => (messageGroupId === group ? [body] : []))
    expect([ofGroup('own'), ofGroup('source'), ofGroup(name)]).toEqual([['1', '4'], ['2'], ['3']])
  })
})

describe('the answer of a call', () => {
  test.each<[what: string, output: object]>([
    ['an entry that SNS does not mention', { Successful: [{ Id: '1' }] }],
    ['an entry with an id that was not sent', { Successful: [{ Id: '1' }, { Id: '7' }] }],
    ['an entry without an id', { Successful: [{ Id: '1' }, {}], Failed: [{ Id: '9', Code: 'X' }] }],
  ])('does not count %s as accepted', async (_, output) => {
    const client = { send: async () => output } as unknown as SNSClient // SNS answers for all
    const to = topicNamed(name)
    expect(await sendEntries(queueSns({ client }), to, [entryFor(to, 1), entryFor(to, 2)])).toEqual([
      { code: 'NoAnswer', reason: 'SNS did not mention the entry', senderFault: false },
      undefined,
    ])
  })

  test('the call has the signal', async () => {
    const signals: unknown[] = []
    const client = {
      send: async (_: unknown, { abortSignal }: { abortSignal: AbortSignal }) => {
        signals.push(abortSignal)
        return { Successful: [{ Id: '0' }] }
      },
    } as unknown as SNSClient
    const { signal } = new AbortController()
    const to = topicNamed(name)
    await sendEntries(queueSns({ client }), to, [entryFor(to, 1)], signal)
    expect(signals).toEqual([signal])
  })
})

describe('in a Lambda', () => {
  test('what its messages send shares calls, and a dead letter goes to a topic', async () => {
    const calls: number[] = []
    const client = local.clientWith(({ PublishBatchRequestEntries = [] }) =>
      calls.push(PublishBatchRequestEntries.length),
    )
    const sender = Object.assign(() => queueSns({ client }), queueSns) as typeof queueSns
    const to = queue({ type: 'sns', name: local.createTopic(name), path: 'SHIP', sender })
    const deadLetter = queue({ type: 'sns', name: local.createTopic(`${name}-dead`), sender })
    const order = ({ id }: { id: number }) => {
      if (id === 3) throw new Error('no')
      return { id }
    }
    const { action, payload } = await import('lpipe-preset')
    const handler = middy().use(
      lpipe({
        paths: {
          ORDER: [action({ functions: [(kwargs: { id: number }) => payload({ queue: to, kwargs: order(kwargs) })] })],
        },
        deadLetter,
        logger: silentLogger(),
      }),
    )
    const ids = Array.from({ length: 12 }, (_, id) => id)
    const event = sqsEvent(ids.map((id) => ({ path: 'ORDER', kwargs: { id } })))
    expect(await invoke(handler, event)).toEqual({ batchItemFailures: [] })
    expect(bodiesIn(name)).toHaveLength(11)
    expect(bodiesIn(name)).toContainEqual({ path: 'SHIP', kwargs: { id: 0 } })
    expect(bodiesIn(`${name}-dead`)).toMatchObject([{ error: { name: 'Error' }, path: 'ORDER' }])
    expect(calls.sort()).toEqual([1, 1, 10])
  })

  test('a topic that does not exist fails the message at once', async () => {
    const { payload } = await import('lpipe-preset')
    const to = queue({ type: 'sns', name: topicNamed('nowhere').name as string, sender: queueSns })
    const handler = middy().use(lpipe({ call: () => payload({ queue: to, kwargs: {} }), logger: silentLogger() }))
    const { outcomes } = await invokeWithOutcomes(handler, sqsEvent([{}]))
    expect(outcomes).toMatchObject([
      {
        outcome: 'failed',
        error: {
          message: `could not send to sns ${topicNamed('nowhere').name}: NotFoundException: the service refused the call`,
        },
      },
    ])
  })
})

describe('options', () => {
  test('are checked when the sender is made', () => {
    expect(() => queueSns({ clients: local.client } as never)).toThrow(InvalidConfigurationError)
    expect(() => queueSns({ maxEntries: 0 })).toThrow(
      'queueSns: `maxEntries` must be a whole number of at least 1, or Infinity, received 0',
    )
  })

  test('make calls smaller, or larger for topics that take more, never larger than SNS allows', () => {
    expect(queueSns()).toMatchObject({ maxEntries: 10, maxBytes: 262_144 })
    expect(queueSns({ maxEntries: 3, maxBytes: 1000 })).toMatchObject({ maxEntries: 3, maxBytes: 1000 })
    expect(queueSns({ maxEntries: 50, maxBytes: 1e9 })).toMatchObject({ maxEntries: 10, maxBytes: 1_048_576 })
  })
})
