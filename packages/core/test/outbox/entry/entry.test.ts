import { AsyncLocalStorage } from 'node:async_hooks'
import { afterEach, describe, expect, test } from '@jest/globals'
import { type EventSource, UndeliverableError } from '@lpipe/core'
import { type EntryTrace, entryChannel, getOwn } from '@lpipe/core/middleware'
import { isTraceHeader } from '@lpipe/core/outbox'
import { type } from 'arktype'
import * as v from 'valibot'
import { z } from 'zod'
import { testSource } from '../../batch-with.ts'
import { type OutboxSetup, outboxWith, queueNamed, testSender, to, type Wire } from '../outbox-with.ts'

/** Sends values from the first message, and returns what the sender received of each. */
const wiresOf = async (
  values: readonly unknown[],
  setup: OutboxSetup = {},
  queues: readonly ReturnType<typeof queueNamed>[] = [to],
  change: (messages: readonly object[]) => void = () => undefined,
): Promise<Wire[]> => {
  const wires: Wire[] = []
  const { sender } = testSender(() => undefined, {
    send: async (_, sent) => {
      wires.push(...sent)
      return sent.map(() => undefined)
    },
  })
  const { outbox, message, succeed, batch } = outboxWith(setup)
  change(batch.received)
  for (const { index } of batch.received) {
    for (const queue of queues) for (const value of values) outbox.add(message(index), queue, sender, value)
    succeed(index)
  }
  await outbox.flush()
  return wires
}

const keysOf = async (...of: Parameters<typeof wiresOf>): Promise<string[]> =>
  (await wiresOf(...of)).map(({ deduplicationKey }) => deduplicationKey)

describe('the deduplication key', () => {
  test('has 64 characters that SQS accepts', async () => {
    const [key] = await keysOf([{ a: 1 }])
    expect(key).toMatch(/^[0-9a-f]{64}$/)
  })

  test('is the same when the source message is delivered again and sends the same', async () => {
    const values = [{ a: 1 }, { a: 2 }]
    expect(await keysOf(values)).toEqual(await keysOf(values))
    expect(new Set(await keysOf(values)).size).toBe(2)
  })

  test('depends on the content, not on the position: a retry that sends less loses nothing', async () => {
    const [charge, notify] = await keysOf([{ charge: 1 }, { notify: 1 }])
    expect(await keysOf([{ notify: 1 }])).toEqual([notify])
    expect(await keysOf([{ notify: 1 }, { charge: 1 }])).toEqual([notify, charge])
    expect(await keysOf([{ charge: 2 }])).not.toEqual([charge])
  })

  test('differs for members in another order: the content is the JSON text', async () => {
    expect(await keysOf([{ a: 1, b: 2 }])).not.toEqual(await keysOf([{ b: 2, a: 1 }]))
  })

  test('differs for equal contents of one message, by their ordinal', async () => {
    const [first, second] = await keysOf([{ a: 1 }, { a: 1 }])
    expect(first).not.toBe(second)
    expect(await keysOf([{ a: 1 }, { b: 1 }, { a: 1 }])).toEqual([first, expect.any(String), second])
  })

  test('differs for each message, queue, function and stream', async () => {
    const value = [{ a: 1 }]
    const arn = (text: string) => testSource({ arnOf: () => text })
    const sameId = [{ id: 'same' }]
    const keys = [
      ...(await keysOf(value, { records: sameId })),
      ...(await keysOf(value, { records: [{ id: 'other' }] })),
      ...(await keysOf(value, { records: sameId }, [queueNamed('other')])),
      ...(await keysOf(value, { records: sameId }, [queueNamed('q', { url: 'https://eu/q' })])),
      ...(await keysOf(value, { records: sameId }, [queueNamed('q', { url: 'https://us/q' })])),
      ...(await keysOf(value, { records: sameId, context: { functionName: 'other' } })),
      ...(await keysOf(value, { records: sameId, source: arn('arn:other:stream') })),
    ]
    expect(new Set(keys).size).toBe(7)
  })

  test('differs for a dead letter with the same content', async () => {
    const { sender, calls } = testSender()
    const wires: Wire[] = []
    const spying = {
      ...sender,
      send: async (_: unknown, sent: readonly unknown[]) => {
        wires.push(...(sent as Wire[]))
        return sent.map(() => undefined)
      },
    }
    const { outbox, message, succeed } = outboxWith()
    outbox.add(message(0), to, spying, { a: 1 })
    outbox.addDeadLetter(message(0), to, spying, [{ a: 1 }])
    succeed(0)
    await outbox.flush()
    expect(calls).toEqual([])
    expect(new Set(wires.map(({ deduplicationKey }) => deduplicationKey)).size).toBe(2)
  })

  test('of a source without keys is that of the request and the position: Lambda repeats an asynchronous event', async () => {
    const source: EventSource = testSource({ deduplicationKeyOf: () => undefined })
    const setup = (awsRequestId: string): OutboxSetup => ({
      records: [{}, {}],
      source,
      context: { awsRequestId },
    })
    const keys = await keysOf([1], setup('r'))
    expect(new Set(keys).size).toBe(2)
    expect(await keysOf([1], setup('r'))).toEqual(keys)
    expect(new Set([...keys, ...(await keysOf([1], setup('s')))]).size).toBe(4)
  })

  test('without a request id is never the same twice', async () => {
    const setup = { records: [{}], source: testSource({ deduplicationKeyOf: () => undefined }) }
    expect(await keysOf([1], setup)).not.toEqual(await keysOf([1], setup))
  })

  test('of a source that throws is that of the request', async () => {
    const source = testSource({
      deduplicationKeyOf: () => {
        throw new Error('odd record')
      },
    })
    const setup = { source, context: { awsRequestId: 'r' } }
    expect(await keysOf([1], setup)).toEqual(await keysOf([1], setup))
  })

  test('of a message in a record of several is the same when that record is delivered again alone', async () => {
    const source = testSource({ bodiesOf: () => [{}, {}] })
    const first = { records: [{ id: 'a' }, { id: 'a' }, { id: 'b' }, { id: 'b' }], source }
    const setPositions = (messages: readonly object[]): void => {
      for (const [index, message] of messages.entries()) {
        Object.assign(message, { recordIndex: Math.floor(index / 2), position: index % 2 })
      }
    }
    const all = await keysOf([1], first, [to], setPositions)
    const again = await keysOf([1], { records: [{ id: 'b' }, { id: 'b' }], source }, [to], setPositions)
    expect(new Set(all).size).toBe(4)
    expect(again).toEqual(all.slice(2))
  })

  test('differs for the messages of one record', async () => {
    const { batch, outbox, message, succeed } = outboxWith({ records: [{ id: 'same' }, { id: 'same' }] })
    Object.assign(message(1), { recordIndex: 0, position: 1 })
    const wires: Wire[] = []
    const { sender } = testSender(() => undefined, {
      send: async (_, sent) => {
        wires.push(...sent)
        return sent.map(() => undefined)
      },
    })
    for (const { index } of batch.received) {
      outbox.add(message(index), to, sender, 1)
      succeed(index)
    }
    await outbox.flush()
    expect(new Set(wires.map(({ deduplicationKey }) => deduplicationKey)).size).toBe(2)
  })
})

describe('the group of the source message', () => {
  const groupOf = async (source: EventSource) => {
    const groups: unknown[] = []
    const { sender } = testSender(() => undefined, {
      prepare: ({ sourceGroup }) => {
        groups.push(sourceGroup)
        return { wire: {} as Wire, size: 1 }
      },
    })
    const { outbox, message } = outboxWith({ groups: ['g'], source })
    outbox.add(message(0), to, sender, 1)
    return groups[0]
  }

  test('is the one that the source hands on, otherwise the ordering group', async () => {
    expect(await groupOf(testSource())).toBe('g')
    expect(await groupOf(testSource({ senderGroupOf: () => 'tenant' }))).toBe('tenant')
    expect(await groupOf(testSource({ senderGroupOf: () => undefined }))).toBeUndefined()
    expect(await groupOf(testSource({ senderGroupOf: () => '' }))).toBeUndefined()
  })
})

describe('the body', () => {
  test('is the kwargs, or path and kwargs if the queue has a path', async () => {
    const values = [{ a: 1 }, [1], 'text', 0, false, null]
    const bodies = (await wiresOf(values, {}, [to, queueNamed('p', { path: 'P' })])).map(({ body }) => body)
    expect(bodies).toEqual([...values, ...values.map((kwargs) => ({ path: 'P', kwargs }))])
  })

  const loop: { self?: unknown } = {}
  loop.self = loop
  const deep = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`)

  test.each([
    ['a cycle', loop, 'the kwargs cannot be written as JSON'],
    ['a bigint', 1n, '`kwargs` must be a value that JSON can carry, received a bigint: send its toString()'],
    ['a function', () => 1, 'the kwargs cannot be written as JSON'],
    ['undefined', undefined, 'the kwargs cannot be written as JSON'],
    ['what nests too deeply', deep, 'the kwargs are nested too deeply'],
  ])('cannot be %s', (_, value, problem) => {
    const { outbox, message } = outboxWith()
    const { sender } = testSender()
    const add = () => outbox.add(message(0), to, sender, value)
    expect(add).toThrow(UndeliverableError)
    expect(add).toThrow(`cannot send to test q: ${problem}`)
  })

  test('cannot be larger than the sender accepts; exactly as large it can', () => {
    const { outbox, message } = outboxWith()
    const { sender } = testSender(() => undefined, { maxBytes: 100, maxEntryBytes: 50 })
    expect(() => outbox.add(message(0), to, sender, { size: 50 })).not.toThrow()
    for (const size of [51, 1e300]) {
      expect(() => outbox.add(message(0), to, sender, { size })).toThrow(UndeliverableError)
    }
    expect(() => outbox.add(message(0), to, sender, { size: 51 })).toThrow(
      'cannot send to test q: the message has 51 bytes, and the limit is 50. Send a reference instead',
    )
  })
})

describe('hops', () => {
  const source = testSource({ headersOf: (record) => ({ 'lpipe-trail': String(getOwn(record, 'hops')) }) })
  const headersFor = async (hops: string, maxHops = 10) =>
    (await wiresOf([1], { records: [{ hops }], source, maxHops }))[0]?.headers

  test('are counted from those of the source message', async () => {
    expect(await headersFor('2|sqs a|sqs b')).toEqual({ 'lpipe-trail': '3|sqs a|sqs b|test q' })
  })

  test('beyond `maxHops` make an entry undeliverable, with the queues named', async () => {
    const nine = '9|b|c|d|e|f|g'
    expect(await headersFor(nine)).toEqual({ 'lpipe-trail': '10|c|d|e|f|g|test q' })
    await expect(headersFor('10|b|c|d|e|f|g')).rejects.toThrow(
      'cannot send to test q: the message passed through more than `maxHops` (10) queues, last: c > d > e > f > g > test q. ' +
        'Check the graph for a cycle, or raise `maxHops`',
    )
    await expect(headersFor('1|a', 1)).rejects.toBeInstanceOf(UndeliverableError)
  })

  test.each(['999', '999999|x', '1e9|a|b|c|d|e|f', '{"count":999}', 'x'.repeat(1_000_000)])(
    'that are forged count as none',
    async (hops) => {
      expect(await headersFor(hops)).toEqual({ 'lpipe-trail': '1|test q' })
    },
  )

  test('are read once of each message: its headers may be long, and it may send thousands of entries', async () => {
    let reads = 0
    const counting = testSource({
      headersOf: (record) => {
        reads += 1
        return { 'lpipe-trail': String(getOwn(record, 'hops')) }
      },
    })
    const records = [{ hops: '1|sqs a' }, { hops: '2|sqs a|sqs b' }]
    const wires = await wiresOf([1, 2, 3], { groups: [undefined, undefined], records, source: counting })
    expect(wires.map(({ headers }) => headers['lpipe-trail'])).toEqual([
      ...Array.from({ length: 3 }, () => '2|sqs a|test q'),
      ...Array.from({ length: 3 }, () => '3|sqs a|sqs b|test q'),
    ])
    expect(reads).toBe(2)
  })

  test('of a source that throws count as none', async () => {
    const odd = testSource({
      headersOf: () => {
        throw new Error('odd record')
      },
    })
    expect((await wiresOf([1], { source: odd }))[0]?.headers).toEqual({ 'lpipe-trail': '1|test q' })
  })
})

test('what a subscriber of the channel lpipe:entry adds travels with the entry', async () => {
  const subscriber = (trace: unknown) => {
    ;(trace as EntryTrace).headers['traceparent'] = '00-a-b-01'
  }
  entryChannel.subscribe(subscriber)
  try {
    expect((await wiresOf([1]))[0]?.headers).toMatchObject({ traceparent: '00-a-b-01', 'lpipe-trail': '1|test q' })
  } finally {
    entryChannel.unsubscribe(subscriber)
  }
})

test('what a subscriber adds is left out of an entry that would be too large with it, and of no other', () => {
  const subscriber = (trace: unknown) => {
    ;(trace as EntryTrace).headers['traceparent'] = '00-a-b-01'
  }
  const headersWithin = (maxBytes: number): string[] => {
    const { outbox, message } = outboxWith()
    let names: string[] = []
    const { sender } = testSender(() => undefined, {
      maxBytes,
      prepare: ({ headers, deduplicationKey, traceHeader }) => {
        names = Object.keys(headers)
        return { wire: { body: 1, headers, deduplicationKey, traceHeader }, size: names.length }
      },
    })
    outbox.add(message(0), to, sender, {})
    return names
  }
  entryChannel.subscribe(subscriber)
  try {
    expect(headersWithin(2)).toEqual(['lpipe-trail', 'traceparent'])
    expect(headersWithin(1)).toEqual(['lpipe-trail'])
  } finally {
    entryChannel.unsubscribe(subscriber)
  }
})

describe('the trace header', () => {
  const root = 'Root=1-67891233-abcdef012345678912345678'
  const own = 'Root=1-11111111-222222222222222222222222;Parent=3333333333333333;Sampled=0;Lineage=1:abcdef12:3'
  afterEach(() => {
    delete process.env['_X_AMZN_TRACE_ID']
  })

  const traceFor = async (trace: unknown) => {
    const source = testSource({ traceHeaderOf: () => trace as string })
    return (await wiresOf([1], { source }))[0]?.traceHeader
  }

  test('is that of each invocation where several run at once in a process', async () => {
    const trace = new AsyncLocalStorage<string>()
    const store = { getXRayTraceId: () => trace.getStore() }
    Object.assign(globalThis, { awslambda: { InvokeStore: store } })
    try {
      process.env['_X_AMZN_TRACE_ID'] = `Root=1-67891233-${'0'.repeat(24)}`
      const own = ['a', 'b'].map((digit) => `Root=1-67891233-${digit.repeat(24)};Lineage=1:abcdef12:3`)
      const sent = own.map((header) => trace.run(header, async () => (await wiresOf([1]))[0]?.traceHeader))
      expect(await Promise.all(sent)).toEqual(own)
    } finally {
      Reflect.deleteProperty(globalThis, 'awslambda')
    }
  })

  test('is that of the source message', async () => {
    expect(await traceFor(`${root};Parent=53995c3f42cd8ad8;Sampled=1`)).toBe(
      `${root};Parent=53995c3f42cd8ad8;Sampled=1`,
    )
    expect(await traceFor(undefined)).toBeUndefined()
  })

  test('is otherwise that of the invocation', async () => {
    process.env['_X_AMZN_TRACE_ID'] = own
    expect(await traceFor(undefined)).toBe(own)
    expect(await traceFor('no header')).toBe(own)
  })

  test('keeps the lineage of the invocation, with which Lambda detects loops', async () => {
    process.env['_X_AMZN_TRACE_ID'] = own
    expect(await traceFor(`${root};Sampled=1`)).toBe(`${root};Sampled=1;Lineage=1:abcdef12:3`)
    expect(await traceFor(`${root};Lineage=9:00000000:9;Sampled=1`)).toBe(`${root};Sampled=1;Lineage=1:abcdef12:3`)
  })

  test('of the invocation that is invalid is left out', async () => {
    process.env['_X_AMZN_TRACE_ID'] = 'nonsense;Lineage=1:abcdef12:3'
    expect(await traceFor(undefined)).toBeUndefined()
    expect(await traceFor(root)).toBe(root)
  })

  test.each([
    '',
    'text',
    'Root=1-a',
    'Root=1-67891233-ABCDEF012345678912345678',
    `${root};`,
    `${root};Sampled=<1>`,
    `${root};Sampled=1\n`,
    ` ${root}`,
    `${root};A=${'x'.repeat(500)}`,
    7,
    null,
    { Root: 1 },
  ])('that is invalid, %p, is left out', async (trace) => {
    expect(isTraceHeader(trace)).toBe(false)
    expect(await traceFor(trace)).toBeUndefined()
  })

  test('may have 500 characters', () => {
    const of = (length: number) => `${root};A=`.padEnd(length, 'x')
    expect([of(500), of(501)].map(isTraceHeader)).toEqual([true, false])
  })

  test('of a source that throws is left out', async () => {
    const source = testSource({
      traceHeaderOf: () => {
        throw new Error('odd record')
      },
    })
    expect((await wiresOf([1], { source }))[0]?.traceHeader).toBeUndefined()
  })
})

describe('a queue with a schema', () => {
  const schema = z.object({ id: z.string().trim(), count: z.number().default(1) })
  const refused = async (value: unknown, options: object): Promise<unknown> =>
    wiresOf([value], {}, [queueNamed('parcels', options)]).then(
      () => undefined,
      (error: unknown) => error,
    )

  test('sends anything if it does not validate', async () => {
    expect(await refused({ id: 5 }, { schema })).toBeUndefined()
    expect(await refused({ id: 5 }, { schema, validate: false })).toBeUndefined()
  })

  test('sends kwargs that its schema accepts as they are', async () => {
    const [wire] = await wiresOf([{ id: ' a ' }], {}, [queueNamed('parcels', { schema, validate: true })])
    expect(wire?.body).toEqual({ id: ' a ' })
  })

  test.each([
    ['zod', schema],
    ['valibot', v.object({ id: v.string() })],
    ['arktype', type({ id: 'string' })],
  ])('of %s fails what its schema does not accept, with the reason and without the value', async (_, ofLibrary) => {
    const error = await refused({ id: 5_555_555 }, { schema: ofLibrary, validate: true })
    expect(error).toBeInstanceOf(UndeliverableError)
    expect(String(error)).toBe(
      'UndeliverableError: cannot send to test parcels: its `schema` does not accept the kwargs: id: expected string, received number',
    )
  })

  test('refuses a schema that is asynchronous', async () => {
    const asynchronous = {
      '~standard': { ...schema['~standard'], validate: async () => Promise.reject(new Error('late')) },
    }
    const error = await refused({ id: 'a' }, { schema: asynchronous, validate: true })
    expect(error).toBeInstanceOf(UndeliverableError)
    expect(String(error)).toBe(
      'UndeliverableError: cannot send to test parcels: `validate: true` requires a synchronous `schema`',
    )
  })

  test.each([null, {}, 'text'])('whose schema returns %j fails the message', async (result) => {
    const broken = { '~standard': { ...schema['~standard'], validate: () => result as never } }
    const error = await refused({ id: 'a' }, { schema: broken, validate: true })
    expect(String(error)).toBe(
      'InvalidConfigurationError: cannot send to test parcels: its `schema` returned neither a value nor issues',
    )
  })

  test('whose schema throws fails the message', async () => {
    const broken = {
      '~standard': {
        ...schema['~standard'],
        validate: () => {
          throw new TypeError('broken')
        },
      },
    }
    const error = await refused({ id: 'a' }, { schema: broken, validate: true })
    expect(error).toBeInstanceOf(UndeliverableError)
    expect(String(error)).toBe('UndeliverableError: cannot send to test parcels: its `schema` threw TypeError: broken')
  })

  test('checks the kwargs, not the path beside them', async () => {
    const [wire] = await wiresOf([{ id: 'a' }], {}, [queueNamed('parcels', { schema, validate: true, path: 'SHIP' })])
    expect(wire?.body).toEqual({ path: 'SHIP', kwargs: { id: 'a' } })
  })
})

describe('kwargs that JSON would carry as another value', () => {
  const errorFor = async (value: unknown, path?: string): Promise<unknown> => {
    const change = ([message]: readonly object[]) => Object.assign(message as object, { body: { id: 'secret' } })
    const error = await wiresOf([value], {}, [queueNamed('q', { path })], change).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(UndeliverableError)
    return (error as Error).message
  }

  test('are refused with the name of the member', async () => {
    const text = 'must be a value that JSON can carry, received a Set: send an array'
    expect(await errorFor({ orders: [{ tags: new Set() }] })).toBe(
      `cannot send to test q: \`kwargs.orders.0.tags\` ${text}`,
    )
    expect(await errorFor({ tags: new Set() }, 'P')).toBe(`cannot send to test q: \`kwargs.tags\` ${text}`)
  })

  test('no name is written if the body cannot be searched for it', async () => {
    const change = ([message]: readonly object[]) => Object.assign(message as object, { body: { id: 1n } })
    await expect(wiresOf([{ tags: new Set() }], {}, [to], change)).rejects.toThrow('`kwargs.*` must be a value')
  })

  test('the name is written too if the message has no body any more', () => {
    const { outbox, message } = outboxWith()
    const { sender } = testSender()
    expect(() => outbox.add(message(0), to, sender, { tags: new Set() })).toThrow('`kwargs.tags` must be a value')
  })

  test('a name that the message holds, or that is not a name, is not written', async () => {
    expect(await errorFor({ secret: Number.NaN })).toBe(
      'cannot send to test q: `kwargs.*` must be a value that JSON can carry, received NaN',
    )
    expect(await errorFor({ 'a secret': { of: Number.NaN } })).toContain('`kwargs.*.of`')
    expect(await errorFor({ x_secret: Number.NaN })).toContain('`kwargs.*`')
  })
})
