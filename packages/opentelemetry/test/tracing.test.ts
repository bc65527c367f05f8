import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { channels } from '@lpipe/core/middleware'
import type { SendFailure } from '@lpipe/core/outbox'
import { localPipeline } from '@lpipe/local'
import { type InstrumentOptions, instrument } from '@lpipe/opentelemetry'
import { invoke, kinesisEvent, memoryQueue, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { context, propagation, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api'
import type { SQSRecord } from 'aws-lambda'
import {
  action,
  type EventSource,
  FailButContinue,
  FailCatastrophically,
  type LpipeContext,
  type LpipeOptions,
  lpipe,
  payload,
  queue,
  queueSqs,
} from 'lpipe-preset'
import { carrying, delivered, quiet, setUp, treeOf } from './traced.ts'

const { exporter, tracer, shutdown } = setUp()
let stop = (): void => undefined
beforeEach(() => {
  exporter.reset()
  stop = instrument()
})
afterEach(() => stop())
afterAll(shutdown)

const lambda = (options: LpipeOptions) => middy().use(lpipe({ logger: quiet, ...options }))
const spans = () => exporter.getFinishedSpans()
const spanOf = (name: string) => {
  const found = spans().filter((span) => span.name === name)
  expect(found.map((span) => span.name)).toEqual([name])
  return found[0] as (typeof found)[number]
}
const traceIds = () => new Set(spans().map((span) => span.spanContext().traceId))
const first = (event: { readonly Records: readonly SQSRecord[] }) => event.Records[0] as SQSRecord

describe('two Lambdas with a queue between them', () => {
  const order = async ({ id }: { readonly id: number }) => id
  const ship = ({ id }: { readonly id: number }) => id

  test('one trace, connected through the queue', async () => {
    const parcels = memoryQueue({ name: 'parcels', path: 'SHIP' })
    await invoke(
      lambda({ paths: { ORDER: [action({ functions: [order], queues: [parcels.queue] })] } }),
      sqsEvent([{ path: 'ORDER', kwargs: { id: 1 } }], { name: 'orders' }),
    )
    await invoke(lambda({ paths: { SHIP: [ship] } }), delivered(parcels))
    expect(treeOf(spans())).toEqual([
      { 'process orders': ['order', { 'create parcels': [{ 'process parcels': ['ship'] }] }, 'send parcels'] },
    ])
    expect(traceIds().size).toBe(1)
  })

  test('each message has its own trace, though all are sent in one call', async () => {
    const parcels = memoryQueue({ name: 'parcels', path: 'SHIP' })
    const orders = sqsEvent(
      [1, 2, 3].map((id) => ({ path: 'ORDER', kwargs: { id } })),
      { name: 'orders' },
    )
    await invoke(
      lambda({
        paths: { ORDER: [action({ functions: [order], queues: [parcels.queue] })] },
        concurrency: Infinity,
      }),
      orders,
    )
    await invoke(lambda({ paths: { SHIP: [ship] } }), delivered(parcels))
    expect(parcels.calls).toEqual([3])
    expect(treeOf(spans())).toEqual([
      { 'process orders': ['order', { 'create parcels': [{ 'process parcels': ['ship'] }] }, 'send parcels'] },
      { 'process orders': ['order', { 'create parcels': [{ 'process parcels': ['ship'] }] }] },
      { 'process orders': ['order', { 'create parcels': [{ 'process parcels': ['ship'] }] }] },
    ])
    expect(traceIds().size).toBe(3)
    const created = spans().filter(({ name }) => name === 'create parcels')
    const ids = created.map((span) => span.spanContext().spanId)
    expect(spanOf('send parcels').links.map((link) => link.context.spanId)).toEqual(ids)
    expect(parcels.sent.map(({ entry }) => entry.headers['traceparent']?.split('-')[2])).toEqual(ids)
    const received = spans().filter(({ name }) => name === 'process parcels')
    expect(received.map(({ links }) => links.map((link) => link.context.spanId))).toEqual(ids.map((id) => [id]))
  })

  test('one trace over a real SQS and a real Kinesis', async () => {
    const local = await localPipeline({
      queues: { orders: {}, parcels: {} },
      streams: { archive: {} },
      functions: {
        orders: {
          handler: lambda({
            paths: {
              ORDER: [action({ functions: [order], queues: [queue({ type: 'sqs', name: 'parcels', path: 'SHIP' })] })],
            },
          }),
          source: { queue: 'orders' },
        },
        parcels: {
          handler: lambda({
            paths: {
              SHIP: [
                action({ functions: [ship], queues: [queue({ type: 'kinesis', name: 'archive', path: 'KEEP' })] }),
              ],
            },
          }),
          source: { queue: 'parcels' },
        },
        archive: { handler: lambda({ paths: { KEEP: [order] } }), source: { stream: 'archive' } },
      },
    })
    try {
      await local.send('orders', [{ path: 'ORDER', kwargs: { id: 1 } }])
      await local.drained({ timeoutSeconds: 60 })
    } finally {
      await local.stop()
    }
    expect(treeOf(spans())).toEqual([
      {
        'process orders': [
          'order',
          {
            'create parcels': [
              {
                'process parcels': ['ship', { 'create archive': [{ 'process archive': ['order'] }] }, 'send archive'],
              },
            ],
          },
          'send parcels',
        ],
      },
    ])
    expect(traceIds().size).toBe(1)
  })
})

describe('the trace that a message carries', () => {
  const traceId = '5759e988bd862e3fe1be46a994272793'
  const spanId = '53995c3f42cd8ad8'
  const run = (record: SQSRecord) => invoke(lambda({ call: () => undefined }), { Records: [record] })
  const plain = first(sqsEvent([{}], { name: 'orders' }))
  const xRay = (AWSTraceHeader: string): SQSRecord => ({
    ...plain,
    attributes: { ...plain.attributes, AWSTraceHeader },
  })
  const parentOf = () => {
    const { parentSpanContext: parent } = spanOf('process orders')
    return parent && `${parent.traceId} ${parent.spanId} ${parent.isRemote}`
  }

  test.each([
    ['a W3C traceparent', carrying(plain, { traceparent: `00-${traceId}-${spanId}-01` })],
    ['an AWSTraceHeader', xRay('Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1')],
    [
      'an AWSTraceHeader with more in it, in another order',
      xRay('Sampled=1;Lineage=a87bd80c:1|68fd508a:5;Parent=53995c3f42cd8ad8;Root=1-5759e988-bd862e3fe1be46a994272793'),
    ],
    [
      'both: the traceparent comes first',
      {
        ...carrying(plain, { traceparent: `00-${traceId}-${spanId}-01` }),
        attributes: xRay('Root=1-00000001-000000000000000000000001;Parent=0000000000000001;Sampled=1').attributes,
      },
    ],
  ])('%s', async (_, record) => {
    await run(record)
    expect(parentOf()).toBe(`${traceId} ${spanId} true`)
  })

  test('a member of a Kinesis record', async () => {
    const lpipeMember = { traceparent: `00-${traceId}-${spanId}-01` }
    await invoke(
      lambda({ paths: { DO: [() => undefined] } }),
      kinesisEvent([{ path: 'DO', kwargs: {}, lpipe: lpipeMember }]),
    )
    expect(spanOf('process stream').parentSpanContext).toMatchObject({ traceId, spanId, isRemote: true })
  })

  test('one that is not sampled is not exported', async () => {
    await run(xRay('Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0'))
    expect(spans()).toEqual([])
  })

  test.each([
    '',
    'nonsense',
    'Root=1-5759e988-bd862e3fe1be46a994272793',
    'Root=1-5759e988-xyz;Parent=53995c3f42cd8ad8;Sampled=1',
    'Root;Parent;Sampled',
    'Root=1-00000000-000000000000000000000000;Parent=53995c3f42cd8ad8;Sampled=1',
  ])('one that cannot be read begins a trace of its own: %j', async (header) => {
    await run({ ...xRay(header), messageAttributes: carrying(plain, { traceparent: header }).messageAttributes })
    expect(parentOf()).toBeUndefined()
  })

  test('without one the active span is the parent; with one both are linked', async () => {
    await tracer.startActiveSpan('invocation', async (invocation) => {
      await run(plain)
      await run(carrying(plain, { traceparent: `00-${traceId}-${spanId}-01` }))
      invocation.end()
      const [alone, carried] = spans().filter(({ name }) => name === 'process orders')
      const { spanId: active } = invocation.spanContext()
      expect(alone?.parentSpanContext?.spanId).toBe(active)
      expect(alone?.links).toEqual([])
      expect(carried?.parentSpanContext?.spanId).toBe(spanId)
      expect(carried?.links.map((link) => link.context.spanId)).toEqual([spanId, active])
    })
  })

  test('baggage travels along', async () => {
    const next = memoryQueue()
    const seen: unknown[] = []
    const call = () => {
      seen.push(propagation.getActiveBaggage()?.getEntry('tenant')?.value)
      return payload({ queue: next.queue })
    }
    await invoke(lambda({ call }), { Records: [carrying(plain, { baggage: 'tenant=blue' })] })
    expect(seen).toEqual(['blue'])
    expect(next.sent[0]?.entry.headers['baggage']).toBe('tenant=blue')
  })
})

describe('spans', () => {
  test('have the attributes of the conventions: an SQS message', async () => {
    const next = memoryQueue({ name: 'next' })
    const forward = () => payload({ queue: next.queue, kwargs: {} })
    await invoke(lambda({ paths: { GO: [forward] } }), sqsEvent([{ path: 'GO', kwargs: {} }], { name: 'orders.fifo' }))
    expect(spanOf('process orders.fifo')).toMatchObject({
      kind: SpanKind.CONSUMER,
      status: { code: SpanStatusCode.UNSET },
    })
    expect(spanOf('process orders.fifo').attributes).toEqual({
      'messaging.system': 'aws_sqs',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'orders.fifo',
      'messaging.message.id': 'message-0',
      'aws.sqs.queue.url': 'https://sqs.us-east-1.amazonaws.com/000000000000/orders.fifo',
      'faas.trigger': 'pubsub',
      'faas.invocation_id': '11111111-1111-1111-1111-111111111111',
      'lpipe.path': 'GO',
      'lpipe.outcome': 'succeeded',
    })
    expect(spanOf('forward').attributes).toEqual({ 'code.function.name': 'forward', 'lpipe.path': 'GO' })
    const destination = { 'messaging.system': 'memory', 'messaging.destination.name': 'next' }
    expect(spanOf('create next').kind).toBe(SpanKind.PRODUCER)
    expect(spanOf('create next').attributes).toEqual({
      ...destination,
      'messaging.operation.name': 'create',
      'messaging.operation.type': 'create',
    })
    expect(spanOf('send next').kind).toBe(SpanKind.CLIENT)
    expect(spanOf('send next').attributes).toEqual({
      ...destination,
      'messaging.operation.name': 'send',
      'messaging.operation.type': 'send',
      'messaging.batch.message_count': 1,
    })
  })

  test('a Kinesis record', async () => {
    const event = kinesisEvent([{}])
    const [record] = event.Records
    const consumer = `${record?.eventSourceARN}/consumer/fan-out:1700000000`
    await invoke(lambda({ call: () => undefined }), { Records: [{ ...record, eventSourceARN: consumer }] })
    expect(spanOf('process stream').attributes).toMatchObject({
      'messaging.system': 'aws.kinesis',
      'messaging.destination.name': 'stream',
      'messaging.destination.partition.id': expect.stringMatching(/^shardId-\d+$/),
      'aws.kinesis.stream_name': 'stream',
      'faas.trigger': 'pubsub',
    })
  })

  test('a RAW event', async () => {
    await invoke(lambda({ call: () => undefined }), [{}])
    expect(spanOf('process').attributes).toEqual({
      'messaging.system': 'aws.lambda',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'faas.trigger': 'other',
      'faas.invocation_id': '11111111-1111-1111-1111-111111111111',
      'lpipe.outcome': 'succeeded',
    })
  })

  test('a source and a queue of another type', async () => {
    const source: EventSource = {
      name: 'mail',
      reports: 'each',
      recordsOf: (event) => (event as { readonly mails: readonly object[] }).mails,
      idOf: () => 'mail-1',
      bodyOf: () => ({}),
    }
    await invoke(lambda({ call: () => undefined, source }), { mails: [{}] })
    expect(spanOf('process').attributes).toMatchObject({
      'messaging.system': 'mail',
      'messaging.message.id': 'mail-1',
      'faas.trigger': 'other',
    })
  })

  test('a Kafka record: its topic, not its cluster', async () => {
    const source: EventSource = {
      name: 'kafka',
      reports: 'first-of-each-group',
      telemetry: { system: 'kafka', trigger: 'pubsub' },
      recordsOf: (event) => (event as { readonly records: readonly object[] }).records,
      idOf: () => 'id-0',
      bodyOf: () => ({}),
      arnOf: () => 'arn:aws:kafka:us-east-1:123456789012:cluster/shop/6f1d-2',
      partitionOf: (record) => String((record as { readonly partition: number }).partition),
    }
    await invoke(lambda({ call: () => undefined, source }), {
      records: [{ topic: 'orders', partition: 3, offset: 15 }],
    })
    expect(spanOf('process orders').attributes).toMatchObject({
      'messaging.system': 'kafka',
      'messaging.destination.name': 'orders',
      'messaging.destination.partition.id': '3',
      'messaging.kafka.offset': 15,
    })
  })

  test('queues by URL and streams by name', async () => {
    const memory = memoryQueue()
    const queues = [
      queue({ type: 'sqs', url: 'https://sqs.eu-west-1.amazonaws.com/1/next' }),
      queue({ type: 'kinesis', name: 'archive' }),
    ]
    const call = () => queues.map((to) => payload({ queue: to, kwargs: {} }))
    await invoke(lambda({ call, senders: { sqs: memory, kinesis: memory } }), sqsEvent([{}]))
    expect(spanOf('send next').attributes).toMatchObject({
      'messaging.system': 'aws_sqs',
      'messaging.destination.name': 'next',
      'aws.sqs.queue.url': 'https://sqs.eu-west-1.amazonaws.com/1/next',
      'server.address': 'sqs.eu-west-1.amazonaws.com',
      'server.port': 443,
    })
    expect(spanOf('send archive').attributes).toMatchObject({
      'messaging.system': 'aws.kinesis',
      'aws.kinesis.stream_name': 'archive',
    })
  })

  test('topics and event buses, by the last part of their ARN', async () => {
    const memory = memoryQueue()
    const arn = 'arn:aws:sns:eu-west-1:123456789012:orders'
    const bus = 'arn:aws:events:eu-west-1:123456789012:event-bus/shop'
    const queues = [queue({ type: 'sns', name: arn }), queue({ type: 'eventbridge', name: bus })]
    const call = () => queues.map((to) => payload({ queue: to, kwargs: {} }))
    await invoke(lambda({ call, senders: { sns: memory, eventbridge: memory } }), sqsEvent([{}]))
    expect(spanOf('send orders').attributes).toMatchObject({
      'messaging.system': 'aws.sns',
      'messaging.destination.name': 'orders',
      'aws.sns.topic.arn': arn,
    })
    expect(spanOf('send shop').attributes).toMatchObject({
      'messaging.system': 'aws.eventbridge',
      'messaging.destination.name': 'shop',
    })
  })

  test.each([
    ['dropped', new FailButContinue('not wanted'), 'FailButContinue', 'not wanted'],
    ['failed', new FailCatastrophically('try again'), 'FailCatastrophically', 'try again'],
    ['dropped', new TypeError('oops'), 'TypeError', 'oops'],
    ['dropped', Object.assign(new Error('oops'), { name: 'the card 4111 was refused' }), 'Error', 'oops'],
    ['dropped', 'a text', 'string', 'a value that is not an Error was thrown: string'],
    ['dropped', { id: 1 }, 'object', 'a value that is not an Error was thrown: object'],
    ['dropped', undefined, 'missing', 'a value that is not an Error was thrown: missing'],
  ])('of a message that is %s have the error, and its event once: %p', async (outcome, error, type, message) => {
    const fail = () => {
      throw error
    }
    await invoke(lambda({ call: fail }), sqsEvent([{}], { name: 'orders' }))
    for (const name of ['process orders', 'fail']) {
      expect(spanOf(name).status).toEqual({ code: SpanStatusCode.ERROR, message })
      expect(spanOf(name).attributes['error.type']).toBe(type)
    }
    expect(spanOf('process orders').events).toEqual([])
    expect(spanOf('fail').events.map((event) => [event.name, event.attributes])).toEqual([
      ['exception', expect.objectContaining({ 'exception.type': type, 'exception.message': message })],
    ])
    expect(spanOf('process orders').attributes['lpipe.outcome']).toBe(outcome)
  })

  test('of an error that no function threw have its event on the message', async () => {
    await invoke(
      lambda({ paths: { GO: [() => undefined] } }),
      sqsEvent([{ path: 'NOWHERE', kwargs: {} }], { name: 'q' }),
    )
    expect(spanOf('process q').events.map(({ name }) => name)).toEqual(['exception'])
  })

  test('say the final outcome: a send that fails later', async () => {
    const failure = { code: 'Broken', reason: 'no', senderFault: true }
    const began = performance.now()
    let failedAfter = 0
    const slow = {
      ...memoryQueue(),
      send: async () => {
        await new Promise((resolve) => setTimeout(resolve, 50))
        failedAfter = performance.now() - began
        return [failure]
      },
    }
    const next = queue({ type: 'slow', name: 'next', sender: () => slow })
    await invoke(lambda({ call: () => payload({ queue: next }) }), sqsEvent([{}], { name: 'q' }))
    const { attributes, duration } = spanOf('process q')
    expect(attributes).toMatchObject({ 'lpipe.outcome': 'failed', 'error.type': 'FailCatastrophically' })
    // It lasts as long as the message ran, which was before the send.
    expect(duration[0] * 1000 + duration[1] / 1e6).toBeLessThan(failedAfter - 45)
  })

  test('end with the invocation, though a function never returns', async () => {
    const hang = () => new Promise(() => undefined)
    await invoke(lambda({ call: hang }), sqsEvent([{}], { name: 'q' }), { getRemainingTimeInMillis: () => 1000 })
    expect(treeOf(spans())).toEqual([{ 'process q': ['hang'] }])
    expect(spanOf('process q').attributes['lpipe.outcome']).toBe('failed')
  })

  test('exist for messages that did not run, but not for skipped ones', async () => {
    const fail = () => {
      throw new FailCatastrophically('first')
    }
    const bodies = [
      'no JSON',
      { path: 'NOWHERE', kwargs: {} },
      { path: 'FAIL', kwargs: {} },
      { path: 'FAIL', kwargs: {} },
    ]
    await invoke(
      lambda({ paths: { FAIL: [fail] } }),
      sqsEvent(bodies, { name: 'q.fifo', groupId: (_, i) => (i < 2 ? `${i}` : 'g') }),
    )
    const ends = spans()
      .filter(({ name }) => name === 'process q.fifo')
      .map(({ attributes }) => [attributes['messaging.message.id'], attributes['error.type']])
    expect(ends.sort()).toEqual([
      ['message-0', 'InvalidPayloadError'],
      ['message-1', 'InvalidPathError'],
      ['message-2', 'FailCatastrophically'],
    ])
  })

  test('exist for a handler of your own', async () => {
    const handler = middy(async (_: unknown, { lpipe: batch }: LpipeContext) =>
      Promise.allSettled(
        batch.messages.map(async ({ payload: { kwargs } }) => {
          if (kwargs['id'] === 1) throw new Error('oops')
        }),
      ),
    ).use(lpipe({ logger: quiet }))
    await invoke(handler, sqsEvent([0, 1].map((id) => ({ path: 'X', kwargs: { id } }))))
    expect(spans().map(({ status }) => status.code)).toEqual([SpanStatusCode.UNSET, SpanStatusCode.ERROR])
  })

  test('all end if the handler throws', async () => {
    const handler = middy(() => Promise.reject(new Error('the handler itself'))).use(lpipe({ logger: quiet }))
    await expect(invoke(handler, sqsEvent([{ path: 'X', kwargs: {} }]))).rejects.toThrow('the handler itself')
    expect(spanOf('process queue').status.message).toBe('the handler itself')
    expect(spanOf('process queue').attributes['lpipe.outcome']).toBe('failed')
  })

  test('a function’s own spans are below it, though messages run at once', async () => {
    let here = 0
    let letAllGo = (): void => undefined
    const allAreHere = new Promise<void>((resolve) => {
      letAllGo = resolve
    })
    const work = async ({ id }: { readonly id: number }) => {
      here += 1
      if (here === 3) letAllGo()
      await allAreHere
      tracer.startSpan(`inner ${id}`).end()
    }
    await invoke(
      lambda({ call: work, concurrency: Infinity }),
      sqsEvent(
        [1, 2, 3].map((id) => ({ id })),
        { name: 'q' },
      ),
    )
    expect(treeOf(spans())).toEqual([1, 2, 3].map((id) => ({ 'process q': [{ work: [`inner ${id}`] }] })))
    expect(trace.getSpan(context.active())).toBeUndefined()
  })

  test.each<[string, (SendFailure | undefined)[], string]>([
    ['one code', [{ code: 'Broken', reason: 'no', senderFault: true }, undefined], 'Broken'],
    [
      'two codes',
      [
        { code: 'Broken', reason: 'no', senderFault: true },
        { code: 'Full', reason: 'no', senderFault: true },
      ],
      '_OTHER',
    ],
    [
      'a sentence as code',
      [undefined, { code: 'the card 4111 was refused', reason: 'no', senderFault: true }],
      '_OTHER',
    ],
  ])('of a call whose entries were not accepted have an error: %s', async (_, answers, type) => {
    const next = memoryQueue({ name: 'next', refuse: ({ id }: { id: number }) => answers[id] })
    const forward = ({ id }: { readonly id: number }) => payload({ queue: next.queue, kwargs: { id } })
    await invoke(lambda({ call: forward }), sqsEvent([{ id: 0 }, { id: 1 }]))
    const count = answers.filter((answer) => answer !== undefined).length
    expect(spanOf('send next')).toMatchObject({
      attributes: { 'error.type': type },
      status: { code: SpanStatusCode.ERROR, message: `${count} of 2 entries were not accepted` },
    })
  })

  test('of a call that failed have its code, and nothing that the service says', async () => {
    const next = memoryQueue({
      name: 'next',
      refuse: () => {
        throw Object.assign(new Error('no such queue: 4111'), { name: 'QueueDoesNotExist', $fault: 'client' })
      },
    })
    await invoke(lambda({ call: () => payload({ queue: next.queue }) }), sqsEvent([{}]))
    const { status, attributes, events } = spanOf('send next')
    expect(status.message).toBe('the service refused the call')
    expect(attributes['error.type']).toBe('QueueDoesNotExist')
    expect(events.map((event) => event.attributes?.['exception.type'])).toEqual(['QueueDoesNotExist'])
    expect(JSON.stringify(events)).not.toContain('4111')
  })

  test('of a sender that answers nothing have an error', async () => {
    const sender = { ...memoryQueue(), send: async () => null as never }
    const next = queue({ type: 'broken', name: 'next', sender: () => sender })
    await invoke(lambda({ call: () => payload({ queue: next }), delivery: { maxAttempts: 1 } }), sqsEvent([{}]))
    expect(spanOf('send next').attributes['error.type']).toBe('InvalidAnswer')
  })

  test('hold nothing that a message holds', async () => {
    const secret = 'SECRET-4111'
    const next = memoryQueue({
      name: 'next',
      refuse: (body: { readonly refuse?: boolean }) => {
        if (body.refuse === true) throw Object.assign(new Error(secret), { $fault: 'client', input: body })
        return undefined
      },
    })
    const to = queue({
      type: 'memory',
      name: 'next',
      sender: () => next,
      groupId: () => secret,
      attributes: { secret },
    })
    const forward = (kwargs: object) => payload({ queue: to, kwargs })
    const fail = (kwargs: object) => Promise.reject(kwargs)
    const request = (data: object) => Promise.reject(Object.assign(new Error('no'), { config: { data }, cause: data }))
    const event = sqsEvent([
      { path: 'FORWARD', kwargs: { secret } },
      { path: 'FORWARD', kwargs: { secret, refuse: true } },
      { path: 'FAIL', kwargs: { secret } },
      { path: 'REQUEST', kwargs: { secret } },
      { path: secret, kwargs: {} },
      { path: 'FAIL', kwargs: secret },
      `${secret}{`,
    ])
    const records = event.Records.map((record) => carrying(record, { secret, baggage: `tenant=${secret}` }))
    await invoke(lambda({ paths: { FORWARD: [forward], FAIL: [fail], REQUEST: [request] } }), { Records: records })
    expect(spans().length).toBeGreaterThan(12)
    for (const { name, attributes, events, status, links } of spans()) {
      expect(JSON.stringify({ name, attributes, events, status, links })).not.toContain(secret)
    }
  })
})

describe('what is injected', () => {
  const client = (calls: { Entries: { MessageAttributes: Record<string, unknown> }[] }[]) => ({
    send: async ({ input }: { input: (typeof calls)[number] }) => {
      calls.push(input)
      return { Successful: input.Entries.map((_, index) => ({ Id: String(index) })) }
    },
  })
  const attributesWith = async (attributes: Readonly<Record<string, string>>): Promise<string[]> => {
    const calls: Parameters<typeof client>[0] = []
    const to = queue({ type: 'sqs', url: 'https://sqs.example/1/next', attributes })
    const senders = { sqs: queueSqs({ client: client(calls) as never }) }
    const handler = lambda({ call: () => payload({ queue: to }), senders })
    await invoke(handler, { Records: [carrying(first(sqsEvent([{}])), { baggage: 'tenant=blue' })] })
    return Object.keys(calls[0]?.Entries[0]?.MessageAttributes ?? {}).filter((name) => !/^a\d$/.test(name))
  }
  const attributes = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`a${i}`, 'x']))

  test('never makes more attributes than SQS takes', async () => {
    expect(await attributesWith(attributes(7))).toEqual(['lpipe-trail', 'traceparent', 'baggage'])
    expect(await attributesWith(attributes(8))).toEqual(['lpipe-trail', 'traceparent'])
    expect(await attributesWith(attributes(9))).toEqual(['lpipe-trail'])
  })

  test('never makes a message larger than SQS takes: the context is left out', async () => {
    const calls: Parameters<typeof client>[0] = []
    const to = queue({ type: 'sqs', url: 'https://sqs.example/1/next' })
    const call = () => payload({ queue: to, kwargs: { text: 'x'.repeat(1024 * 1024 - 100) } })
    const response = await invoke(
      lambda({ call, senders: { sqs: queueSqs({ client: client(calls) as never }) } }),
      sqsEvent([{}]),
    )
    expect(response).toEqual({ batchItemFailures: [] })
    expect(Object.keys(calls[0]?.Entries[0]?.MessageAttributes ?? {})).toEqual(['lpipe-trail'])
  })

  test('does not replace a context that the user has set', async () => {
    const traceparent = '00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01'
    const memory = memoryQueue()
    const to = queue({ type: 'memory', name: 'next', sender: () => memory, attributes: { traceparent } })
    await invoke(lambda({ call: () => payload({ queue: to }) }), sqsEvent([{}]))
    expect(memory.sent[0]?.entry.headers).not.toHaveProperty('traceparent')
    expect(spanOf('send next').links.map((link) => link.context.spanId)).toEqual(['53995c3f42cd8ad8'])
    expect(spans().map(({ name }) => name)).not.toContain('create next')
  })
})

describe('a tracer that throws', () => {
  const throwing = (): never => {
    throw new Error('no spans')
  }
  const span = { spanContext: () => trace.wrapSpanContext({ traceId: '0', spanId: '0', traceFlags: 0 }).spanContext() }
  test.each<[string, object]>([
    ['startSpan', { startSpan: throwing }],
    ['all methods of a span', { startSpan: () => new Proxy(span, { get: () => throwing }) }],
    ['a span without methods', { startSpan: () => span }],
    ['no span', { startSpan: () => undefined }],
  ])('changes no outcome: %s', async (_, broken) => {
    stop()
    stop = instrument({ tracer: broken as Tracer })
    const next = memoryQueue()
    const call = ({ id }: { readonly id: number }) => {
      if (id === 1) throw new FailCatastrophically('one')
      return payload({ queue: next.queue })
    }
    expect(await invoke(lambda({ call }), sqsEvent([{ id: 0 }, { id: 1 }]))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'message-1' }],
    })
    expect(next.sent).toHaveLength(1)
  })
})

describe('when it is stopped', () => {
  test('it unsubscribes from all channels', async () => {
    const { entry, ...traced } = channels
    const listeners = () => [entry, ...Object.values(traced)].map(({ hasSubscribers }) => hasSubscribers)
    expect(listeners()).toEqual([true, true, true, true, true])
    stop()
    stop()
    expect(listeners()).toEqual([false, false, false, false, false])
    await invoke(lambda({ call: () => undefined }), sqsEvent([{}]))
    expect(spans()).toEqual([])
  })

  test('another one goes on', async () => {
    const stopOther = instrument()
    stop()
    await invoke(lambda({ call: function only() {} }), sqsEvent([{}], { name: 'q' }))
    stopOther()
    expect(treeOf(spans())).toEqual([{ 'process q': ['only'] }])
  })
})

test.each<[unknown, string]>([
  [{ trace: tracer }, 'instrument: unknown option `trace`. Known options: tracer'],
  [{ tracer: {} }, 'instrument: `tracer` must be a tracer with the method startSpan(), received object'],
])('an invalid option is refused: %p', (options, why) => {
  expect(() => instrument(options as InstrumentOptions)).toThrow(why)
})
