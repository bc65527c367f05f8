import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { channels } from '@lpipe/core'
import { localPipeline } from '@lpipe/local'
import { instrument } from '@lpipe/opentelemetry'
import { invoke, kinesisEvent, type MemoryQueue, memoryQueue, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { context, propagation, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api'
import type { SQSRecord } from 'aws-lambda'
import {
  action,
  FailButContinue,
  FailCatastrophically,
  type LpipeContext,
  type LpipeOptions,
  lpipe,
  payload,
  queue,
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
    expect(treeOf(spans())).toEqual([{ 'process orders': ['order', 'send parcels', { 'process parcels': ['ship'] }] }])
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
      { 'process orders': ['order', 'send parcels', { 'process parcels': ['ship'] }] },
      { 'process orders': ['order', { 'process parcels': ['ship'] }] },
      { 'process orders': ['order', { 'process parcels': ['ship'] }] },
    ])
    expect(traceIds().size).toBe(3)
    const others = spans().filter(({ name }) => name === 'process orders')
    const linked = spanOf('send parcels').links.map((link) => link.context.spanId)
    expect(linked).toEqual(others.slice(1).map((span) => span.spanContext().spanId))
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
      await local.drained({ timeoutSeconds: 15 })
    } finally {
      await local.stop()
    }
    expect(treeOf(spans())).toEqual([
      {
        'process orders': [
          'order',
          'send parcels',
          { 'process parcels': ['ship', 'send archive', { 'process archive': ['order'] }] },
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

  test('without one the span that is active is the parent; with one it is linked', async () => {
    await tracer.startActiveSpan('invocation', async (invocation) => {
      await run(plain)
      await run(carrying(plain, { traceparent: `00-${traceId}-${spanId}-01` }))
      invocation.end()
      const [alone, carried] = spans().filter(({ name }) => name === 'process orders')
      const { spanId: active } = invocation.spanContext()
      expect(alone?.parentSpanContext?.spanId).toBe(active)
      expect(alone?.links).toEqual([])
      expect(carried?.parentSpanContext?.spanId).toBe(spanId)
      expect(carried?.links.map((link) => link.context.spanId)).toEqual([active])
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
  test('say what one looks for', async () => {
    const next = memoryQueue({ name: 'next' })
    const forward = () => payload({ queue: next.queue, kwargs: {} })
    await invoke(lambda({ paths: { GO: [forward] } }), sqsEvent([{ path: 'GO', kwargs: {} }], { name: 'orders.fifo' }))
    expect(spanOf('process orders.fifo')).toMatchObject({
      kind: SpanKind.CONSUMER,
      attributes: {
        'messaging.system': 'aws_sqs',
        'messaging.operation.name': 'process',
        'messaging.operation.type': 'process',
        'messaging.destination.name': 'orders.fifo',
        'messaging.message.id': 'message-0',
        'faas.invocation_id': '11111111-1111-1111-1111-111111111111',
        'lpipe.path': 'GO',
        'lpipe.outcome': 'succeeded',
      },
      status: { code: SpanStatusCode.UNSET },
    })
    expect(spanOf('forward').attributes).toEqual({ 'code.function.name': 'forward', 'lpipe.path': 'GO' })
    expect(spanOf('send next')).toMatchObject({
      kind: SpanKind.PRODUCER,
      attributes: { 'messaging.destination.name': 'next', 'messaging.batch.message_count': 1 },
    })
  })

  test.each([
    ['dropped', new FailButContinue('not wanted'), 'FailButContinue: not wanted'],
    ['failed', new FailCatastrophically('try again'), 'FailCatastrophically: try again'],
    ['dropped', new TypeError('oops'), 'TypeError: oops'],
    ['dropped', 'a text', 'text was thrown, which is no Error'],
    ['dropped', undefined, 'nothing was thrown, which is no Error'],
  ])('tell of a message that is %s: %p', async (outcome, error, words) => {
    const fail = () => {
      throw error
    }
    await invoke(lambda({ call: fail }), sqsEvent([{}], { name: 'orders' }))
    for (const name of ['process orders', 'fail']) {
      expect(spanOf(name).status).toEqual({ code: SpanStatusCode.ERROR, message: words })
      expect(spanOf(name).events.map((event) => event.name)).toEqual(['exception'])
    }
    expect(spanOf('process orders').attributes['lpipe.outcome']).toBe(outcome)
  })

  test('are there for messages that nothing ran for, but not for those that were not tried', async () => {
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

  test('are there for a handler of one’s own', async () => {
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
    expect(spanOf('process queue').status.message).toBe('Error: the handler itself')
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

  test('tell how many entries a queue refused', async () => {
    const refusal = { code: 'Broken', reason: 'no', senderFault: true }
    const next = memoryQueue({ name: 'next', refuse: ({ id }: { id: number }) => (id === 1 ? refusal : undefined) })
    const forward = ({ id }: { readonly id: number }) => payload({ queue: next.queue, kwargs: { id } })
    await invoke(lambda({ call: forward }), sqsEvent([{ id: 1 }, { id: 2 }]))
    expect(spanOf('send next').status).toEqual({
      code: SpanStatusCode.ERROR,
      message: '1 of 2 entries were refused',
    })
  })

  test('tell that a call to a queue failed', async () => {
    const next = memoryQueue({
      name: 'next',
      refuse: () => {
        throw Object.assign(new Error('no such queue'), { name: 'QueueDoesNotExist', $fault: 'client' })
      },
    })
    await invoke(lambda({ call: () => payload({ queue: next.queue }) }), sqsEvent([{}]))
    expect(spanOf('send next').status.message).toBe('QueueDoesNotExist: no such queue')
  })
})

describe('what is put into outgoing messages', () => {
  const headersWith = async (attributes: Readonly<Record<string, string>>): Promise<string[]> => {
    const memory: MemoryQueue = memoryQueue()
    const to = queue({ type: 'sqs', name: 'next', attributes })
    const handler = lambda({ call: () => payload({ queue: to }), senders: { sqs: memory } })
    const record = carrying(first(sqsEvent([{}])), { baggage: 'tenant=blue' })
    await invoke(handler, { Records: [record] })
    return Object.keys(memory.sent[0]?.entry.headers ?? {})
  }
  const attributes = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`a${i}`, 'x']))

  test('never makes more attributes than SQS takes', async () => {
    expect(await headersWith(attributes(7))).toEqual(['lpipe-trail', 'traceparent', 'baggage'])
    expect(await headersWith(attributes(8))).toEqual(['lpipe-trail', 'traceparent'])
    expect(await headersWith(attributes(9))).toEqual(['lpipe-trail'])
  })
})

describe('a tracer that breaks', () => {
  test('changes no outcome', async () => {
    stop()
    const breaking = {
      startSpan: () => {
        throw new Error('no spans')
      },
    } as unknown as Tracer
    stop = instrument({ tracer: breaking })
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
  test('nobody listens any more', async () => {
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

test('an option that does not exist is refused', () => {
  // @ts-expect-error it is called tracer
  expect(() => instrument({ trace: tracer })).toThrow("unknown option 'trace'")
})
