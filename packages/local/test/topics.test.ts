import { PublishBatchCommand, PublishCommand } from '@aws-sdk/client-sns'
import { afterEach, expect, test } from '@jest/globals'
import { type LocalPipeline, type LocalPipelineOptions, localPipeline } from '@lpipe/local'
import { silentLogger } from '@lpipe/testing'
import type { SNSEvent, SQSEvent } from 'aws-lambda'
import { soon } from './helpers.ts'

let local: LocalPipeline | undefined
afterEach(() => local?.stop())

const start = async (options: LocalPipelineOptions): Promise<LocalPipeline> => {
  local = await localPipeline({ logger: silentLogger(), ...options })
  return local
}

/** A function that records its events, and throws as often as it is said. */
const recorder = <T>(failures = 0) => {
  const events: T[] = []
  return {
    events,
    handler: async (event: T) => {
      events.push(event)
      if (events.length <= failures) throw new Error('down')
    },
  }
}

test('a topic delivers to queues: raw, in a notification, and filtered', async () => {
  const [raw, wrapped, filtered] = [recorder<SQSEvent>(), recorder<SQSEvent>(), recorder<SQSEvent>()]
  const pipeline = await start({
    topics: { news: {} },
    queues: {
      raw: { subscriptions: [{ topic: 'news', rawMessageDelivery: true }] },
      wrapped: { subscriptions: [{ topic: 'news' }] },
      filtered: {
        subscriptions: [{ topic: 'news', filterPolicy: { kind: ['sport'] }, filterPolicyScope: 'MessageBody' }],
      },
    },
    functions: {
      raw: { handler: raw.handler, source: { queue: 'raw' } },
      wrapped: { handler: wrapped.handler, source: { queue: 'wrapped' } },
      filtered: { handler: filtered.handler, source: { queue: 'filtered' } },
    },
  })
  await pipeline.send('news', [{ kind: 'sport' }, { kind: 'weather' }])
  await pipeline.drained(soon)

  const bodies = ({ events }: { readonly events: readonly SQSEvent[] }): unknown[] =>
    events.flatMap(({ Records }) => Records.map(({ body }) => JSON.parse(body) as unknown))
  expect(bodies(raw)).toEqual([{ kind: 'sport' }, { kind: 'weather' }])
  expect(bodies(wrapped)).toEqual([
    expect.objectContaining({ Type: 'Notification', Message: '{"kind":"sport"}' }),
    expect.objectContaining({ Type: 'Notification', Message: '{"kind":"weather"}' }),
  ])
  expect(bodies(filtered)).toEqual([expect.objectContaining({ Message: '{"kind":"sport"}' })])
})

test('a FIFO topic delivers to a FIFO queue, in the groups of its messages', async () => {
  const { events, handler } = recorder<SQSEvent>()
  const pipeline = await start({
    topics: { 'news.fifo': {} },
    queues: { 'orders.fifo': { subscriptions: [{ topic: 'news.fifo', rawMessageDelivery: true }] } },
    functions: { take: { handler, source: { queue: 'orders.fifo' } } },
  })
  await pipeline.send('news.fifo', ['1', '2', '3'], { groupId: (text) => (text === '2' ? 'b' : 'a') })
  await pipeline.drained(soon)
  const records = events.flatMap(({ Records }) => Records)
  expect(records.map(({ body, attributes }) => `${attributes.MessageGroupId} ${body}`).sort()).toEqual([
    'a 1',
    'a 3',
    'b 2',
  ])
})

test('a topic invokes a function with one message, in the format of Lambda', async () => {
  const { events, handler } = recorder<SNSEvent>()
  const pipeline = await start({ topics: { news: {} }, functions: { take: { handler, source: { topic: 'news' } } } })
  await pipeline.clients.sns.send(
    new PublishCommand({
      TopicArn: pipeline.topicArns['news'],
      Message: 'hello',
      Subject: 'greeting',
      MessageAttributes: { level: { DataType: 'String', StringValue: 'high' } },
    }),
  )
  await pipeline.drained(soon)
  expect(events).toEqual([
    {
      Records: [
        {
          EventSource: 'aws:sns',
          EventVersion: '1.0',
          EventSubscriptionArn: expect.stringMatching(/^arn:aws:sns:us-east-1:000000000000:news:/),
          Sns: {
            Type: 'Notification',
            MessageId: expect.any(String),
            TopicArn: 'arn:aws:sns:us-east-1:000000000000:news',
            Subject: 'greeting',
            Message: 'hello',
            Timestamp: expect.any(String),
            SignatureVersion: expect.any(String),
            Signature: expect.any(String),
            SigningCertUrl: expect.any(String),
            UnsubscribeUrl: expect.any(String),
            MessageAttributes: { level: { Type: 'String', Value: 'high' } },
          },
        },
      ],
    },
  ])
  expect(pipeline.statistics()['take']).toMatchObject({ invocations: 1, errors: 0, received: 1, done: 1 })
})

test('a failed invocation is retried twice, then the event goes to onFailure', async () => {
  const { events, handler } = recorder<SNSEvent>(3)
  const pipeline = await start({
    topics: { news: {} },
    queues: { lost: {} },
    functions: { take: { handler, source: { topic: 'news', onFailure: 'lost' } } },
  })
  await pipeline.send('news', ['poison'])
  await pipeline.drained(soon)
  expect(events.map(({ Records }) => Records[0]?.Sns.Message)).toEqual(['poison', 'poison', 'poison'])
  expect(await pipeline.contents('lost')).toMatchObject([
    {
      body: {
        version: '1.0',
        requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
        requestPayload: { Records: [{ Sns: { Message: 'poison' } }] },
        responseContext: { functionError: 'Unhandled' },
      },
    },
  ])
  expect(pipeline.statistics()['take']).toMatchObject({ invocations: 3, errors: 3, done: 0, discarded: 1 })
})

test('one that succeeds at the second try is done', async () => {
  const { events, handler } = recorder<SNSEvent>(1)
  const pipeline = await start({ topics: { news: {} }, functions: { take: { handler, source: { topic: 'news' } } } })
  await pipeline.send('news', ['late'])
  await pipeline.drained(soon)
  expect(events).toHaveLength(2)
  expect(pipeline.statistics()['take']).toMatchObject({ invocations: 2, errors: 1, done: 1, discarded: 0 })
})

test('a function publishes through the environment, and its calls are counted', async () => {
  const { events, handler } = recorder<SNSEvent>()
  const { SNSClient } = await import('@aws-sdk/client-sns')
  const pipeline = await start({
    topics: { news: {} },
    queues: { orders: {} },
    functions: {
      publisher: {
        handler: async () => {
          const client = new SNSClient({})
          const PublishBatchRequestEntries = [{ Id: '0', Message: 'from a function' }]
          await client.send(
            new PublishBatchCommand({
              TopicArn: 'arn:aws:sns:us-east-1:000000000000:news',
              PublishBatchRequestEntries,
            }),
          )
          client.destroy()
        },
        source: { queue: 'orders' },
      },
      take: { handler, source: { topic: 'news' } },
    },
  })
  await pipeline.send('orders', ['go'])
  await pipeline.drained(soon)
  expect(events.map(({ Records }) => Records[0]?.Sns.Message)).toEqual(['from a function'])
  expect(pipeline.statistics()['publisher']?.calls).toEqual({ PublishBatch: { calls: 1, entries: 1 } })
})

test('a name that is not a topic is refused, with the names', async () => {
  const pipeline = await start({ topics: { news: {} }, queues: { orders: {} } })
  expect(() => pipeline.send('new', ['x'])).toThrow('there is no queue, stream or topic `new` (declared: orders, news)')
})
