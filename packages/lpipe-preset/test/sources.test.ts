/** Events of all kinds of sources, through the whole preset. */
import { describe, expect, test } from '@jest/globals'
import {
  invoke,
  invokeWithOutcomes,
  kinesisEvent,
  memoryLogger,
  memoryQueue,
  silentLogger,
  sqsEvent,
} from '@lpipe/testing'
import middy from '@middy/core'
import {
  action,
  type EventSource,
  FailButContinue,
  FailCatastrophically,
  InvalidPayloadError,
  type LpipeContext,
  type LpipeOptions,
  lpipe,
  payload,
} from 'lpipe-preset'

const logger = silentLogger()
const base64 = Buffer.from('{"path":"A","kwargs":{}}').toString('base64')

describe('an event of a service that no source reads throws, and nothing runs', () => {
  const ran: unknown[] = []
  const handler = middy().use(lpipe({ call: () => ran.push(1), logger }))

  test.each<[service: string, event: unknown]>([
    [
      'aws:kafka',
      { eventSource: 'aws:kafka', records: { 'orders-0': [{ topic: 'orders', offset: 1, value: base64 }] } },
    ],
    ['SelfManagedKafka', { eventSource: 'SelfManagedKafka', records: { 'orders-0': [{ value: base64 }] } }],
    ['aws:mq', { eventSource: 'aws:mq', messages: [{ messageID: '1', data: base64 }] }],
    ['aws:rmq', { eventSource: 'aws:rmq', rmqMessagesByQueue: { 'orders::/': [{ data: base64 }] } }],
    ['aws:docdb', { eventSource: 'aws:docdb', events: [{ event: { operationType: 'insert' } }] }],
    ['aws:dynamodb', { Records: [{ eventSource: 'aws:dynamodb', dynamodb: {} }] }],
    ['aws:s3', { Records: [{ eventSource: 'aws:s3', s3: {} }] }],
    ['aws:sns', { Records: [{ EventSource: 'aws:sns', Sns: { Message: '{}' } }] }],
    ['Firehose transformation', { deliveryStreamArn: 'arn', records: [{ recordId: '1', data: base64 }] }],
    ['S3 Batch Operations', { invocationSchemaVersion: '1.0', tasks: [{ taskId: '1' }] }],
    ['aws:dynamodb', [{ eventSource: 'aws:dynamodb', dynamodb: {} }]],
    ['aws:kafka', [{ eventSource: 'aws:kafka', value: base64 }]],
  ])('%s', async (service, event) => {
    await expect(invoke(handler, event)).rejects.toThrow(InvalidPayloadError)
    await expect(invoke(handler, event)).rejects.toThrow(service)
    expect(ran).toEqual([])
  })
})

describe('a bare array of EventBridge Pipes is answered as its source', () => {
  const fails = ({ n }: { n: number }) => {
    if (n > 0) throw new FailCatastrophically('later')
  }
  const handler = middy().use(lpipe({ call: fails, logger }))

  test('SQS: each failed message is named', async () => {
    expect(await invoke(handler, sqsEvent([{ n: 0 }, { n: 1 }, { n: 2 }]).Records)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'message-1' }, { itemIdentifier: 'message-2' }],
    })
  })

  test('Kinesis: the first failed record is named, by its `eventID`', async () => {
    const { Records } = kinesisEvent([{ n: 0 }, { n: 1 }, { n: 2 }])
    const flat = Records.map(({ kinesis, ...record }) => ({ ...kinesis, ...record }))
    const named = { batchItemFailures: [{ itemIdentifier: Records[1]?.eventID }] }
    expect(await invoke(handler, flat)).toEqual(named)
    expect(await invoke(handler, Records)).toEqual(named)
    const nameless = flat.map(({ eventID, ...record }) => record)
    await expect(invoke(handler, nameless)).rejects.toThrow('a record has no id to report it by')
  })

  test('without records of a known source it is a RAW event', async () => {
    await expect(invoke(handler, [{ n: 1 }])).rejects.toThrow('1 message failed, so that the event fails as a whole')
  })
})

test('a body that a middleware in front has parsed is processed', async () => {
  const seen: unknown[] = []
  const parse = {
    before: ({ event }: { event: { Records: { body: unknown }[] } }) => {
      for (const record of event.Records) record.body = JSON.parse(record.body as string)
    },
  }
  const handler = middy()
    .use(parse as object)
    .use(lpipe({ paths: { A: [(kwargs: object) => seen.push(kwargs)] }, logger }))
  const { response, outcomes } = await invokeWithOutcomes(handler, sqsEvent([{ path: 'A', kwargs: { n: 1 } }]))
  expect(response).toEqual({ batchItemFailures: [] })
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['succeeded'])
  expect(seen).toEqual([{ n: 1 }])
})

/** `{ envelopes: [{ id, group, items: [...] }] }`: each record holds several messages. */
interface Envelope {
  readonly id: string
  readonly group?: string
  readonly items: readonly unknown[]
}
const envelopes = (reports: EventSource['reports'] = 'each'): EventSource =>
  ({
    name: 'envelopes',
    reports,
    recordsOf: (event) => (event as { envelopes?: Envelope[] } | null)?.envelopes,
    idOf: ({ id }) => id,
    bodyOf: () => ({}),
    bodiesOf: ({ items }) => items,
    groupOf: ({ group }) => group,
    arnOf: () => 'arn:mine',
  }) satisfies EventSource<Envelope> as EventSource

describe('a record that holds several messages', () => {
  const event = {
    envelopes: [
      { id: 'a', items: [{ n: 0 }, { n: 1, as: 'failed' }, { n: 2, as: 'failed' }] },
      { id: 'b', items: [{ n: 3 }, { n: 4, as: 'dropped' }, 'not an object'] },
      { id: 'c', items: [] },
      { id: 'd', items: [{ n: 5 }] },
    ],
  }
  const call = ({ n, as }: { n: number; as?: string }) => {
    if (as === 'failed') throw new FailCatastrophically(`failed ${n}`)
    if (as === 'dropped') throw new FailButContinue(`dropped ${n}`)
    return n
  }
  const run = (options: LpipeOptions) =>
    invokeWithOutcomes(middy().use(lpipe({ source: envelopes(), logger, ...options })), event)

  test('has an outcome for each; if one fails, all fail, because the record comes back; it is named once', async () => {
    const { response, outcomes } = await run({ call })
    expect(outcomes.map(({ outcome, output }) => output ?? outcome)).toEqual([
      'failed',
      'failed',
      'failed',
      3,
      'dropped',
      'dropped',
      5,
    ])
    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'a' }] })
  })

  test('has a log line for each that did not succeed by itself', async () => {
    const lines = memoryLogger()
    await run({ call, logger: lines })
    expect(lines.lines.map(({ level, message, fields }) => [level, message, fields['kept']])).toEqual([
      [
        'debug',
        'message a failed: SkippedError: another message of its record failed, so that the record comes back',
        'arn:mine',
      ],
      ['error', 'message a failed: FailCatastrophically: failed 1', 'arn:mine'],
      ['error', 'message a failed: FailCatastrophically: failed 2', 'arn:mine'],
      ['warn', 'message b dropped: FailButContinue: dropped 4', 'nowhere'],
      [
        'warn',
        'message b dropped: InvalidPayloadError: record b: its body must be an object, received string',
        'nowhere',
      ],
      ['info', 'batch finished', undefined],
    ])
  })

  test('has a dead letter for each that was dropped', async () => {
    const lost = memoryQueue()
    await run({ call, deadLetter: lost.queue })
    expect(lost.sent.map(({ body }) => body)).toMatchObject([
      { error: { message: 'dropped 4' }, record: event.envelopes[1], source: { type: 'envelopes', id: 'b' } },
      { error: { name: 'InvalidPayloadError' }, record: event.envelopes[1] },
    ])
  })

  test.each([1, 10])('that comes back sends nothing, and has no dead letter (concurrency %i)', async (concurrency) => {
    const [out, lost] = [memoryQueue(), memoryQueue({ name: 'lost' })]
    const items = [{ n: 0 }, { n: 1, as: 'dropped' }, { n: 2, as: 'failed' }, { n: 3 }]
    const several = {
      envelopes: [
        { id: 'a', items },
        { id: 'b', items: [{ n: 4 }, { n: 5 }, { n: 6, as: 'dropped' }] },
        { id: 'c', items: ['not an object', { n: 7 }] },
        { id: 'd', items: [{ n: 8 }, 'not an object'] },
        { id: 'e', items: [{ n: 9 }] },
      ],
    }
    const send = (kwargs: { n: number; as?: string }) => {
      call(kwargs)
      return payload({ queue: out.queue, kwargs: { n: kwargs.n } })
    }
    const options = { call: send, source: envelopes(), deadLetter: lost.queue, logger, concurrency }
    expect(await invoke(middy().use(lpipe(options)), several)).toEqual({ batchItemFailures: [{ itemIdentifier: 'a' }] })
    const sent = out.sent.map(({ body }) => (body as { n: number }).n)
    expect(sent.toSorted()).toEqual([4, 5, 7, 8, 9])
    expect(lost.sent.map(({ body }) => (body as { source: { id: string } }).source.id)).toEqual(['b', 'c', 'd'])
  })

  test('fails as a whole if the entry of one of its messages is refused', async () => {
    const out = memoryQueue({
      refuse: ({ n }: { n: number }) => (n === 1 ? { code: 'No', reason: 'no', senderFault: true } : undefined),
    })
    const several = {
      envelopes: [
        { id: 'a', items: [{ n: 0 }, { n: 1 }] },
        { id: 'b', items: [{ n: 2 }] },
      ],
    }
    const options = { call: (kwargs: object) => payload({ queue: out.queue, kwargs }), source: envelopes(), logger }
    const { response, outcomes } = await invokeWithOutcomes(middy().use(lpipe(options)), several)
    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'a' }] })
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'succeeded'])
  })

  test('whose time is up comes back as a whole, and what was done of it is not sent', async () => {
    const out = memoryQueue()
    const several = {
      envelopes: [
        { id: 'a', items: [{ n: 0 }, { n: 1 }] },
        { id: 'b', items: [{ n: 2 }] },
      ],
    }
    const send = ({ n }: { n: number }): unknown =>
      n === 1 ? new Promise(() => undefined) : payload({ queue: out.queue, kwargs: { n } })
    const handler = middy().use(lpipe({ call: send, source: envelopes(), logger, concurrency: 3 }))
    expect(await invoke(handler, several, { getRemainingTimeInMillis: () => 1000 })).toEqual({
      batchItemFailures: [{ itemIdentifier: 'a' }],
    })
    expect(out.sent.map(({ body }) => body)).toEqual([{ n: 2 }])
  })

  test('whose time is up has no dead letter for what was dropped of it', async () => {
    const lost = memoryQueue()
    const several = { envelopes: [{ id: 'a', items: [{ n: 0, as: 'dropped' }, { n: 1 }] }] }
    const work = (kwargs: { n: number; as?: string }): unknown =>
      kwargs.n === 1 ? new Promise(() => undefined) : call(kwargs)
    const handler = middy().use(lpipe({ call: work, source: envelopes(), logger, deadLetter: lost.queue }))
    expect(await invoke(handler, several, { getRemainingTimeInMillis: () => 1000 })).toEqual({
      batchItemFailures: [{ itemIdentifier: 'a' }],
    })
    expect(lost.sent).toEqual([])
  })

  test('under a handler of your own: the same', async () => {
    const out = memoryQueue()
    const handler = middy(async (_: unknown, { lpipe: batch }: LpipeContext) =>
      Promise.allSettled(
        batch.messages.map(async ({ body }) => {
          call(body as { n: number; as?: string })
          return payload({ queue: out.queue, kwargs: body })
        }),
      ),
    ).use(lpipe({ source: envelopes(), logger }))
    const to = (n: number, as?: string) => ({ path: 'ANY', kwargs: {}, n, as })
    const several = {
      envelopes: [
        { id: 'a', items: [to(0), to(1, 'failed')] },
        { id: 'b', items: [to(2), to(3)] },
      ],
    }
    expect(await invoke(handler, several)).toEqual({ batchItemFailures: [{ itemIdentifier: 'a' }] })
    expect(out.sent.map(({ body }) => (body as { n: number }).n)).toEqual([2, 3])
  })

  test('equal messages of one record are sent both, with deduplication keys of their own', async () => {
    const { queue, sent } = memoryQueue()
    const doubled = { envelopes: [{ id: 'a', items: [{ n: 1 }, { n: 1 }] }] }
    const keyed = { ...envelopes(), deduplicationKeyOf: (record: unknown) => (record as Envelope).id }
    const handler = middy().use(lpipe({ call: (kwargs) => payload({ queue, kwargs }), source: keyed, logger }))
    await invoke(handler, doubled)
    const keys = sent.map(({ entry }) => entry.deduplicationKey)
    expect(new Set(keys).size).toBe(2)
    await invoke(handler, doubled)
    expect(sent.slice(2).map(({ entry }) => entry.deduplicationKey)).toEqual(keys)
  })

  test('in an ordering group: after a failure the rest of the group is skipped', async () => {
    const ordered = {
      envelopes: [
        { id: 'a', group: 'x', items: [{ n: 0 }, { n: 1, as: 'failed' }, { n: 2 }] },
        { id: 'b', group: 'y', items: [{ n: 3 }] },
        { id: 'c', group: 'x', items: [{ n: 4 }] },
      ],
    }
    const ran: number[] = []
    const handler = (reports: EventSource['reports']) =>
      middy().use(
        lpipe({
          call: (kwargs: { n: number; as?: string }) => {
            ran.push(kwargs.n)
            return call(kwargs)
          },
          source: envelopes(reports),
          logger,
        }),
      )
    expect(await invoke(handler('each'), ordered)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'a' }, { itemIdentifier: 'c' }],
    })
    expect(ran).toEqual([0, 1, 3])
    expect(await invoke(handler('first-of-each-group'), ordered)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'a' }],
    })
  })
})

describe('a message of an ordered source that can never be sent', () => {
  const big = { text: 'x'.repeat(2000) }
  const event = sqsEvent([{ n: 0 }, { n: 1, ...big }, { n: 2 }], { name: 'orders.fifo', groupId: () => 'a' })
  const run = async (options: object) => {
    const out = memoryQueue({ maxBytes: 1500 })
    const paths = { A: [action({ queues: [out.queue], includeAllParams: true })] }
    const handler = middy().use(lpipe({ paths, defaultPath: 'A', logger, ...options }))
    const { response, outcomes } = await invokeWithOutcomes(handler, event)
    return { response, outcomes: outcomes.map(({ outcome }) => outcome), sent: out.sent.map(({ body }) => body) }
  }

  test('without a dead-letter queue fails, and its group with it', async () => {
    expect(await run({})).toEqual({
      response: { batchItemFailures: [{ itemIdentifier: 'message-1' }, { itemIdentifier: 'message-2' }] },
      outcomes: ['succeeded', 'failed', 'failed'],
      sent: [{ n: 0 }],
    })
  })

  test('with a dead-letter queue is kept there, so that it does not block its group for ever', async () => {
    const lost = memoryQueue({ name: 'lost' })
    const { sent, ...rest } = await run({ deadLetter: lost.queue })
    expect(rest).toEqual({ response: { batchItemFailures: [] }, outcomes: ['succeeded', 'dropped', 'succeeded'] })
    expect(sent).toEqual([{ n: 0 }, { n: 2 }])
    expect(lost.sent.map(({ body }) => body)).toMatchObject([
      { error: { name: 'UndeliverableError' }, record: { messageId: 'message-1' } },
    ])
  })

  test('of an unordered source fails alone, with a dead-letter queue too', async () => {
    const lost = memoryQueue({ name: 'lost' })
    const out = memoryQueue({ maxBytes: 1500 })
    const paths = { A: [action({ queues: [out.queue], includeAllParams: true })] }
    const handler = middy().use(lpipe({ paths, defaultPath: 'A', logger, deadLetter: lost.queue }))
    expect(await invoke(handler, sqsEvent([{ n: 0 }, { n: 1, ...big }, { n: 2 }]))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'message-1' }],
    })
    expect(lost.sent).toEqual([])
  })
})
