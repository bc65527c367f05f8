import { describe, expect, test } from '@jest/globals'
import { batchDecoder } from '@lpipe/batch-decoder'
import { action, InvalidConfigurationError, payload, queue, type Sending } from '@lpipe/core'
import type { Entry } from '@lpipe/core/outbox'
import { errorClassifier } from '@lpipe/error-classifier'
import { messageNormalizer } from '@lpipe/message-normalizer'
import { pathRouter } from '@lpipe/path-router'
import { payloadChain } from '@lpipe/payload-chain'
import { invoke, kinesisEvent, memoryQueue, silentLogger, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { outcomes, reasons, responseOfOutcomes, run, senderWith } from './pipeline.ts'

const entries = (sent: readonly { readonly entry: Entry }[]) => sent.map(({ entry }) => entry)

describe('options', () => {
  test.each<[options: object, says: string]>([
    [{ sender: {} }, 'payloadChain: unknown option `sender`'],
    [
      { senders: { sqs: {} } },
      'payloadChain: `senders.sqs` must be made with defineSender(), received object without its methods',
    ],
    [
      { senders: { sqs: null } },
      'payloadChain: `senders.sqs` must be made with defineSender(), received null without its methods',
    ],
    [{ deadLetter: 'queue' }, "payloadChain: `deadLetter` must be made with queue(), received 'queue'"],
    [{ maxHops: 0 }, 'payloadChain: `maxHops` must be a whole number of at least 1, or Infinity, received 0'],
    [{ delivery: 4 }, 'payloadChain: `delivery` must be an object, received 4'],
    [
      { delivery: { maxCalls: Number.NaN } },
      'payloadChain: `delivery`: `maxCalls` must be a whole number of at least 1',
    ],
    [
      { delivery: { retryMillis: '1' } },
      "payloadChain: `delivery`: `retryMillis` must be a number of at least 1, received '1'",
    ],
    [{ delivery: { maxWait: 1 } }, 'payloadChain: `delivery`: unknown option `maxWait`'],
    [{ maxCalls: 4 }, 'payloadChain: unknown option `maxCalls`'],
  ])('%j', (options, says) => {
    expect(() => payloadChain(options as never)).toThrow(InvalidConfigurationError)
    expect(() => payloadChain(options as never)).toThrow(says)
  })

  test.each(['maxRetryMillis', 'lingerMillis'])('but not a `%s` of 0: at once, or not at all', (name) => {
    expect(() => payloadChain({ delivery: { [name]: 0 } })).not.toThrow()
    expect(() => payloadChain({ delivery: { [name]: -0.1 } })).toThrow(`\`${name}\` must be a number of at least 0`)
  })

  test('a dead-letter queue without a sender is refused at once', () => {
    expect(() => payloadChain({ deadLetter: queue({ type: 'sqs', name: 'dead' }) })).toThrow(
      "payloadChain: no sender for queues of type 'sqs'. Set `senders: { sqs: ... }`, or the queue's `sender`, as queue() of lpipe-preset does for sqs and kinesis",
    )
  })
})

describe('an entry', () => {
  test('has path and kwargs if the queue has a path, otherwise the kwargs: any JSON value', async () => {
    const plain = memoryQueue({ name: 'plain' })
    const withPath = memoryQueue({ name: 'with path', path: 'NEXT' })
    const values = [{ a: 1 }, [1], 'text', 0, false, null]
    const call = () =>
      values.flatMap((kwargs) => [plain, withPath].map(({ queue: to }) => payload({ queue: to, kwargs })))
    await run([{}], { call })
    expect(plain.sent.map(({ body }) => body)).toEqual(values)
    expect(withPath.sent.map(({ body }) => body)).toEqual(values.map((kwargs) => ({ path: 'NEXT', kwargs })))
  })

  const keysOf = async (event: unknown, context: object = {}) => {
    const { queue: to, sent } = memoryQueue()
    await run(event, { call: () => [payload({ queue: to }), payload({ queue: to })], context })
    return entries(sent).map(({ deduplicationKey }) => deduplicationKey)
  }

  test('has a deduplication key that is the same when its source message is delivered again', async () => {
    for (const event of [sqsEvent([{}, {}]), kinesisEvent([{}, {}]), [{}, {}]]) {
      const keys = await keysOf(event)
      expect(await keysOf(event)).toEqual(keys)
      expect(new Set(keys).size).toBe(4)
    }
  })

  test('has a deduplication key that no body can forge, and that differs by function and stream', async () => {
    const forged = [{ id: 'own', eventID: 'own', messageId: 'own' }]
    const anonymous = { awsRequestId: undefined }
    const keys = [
      ...(await keysOf(forged)),
      ...(await keysOf(forged, { awsRequestId: 'other' })),
      ...(await keysOf(forged, anonymous)),
      ...(await keysOf(forged, anonymous)),
      ...(await keysOf(kinesisEvent([{}], { name: 'one' }))),
      ...(await keysOf(kinesisEvent([{}], { name: 'other' }))),
      ...(await keysOf(kinesisEvent([{}], { name: 'one' }), { functionName: 'other' })),
    ]
    expect(new Set(keys).size).toBe(14)
  })

  test('has options of the queue that are computed from what is sent', async () => {
    const computed: unknown[] = []
    const to = queue({
      type: 'memory',
      name: 'q',
      path: 'P',
      groupId: ({ kwargs, path }: Sending<{ g: string }>) => {
        computed.push(`${path}-${kwargs.g}`)
        return `${path}-${kwargs.g}`
      },
      sender: () => memoryQueue({ ordered: true }),
    })
    await run([{}], { call: () => payload({ queue: to, kwargs: { g: 'a' } }) })
    expect(computed).toEqual(['P-a'])
  })

  test.each<[what: string, groupId: () => unknown, says: string]>([
    [
      'throws',
      () => {
        throw new Error('oops')
      },
      'threw',
    ],
    ['is empty', () => '', 'must return a non-empty string, received an empty string'],
    ['is a number', () => 5, 'must return a non-empty string, received number'],
  ])('with a `groupId` that %s fails its message, and does not drop it', async (_, groupId, says) => {
    const memory = memoryQueue({ ordered: true })
    const to = queue({ type: 'memory', name: 'q', groupId: groupId as () => string, sender: () => memory })
    const messages = await run(sqsEvent([{}]), { call: () => payload({ queue: to }) })
    expect(outcomes(messages)).toEqual(['failed'])
    expect(reasons(messages)).toEqual([`UndeliverableError: cannot send to memory q: its \`groupId\` ${says}`])
  })

  test('has the trace header of its source message, otherwise that of the invocation', async () => {
    const { queue: to, sent } = memoryQueue()
    const root = (digit: string) => `Root=1-67891233-${digit.repeat(24)}`
    const event = sqsEvent([{}])
    Object.assign(event.Records[0]?.attributes ?? {}, { AWSTraceHeader: root('a') })
    await run(event, { call: () => payload({ queue: to }) })
    await run(kinesisEvent([{ lpipe: { AWSTraceHeader: root('b') } }]), { call: () => payload({ queue: to }) })
    process.env['_X_AMZN_TRACE_ID'] = root('c')
    await run([{}], { call: () => payload({ queue: to }) })
    delete process.env['_X_AMZN_TRACE_ID']
    expect(entries(sent).map(({ traceHeader }) => traceHeader)).toEqual([root('a'), root('b'), root('c')])
  })

  test('without a sender fails its message, with the fix', async () => {
    const to = queue({ type: 'sqs', name: 'q' })
    const messages = await run(sqsEvent([{}]), { call: () => payload({ queue: to }) })
    expect(reasons(messages)).toEqual([
      "InvalidConfigurationError: payloadChain: no sender for queues of type 'sqs'. Set `senders: { sqs: ... }`, or the queue's `sender`, as queue() of lpipe-preset does for sqs and kinesis",
    ])
  })

  test('for a queue with options that its type does not take fails its message', async () => {
    const to = queue({ type: 'own', name: 'q', prio: 1 })
    const messages = await run(sqsEvent([{}]), {
      call: () => payload({ queue: to }),
      chain: { senders: { own: senderWith({}) } },
    })
    expect(reasons(messages)[0]).toMatch(/^InvalidConfigurationError: queue of type 'own': unknown option `prio`/)
  })

  test('goes to the sender in `senders`, which precedes that of the queue', async () => {
    const own = memoryQueue()
    const replacement = memoryQueue()
    const { queue: _, sent: __, calls: ___, ...sender } = replacement
    await run([{}], { call: () => payload({ queue: own.queue }), chain: { senders: { memory: sender } } })
    expect([own.sent.length, replacement.sent.length]).toEqual([0, 1])
  })
})

describe('hops', () => {
  const hopped = (trail: string) => {
    const event = sqsEvent([{}])
    Object.assign(event.Records[0] ?? {}, {
      messageAttributes: { 'lpipe-trail': { stringValue: trail, dataType: 'String' } },
    })
    return event
  }

  test('are counted from those of the source message', async () => {
    const { queue: to, sent } = memoryQueue()
    await run(hopped('3|sqs a|sqs b|sqs a'), { call: () => payload({ queue: to }) })
    expect(entries(sent)[0]?.headers).toEqual({ 'lpipe-trail': '4|sqs a|sqs b|sqs a|memory memory' })
  })

  test('more than `maxHops`, by default 10, fail the message', async () => {
    const { queue: to, sent } = memoryQueue()
    const call = () => payload({ queue: to })
    const loop = (count: number) => hopped(`${count}|a|b|a|b|a|b`)
    expect(outcomes(await run(loop(9), { call }))).toEqual(['succeeded'])
    const messages = await run(loop(10), { call })
    expect(outcomes(messages)).toEqual(['failed'])
    expect(reasons(messages)[0]).toBe(
      'UndeliverableError: cannot send to memory memory: the message passed through more than `maxHops` (10) queues, ' +
        'last: b > a > b > a > b > memory memory. Check the graph for a cycle, or raise `maxHops`',
    )
    expect(outcomes(await run(loop(10), { call, chain: { maxHops: 11 } }))).toEqual(['succeeded'])
    expect(sent).toHaveLength(2)
  })

  test.each(['', 'many', '-5', '1e999', '{}', '99'])(
    'that lpipe cannot have written, %j, count as none',
    async (trail) => {
      const { queue: to, sent } = memoryQueue()
      await run(hopped(trail), { call: () => payload({ queue: to }) })
      expect(entries(sent)[0]?.headers).toEqual({ 'lpipe-trail': '1|memory memory' })
    },
  )

  test('in the body of an SQS message are not read', async () => {
    const { queue: to, sent } = memoryQueue()
    await run(sqsEvent([{ lpipe: { 'lpipe-trail': '10|a|b|c|d|e|f' } }]), { call: () => payload({ queue: to }) })
    expect(entries(sent)[0]?.headers).toEqual({ 'lpipe-trail': '1|memory memory' })
  })
})

describe('under a handler of the user', () => {
  const under = (handler: (event: unknown, context: never) => unknown, ...more: readonly object[]) =>
    middy(handler as never).use([
      responseOfOutcomes(),
      errorClassifier({ logger: silentLogger() }),
      batchDecoder(),
      messageNormalizer({ basic: true }),
      payloadChain(),
      ...more,
    ] as never)

  const fulfilled = (value: unknown) => ({ status: 'fulfilled', value })

  test('payloads for queues in its results are sent, if the message succeeded', async () => {
    const { queue: to, sent } = memoryQueue()
    const results = [
      fulfilled(payload({ queue: to, kwargs: 1 })),
      { status: 'rejected', reason: payload({ queue: to, kwargs: 2 }) },
      fulfilled([payload({ queue: to, kwargs: 3 }), 'more']),
      fulfilled('plain'),
    ]
    const handler = under(async () => results)
    expect(await invoke(handler, sqsEvent([{}, {}, {}, {}]))).toEqual([
      'succeeded',
      'dropped',
      'succeeded',
      'succeeded',
    ])
    expect(sent.map(({ body }) => body)).toEqual([1, 3])
  })

  test('payloads for paths run', async () => {
    const ran: unknown[] = []
    const store = (kwargs: object) => void ran.push(kwargs)
    const handler = under(
      async () => [fulfilled(payload({ path: 'STORE', kwargs: { id: 1 } })), fulfilled(payload({ path: 'NONE' }))],
      pathRouter({ paths: { STORE: [action({ functions: [store] })] }, defaultPath: 'STORE' }),
    )
    expect(await invoke(handler, sqsEvent([{}, {}]))).toEqual(['succeeded', 'dropped'])
    expect(ran).toEqual([{ id: 1 }])
  })

  test('none of them runs if another one leads nowhere', async () => {
    const ran: unknown[] = []
    const toNowhere = payload({ queue: queue({ type: 'none', name: 'q' } as never), kwargs: {} })
    const handler = under(
      async () => [fulfilled([payload({ path: 'STORE' }), toNowhere])],
      pathRouter({ paths: { STORE: [() => void ran.push('STORE')] }, defaultPath: 'STORE' }),
    )
    expect(await invoke(handler, sqsEvent([{}]))).toEqual(['failed'])
    expect(ran).toEqual([])
  })

  test('those of one message after another', async () => {
    const ran: string[] = []
    const store = async ({ id }: { readonly id: number }) => {
      ran.push(`start ${id}`)
      await new Promise(setImmediate)
      ran.push(`end ${id}`)
    }
    const handler = under(
      async () => [1, 2].map((id) => fulfilled(payload({ path: 'STORE', kwargs: { id } }))),
      pathRouter({ paths: { STORE: [action({ functions: [store] })] }, defaultPath: 'STORE' }),
    )
    expect(await invoke(handler, sqsEvent([{}, {}]))).toEqual(['succeeded', 'succeeded'])
    expect(ran).toEqual(['start 1', 'end 1', 'start 2', 'end 2'])
  })

  test('payloads for paths require a router: the message fails', async () => {
    const handler = under(async () => [fulfilled(payload({ path: 'A' }))])
    expect(await invoke(handler, sqsEvent([{}]))).toEqual(['failed'])
  })

  test('a payload behind a failed message of its group is not sent', async () => {
    const { queue: to, sent } = memoryQueue()
    const handler = under(async () => [
      { status: 'rejected', reason: new InvalidConfigurationError('x') },
      fulfilled(payload({ queue: to, kwargs: 1 })),
    ])
    expect(await invoke(handler, kinesisEvent([{}, {}]))).toEqual(['failed', 'failed'])
    expect(sent).toEqual([])
  })

  test('a function of a payload that hangs does not take the done messages with it', async () => {
    const handler = under(
      async () => [fulfilled(payload({ path: 'HANG' })), fulfilled(1)],
      pathRouter({ paths: { HANG: [() => new Promise(() => undefined)] }, defaultPath: 'HANG' }),
    )
    const outcomes = await invoke(handler, sqsEvent([{}, {}]), { getRemainingTimeInMillis: () => 100 })
    expect(outcomes).toEqual(['failed', 'succeeded'])
  })
})

describe('an error elsewhere', () => {
  test('waits for the calls in flight, and sends nothing more', async () => {
    const memory = memoryQueue({ maxEntries: 2 })
    let answered = 0
    const sender = {
      ...memory,
      send: async (...call: Parameters<typeof memory.send>) => {
        await new Promise((resolve) => setTimeout(resolve, 20))
        answered += 1
        return memory.send(...call)
      },
    }
    const to = queue({ type: 'slow', name: 'q', sender: () => sender })
    const handler = middy()
      .use([responseOfOutcomes(), batchDecoder(), messageNormalizer({ basic: true }), payloadChain()])
      .use(
        pathRouter({
          call: ({ id }: { id: number }) => {
            if (id < 3) return payload({ queue: to, kwargs: { id } })
            throw new Error('an own classifier decides')
          },
        }),
      )
      .before((request) => {
        const batch = (request.context as never as { lpipe: { use: (hooks: object) => void } }).lpipe
        batch.use({
          classify: () => {
            throw new Error('of a middleware')
          },
        })
      })
    const bodies = [0, 1, 2, 3].map((id) => ({ id }))
    await expect(invoke(handler, sqsEvent(bodies))).rejects.toThrow('of a middleware')
    expect(answered).toBe(1)
    expect(memory.sent.map(({ body }) => body)).toEqual([{ id: 0 }, { id: 1 }])
  })
})
