import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ClientRequest } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { afterEach, describe, expect, test } from '@jest/globals'
import { type LocalPipeline, localPipeline, type QueueSource } from '@lpipe/local'
import { memoryLogger, silentLogger } from '@lpipe/testing'
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda'
import { soon, textsOf, until } from './helpers.ts'

let local: LocalPipeline
afterEach(() => local?.stop())

const bodies = ({ Records }: SQSEvent): string[] => Records.map(({ body }) => body)
const reported = (...records: (SQSRecord | undefined)[]) => ({
  batchItemFailures: records.map((record) => ({ itemIdentifier: record?.messageId })),
})

/** The handlers' answers, and which of the messages 0, 1 and 2 are left on the queue. */
const answers: Record<
  string,
  [answer: (records: SQSRecord[]) => unknown, left: string[], source?: Partial<QueueSource>]
> = {
  'null: all succeeded': [() => null, []],
  'nothing: all succeeded': [() => undefined, []],
  '{}: all succeeded': [() => ({}), []],
  '[]: all succeeded': [() => [], []],
  'batchItemFailures null: all succeeded': [() => ({ batchItemFailures: null }), []],
  'batchItemFailures empty: all succeeded': [() => ({ batchItemFailures: [] }), []],
  'an empty identifier: all failed': [() => ({ batchItemFailures: [{ itemIdentifier: '' }] }), ['0', '1', '2']],
  'an identifier that is null: all failed': [
    () => ({ batchItemFailures: [{ itemIdentifier: null }] }),
    ['0', '1', '2'],
  ],
  'a wrong key: all failed': [([first]) => ({ batchItemFailures: [{ id: first?.messageId }] }), ['0', '1', '2']],
  'an id that is not in the batch: all failed': [
    ([first]) => ({ batchItemFailures: [{ itemIdentifier: first?.messageId }, { itemIdentifier: 'other' }] }),
    ['0', '1', '2'],
  ],
  'a value that JSON cannot carry: all failed': [() => ({ batchItemFailures: [], count: 1n }), ['0', '1', '2']],
  'the function throws: all failed': [
    () => {
      throw new Error('out of order')
    },
    ['0', '1', '2'],
  ],
  'the function rejects with text: all failed': [() => Promise.reject('out of order'), ['0', '1', '2']],
  'ids: just these failed': [([first, , third]) => reported(third, first), ['0', '2']],
  'without ReportBatchItemFailures: all succeeded': [
    ([first]) => reported(first),
    [],
    { reportBatchItemFailures: false },
  ],
  'without ReportBatchItemFailures, but thrown: all failed': [
    () => {
      throw new Error('out of order')
    },
    ['0', '1', '2'],
    { reportBatchItemFailures: false },
  ],
}

describe('partial batch responses, as AWS reads them', () => {
  test.each(Object.entries(answers))('%s', async (_, [answer, left, source]) => {
    local = await localPipeline({
      queues: { orders: {} },
      functions: {
        take: { handler: ({ Records }: SQSEvent) => answer(Records), source: { queue: 'orders', ...source } },
      },
      logger: silentLogger(),
    })
    await local.send('orders', ['0', '1', '2'])
    const took = () => local.statistics()['take']
    await until(() => (took()?.done ?? 0) + (took()?.returned ?? 0) === 3)

    expect((await local.contents('orders')).map(({ body }) => String(body)).sort()).toEqual(left)
    expect(took()).toMatchObject({ received: 3, done: 3 - left.length, returned: left.length, discarded: 0 })
    // A failed message stays hidden until its visibility timeout ends.
    expect((await local.contents('orders')).filter(({ state }) => state !== 'inFlight')).toEqual([])
  })
})

test("an event has Lambda's format", async () => {
  const events: SQSEvent[] = []
  local = await localPipeline({
    queues: { 'orders.fifo': {} },
    functions: { take: { handler: (event: SQSEvent) => void events.push(event), source: { queue: 'orders.fifo' } } },
  })
  const { MessageId } = await local.clients.sqs.send(
    new SendMessageCommand({
      QueueUrl: local.urls['orders.fifo'],
      MessageBody: '{"order":1}',
      MessageGroupId: 'ada',
      MessageDeduplicationId: 'once',
      MessageAttributes: {
        text: { DataType: 'String', StringValue: 'hello' },
        count: { DataType: 'Number', StringValue: '7' },
        bytes: { DataType: 'Binary', BinaryValue: Buffer.from([1, 2, 255]) },
      },
    }),
  )
  await local.drained(soon)

  const lists = { stringListValues: [], binaryListValues: [] }
  expect(events).toEqual([
    {
      Records: [
        {
          messageId: MessageId,
          receiptHandle: expect.stringMatching(/./),
          body: '{"order":1}',
          attributes: {
            ApproximateReceiveCount: '1',
            SentTimestamp: expect.stringMatching(/^\d{13}$/),
            SenderId: expect.stringMatching(/./),
            ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
            SequenceNumber: expect.stringMatching(/^\d{20}$/),
            MessageGroupId: 'ada',
            MessageDeduplicationId: 'once',
          },
          messageAttributes: {
            text: { stringValue: 'hello', dataType: 'String', ...lists },
            count: { stringValue: '7', dataType: 'Number', ...lists },
            bytes: { binaryValue: 'AQL/', dataType: 'Binary', ...lists },
          },
          md5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
          md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/),
          eventSource: 'aws:sqs',
          eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:orders.fifo',
          awsRegion: 'us-east-1',
        },
      ],
    },
  ])
})

test('after maxReceiveCount receives a message is in the dead-letter queue, and is not delivered again', async () => {
  const counts: string[] = []
  local = await localPipeline({
    queues: { orders: { deadLetter: { queue: 'dead', maxReceiveCount: 3 } }, dead: {} },
    functions: {
      take: {
        handler: ({ Records }: SQSEvent) => {
          const [record] = Records
          counts.push(record?.attributes.ApproximateReceiveCount ?? '')
          return reported(record)
        },
        source: { queue: 'orders', retryAfterSeconds: 0 },
      },
    },
  })
  const [id] = await local.send('orders', [{ order: 1 }])
  await local.drained(soon)
  expect(counts).toEqual(['1', '2', '3'])
  expect(await local.contents('dead')).toMatchObject([{ messageId: id, body: { order: 1 }, state: 'visible' }])
  expect(await local.contents('orders')).toEqual([])
})

test('a failed message comes back when its visibility timeout ends, and not before', async () => {
  const sinceFirstReceive: number[] = []
  local = await localPipeline({
    queues: { orders: { visibilityTimeout: 2 } },
    functions: {
      take: {
        timeout: 2,
        handler: ({ Records }: SQSEvent) => {
          const [{ attributes } = { attributes: undefined }] = Records
          sinceFirstReceive.push(Date.now() - Number(attributes?.ApproximateFirstReceiveTimestamp))
          return sinceFirstReceive.length === 1 ? reported(...Records) : null
        },
        source: { queue: 'orders' },
      },
    },
  })
  await local.send('orders', ['once more'])
  await local.drained(soon)
  expect(sinceFirstReceive).toHaveLength(2)
  expect(sinceFirstReceive[1]).toBeGreaterThanOrEqual(1990) // timers of Node.js may fire a little early
})

test('a delayed message keeps the pipeline from being drained until it was handled', async () => {
  const seen: string[] = []
  local = await localPipeline({
    queues: { orders: { delay: 1 } },
    functions: {
      take: { handler: (event: SQSEvent) => void seen.push(...bodies(event)), source: { queue: 'orders' } },
    },
  })
  await local.send('orders', ['later'])
  expect(await local.contents('orders')).toMatchObject([{ state: 'delayed' }])
  await local.drained(soon)
  expect(seen).toEqual(['later'])
})

test('a group keeps its order when one of it fails, and does not hold up the others', async () => {
  const seen: string[] = []
  const succeeded: string[] = []
  local = await localPipeline({
    queues: { 'orders.fifo': {} },
    functions: {
      take: {
        handler: ({ Records }: SQSEvent) => {
          const failed = Records.filter(({ body, attributes }) => {
            const fails = body === 'a1' && attributes.ApproximateReceiveCount === '1'
            seen.push(`${body} ${fails ? 'failed' : 'succeeded'}`)
            if (!fails) succeeded.push(body)
            return fails
          })
          return reported(...failed)
        },
        source: { queue: 'orders.fifo', retryAfterSeconds: 3 },
      },
    },
  })
  await local.send('orders.fifo', ['a0', 'a1', 'b0', 'a2', 'b1', 'a3', 'b2'], { groupId: ([group]) => group ?? '' })
  await local.drained(soon)
  const ofGroup = (group: string) => succeeded.filter((body) => body.startsWith(group))
  expect(ofGroup('a')).toEqual(['a0', 'a1', 'a2', 'a3'])
  expect(ofGroup('b')).toEqual(['b0', 'b1', 'b2'])
  expect(seen.filter((line) => line === 'a1 failed')).toHaveLength(1)
  // All of b was done while a1 was waiting for its second try.
  expect(seen.indexOf('b2 succeeded')).toBeLessThan(seen.indexOf('a1 succeeded'))
})

test('a batch is never larger than batchSize', async () => {
  const sizes: number[] = []
  local = await localPipeline({
    queues: { orders: {} },
    functions: {
      take: {
        handler: ({ Records }: SQSEvent) => void sizes.push(Records.length),
        source: { queue: 'orders', batchSize: 4 },
      },
    },
  })
  await local.send('orders', Array.from({ length: 21 }, String))
  await local.drained(soon)
  expect(Math.max(...sizes)).toBe(4)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(21)
})

test('a batch larger than a receive is gathered in the batching window', async () => {
  const sizes: number[] = []
  local = await localPipeline({
    queues: { orders: {} },
    functions: {
      take: {
        handler: ({ Records }: SQSEvent) => void sizes.push(Records.length),
        source: { queue: 'orders', batchSize: 25, maximumBatchingWindowInSeconds: 60 },
      },
    },
  })
  await local.send('orders', Array.from({ length: 50 }, String))
  await local.drained(soon)
  expect(sizes).toEqual([25, 25])
  expect(local.statistics()['take']?.done).toBe(50)
})

test('an event keeps under 6 MB', async () => {
  const sizes: number[] = []
  local = await localPipeline({
    queues: { orders: {} },
    functions: {
      take: {
        handler: (event: SQSEvent) => void sizes.push(JSON.stringify(event).length),
        source: { queue: 'orders' },
      },
    },
  })
  await local.send(
    'orders',
    Array.from({ length: 10 }, () => 'x'.repeat(1_000_000)),
  )
  await local.drained(soon)
  expect(local.statistics()['take']).toMatchObject({ received: 10, done: 10 })
  expect(Math.max(...sizes)).toBeLessThan(6_000_000)
})

test('maximumConcurrency batches are worked on at once', async () => {
  let running = 0
  const most: number[] = []
  local = await localPipeline({
    queues: { orders: {} },
    functions: {
      take: {
        handler: async () => {
          running += 1
          most.push(running)
          await until(() => most.length >= 3 || Math.max(...most) >= 3)
          running -= 1
        },
        source: { queue: 'orders', batchSize: 1, maximumConcurrency: 3 },
      },
    },
  })
  await local.send('orders', ['0', '1', '2', '3', '4', '5'])
  await local.drained(soon)
  expect(Math.max(...most)).toBe(3)
})

test('an invocation that takes too long has failed', async () => {
  const logger = memoryLogger()
  let calls = 0
  local = await localPipeline({
    queues: { orders: {} },
    functions: {
      take: {
        timeout: 0.3,
        handler: () => {
          calls += 1
          return calls === 1 ? new Promise(() => undefined) : null
        },
        source: { queue: 'orders', retryAfterSeconds: 0 },
      },
    },
    logger,
  })
  await local.send('orders', ['slow'])
  await local.drained(soon)
  expect(local.statistics()['take']).toMatchObject({ invocations: 2, errors: 1, received: 2, done: 1, returned: 1 })
  expect(textsOf(logger)).toEqual(['function take failed: Task timed out after 0.30 seconds'])
})

test("a handler is given Lambda's context, a new one each time, and an event of its own", async () => {
  const contexts: Context[] = []
  const left: number[] = []
  const seen: string[][] = []
  local = await localPipeline({
    queues: { orders: {} },
    region: 'eu-north-1',
    functions: {
      take: {
        timeout: 2,
        handler: async (event: SQSEvent, context: Context) => {
          contexts.push(context)
          left.push(context.getRemainingTimeInMillis())
          await until(() => context.getRemainingTimeInMillis() < (left.at(-1) ?? 0))
          seen.push(bodies(event))
          for (const record of event.Records) record.body = 'changed'
          return contexts.length === 1 ? reported(...event.Records) : null
        },
        source: { queue: 'orders', retryAfterSeconds: 0 },
      },
    },
  })
  await local.send('orders', ['mine'])
  await local.drained(soon)
  expect(seen).toEqual([['mine'], ['mine']])
  expect(contexts[0]).toMatchObject({
    functionName: 'take',
    invokedFunctionArn: 'arn:aws:lambda:eu-north-1:000000000000:function:take',
  })
  expect(new Set(contexts.map(({ awsRequestId }) => awsRequestId)).size).toBe(2)
  expect(left.every((millis) => millis > 1000 && millis <= 2000)).toBe(true)
})

test('an idle queue is polled for long, not often', async () => {
  let polls = 0
  const count = (message: unknown): void => {
    const { request } = message as { readonly request: ClientRequest }
    if (String(request.getHeader('x-amz-target')).endsWith('ReceiveMessage')) polls += 1
  }
  subscribe('http.client.request.start', count)
  local = await localPipeline({
    queues: { orders: {} },
    functions: { take: { handler: () => null, source: { queue: 'orders', maximumConcurrency: 2 } } },
  })
  await until(() => polls >= 2)
  await setTimeout(200)
  unsubscribe('http.client.request.start', count)
  expect(polls).toBe(2)
})
