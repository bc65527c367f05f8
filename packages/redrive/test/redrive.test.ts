import { KinesisClient } from '@aws-sdk/client-kinesis'
import { describe, expect, test } from '@jest/globals'
import { InvalidConfigurationError } from '@lpipe/core'
import { redrive } from '@lpipe/redrive'
import { kinesisEvent, silentLogger, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { FailButContinue, lpipe, queue, queueSqs } from 'lpipe-preset'
import { arn, bodiesIn, clientOf, clientsOf, currentPipeline, deadLetterOf, start } from './pipeline.ts'

/** The origins of these tests. */
const to = ['orders', 'orders.fifo', 'orders-of-old', 'gone', 'arn:aws:sqs:eu-north-1:000000000000:orders']

/** The audit lines are tested in audit.test.ts. */
const audit = () => undefined

interface Order {
  readonly customer: string
  readonly number: number
}

describe('a message that a Lambda dropped comes back, and is processed', () => {
  /** A Lambda that drops everything, until it is repaired. */
  const broken = () => {
    const done: Order[] = []
    const state = { repaired: false }
    const call = (order: Order) => {
      if (!state.repaired) throw new FailButContinue('cannot process this yet')
      done.push(order)
    }
    let made: ((event: unknown, context: never) => unknown) | undefined
    /** Made at the first event, because the pipeline that starts with it makes the client. */
    const make = () => {
      const sender = () => queueSqs({ client: currentPipeline().clients.sqs })
      const deadLetter = queue({ type: 'sqs', name: 'dead-letters', sender })
      return middy().use(lpipe({ call, deadLetter, logger: silentLogger() })) as never
    }
    const handler = (event: unknown, context: never): unknown => {
      made ??= make()
      return made?.(event, context)
    }
    return { handler: handler as never, state, done }
  }
  const orders = ['ada', 'bob'].flatMap((customer) => [1, 2, 3].map((number) => ({ customer, number })))

  test('from a FIFO queue: in its group, and in order', async () => {
    const { handler, state, done } = broken()
    const running = await start({
      queues: { 'orders.fifo': {}, 'dead-letters': {} },
      functions: { work: { handler, source: { queue: 'orders.fifo' } } },
    })
    await running.send('orders.fifo', orders, { groupId: ({ customer }) => customer })
    await running.drained({ timeoutSeconds: 60 })
    expect(await bodiesIn('dead-letters')).toHaveLength(6)

    state.repaired = true
    const result = await redrive({ from: 'dead-letters', to, audit, ...clientsOf(running) })
    expect(result).toEqual({ received: 6, redriven: 6, sent: { 'orders.fifo': 6 }, left: [] })
    await running.drained({ timeoutSeconds: 60 })
    expect(await bodiesIn('dead-letters')).toEqual([])
    for (const customer of ['ada', 'bob']) {
      expect(done.filter((one) => one.customer === customer).map(({ number }) => number)).toEqual([1, 2, 3])
    }
  })

  test('from a stream: its data, under its partition key', async () => {
    const { handler, state, done } = broken()
    const keys: string[] = []
    const watching = (event: ReturnType<typeof kinesisEvent>, context: never) => {
      keys.push(...event.Records.map(({ kinesis }) => kinesis.partitionKey))
      return (handler as (event: unknown, context: never) => unknown)(event, context)
    }
    const running = await start({
      queues: { 'dead-letters': {} },
      streams: { orders: {} },
      functions: { work: { handler: watching as never, source: { stream: 'orders' } } },
    })
    await running.send('orders', orders, { partitionKey: ({ customer }) => customer })
    await running.drained({ timeoutSeconds: 60 })
    state.repaired = true
    const result = await redrive({ from: running.urls['dead-letters'] ?? '', to, audit, ...clientsOf(running) })
    expect(result).toEqual({ received: 6, redriven: 6, sent: { orders: 6 }, left: [] })
    await running.drained({ timeoutSeconds: 60 })
    expect(done.toSorted((a, b) => a.customer.localeCompare(b.customer) || a.number - b.number)).toEqual(orders)
    expect(keys.slice(6).toSorted()).toEqual(keys.slice(0, 6).toSorted())
  })

  test('a message that is dropped again meanwhile waits for the next redrive', async () => {
    const { handler } = broken()
    const running = await start({
      queues: { orders: {}, 'dead-letters': {} },
      functions: { work: { handler, source: { queue: 'orders' } } },
    })
    await running.send('orders', orders)
    await running.drained({ timeoutSeconds: 60 })
    const result = await redrive({ from: 'dead-letters', to, audit, ...clientsOf(running) })
    expect(result).toMatchObject({ received: 6, redriven: 6 })
    await running.drained({ timeoutSeconds: 60 })
    expect(await bodiesIn('dead-letters')).toHaveLength(6)
  })
})

test('body, attributes and tenant are the original ones', async () => {
  const seen: unknown[] = []
  const running = await start({
    queues: { orders: {}, 'dead-letters': {} },
    functions: {
      look: {
        handler: (({ Records }: ReturnType<typeof sqsEvent>) => {
          for (const { body, messageAttributes } of Records) {
            seen.push({ body, messageAttributes })
          }
        }) as never,
        source: { queue: 'orders' },
      },
    },
  })
  const [record] = sqsEvent(['no JSON: <ü>'], { groupId: () => 'tenant' }).Records
  const messageAttributes = {
    colour: { stringValue: 'blue', dataType: 'String' },
    count: { stringValue: '3', dataType: 'Number' },
    bytes: { binaryValue: Buffer.from([0, 255]).toString('base64'), dataType: 'Binary' },
  }
  const trace = 'Root=1-00000000-000000000000000000000000'
  const attributes = { ...record?.attributes, AWSTraceHeader: trace }
  await running.send('dead-letters', [deadLetterOf('sqs', { ...record, messageAttributes, attributes }, arn)])
  const client = clientOf(running)
  const sent: object[] = [] // fauxqs keeps neither a tenant nor a trace header
  client.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        if (commandName === 'SendMessageCommand') sent.push(args.input)
        return next(args)
      },
    { step: 'initialize' },
  )
  expect(await redrive({ from: 'dead-letters', to, audit, client })).toMatchObject({ redriven: 1, left: [] })
  client.destroy()
  expect(sent).toMatchObject([
    {
      MessageGroupId: 'tenant',
      MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: trace } },
    },
  ])
  expect(sent[0]).not.toHaveProperty('MessageDeduplicationId')
  await running.drained({ timeoutSeconds: 60 })

  const lists = { stringListValues: [], binaryListValues: [] }
  expect(seen).toEqual([
    {
      body: 'no JSON: <ü>',
      messageAttributes: {
        colour: { ...messageAttributes.colour, ...lists },
        count: { ...messageAttributes.count, ...lists },
        bytes: { ...messageAttributes.bytes, ...lists },
      },
    },
  ])
})

describe('a dead letter that cannot be sent back stays, and is named', () => {
  const unknownQueue =
    'it is not a dead letter of lpipe, and SQS does not say which queue it was moved from. Name that one queue, and no other, in `to`'
  const [record] = sqsEvent([{ number: 1 }]).Records
  const [streamed] = kinesisEvent([{ number: 1 }]).Records

  test.each([
    { what: 'no JSON', body: 'not a dead letter', reason: unknownQueue },
    { what: 'JSON of another shape', body: { number: 1 }, reason: unknownQueue },
    {
      what: 'a raw event',
      body: deadLetterOf('raw', { number: 1 }, null),
      reason: 'it can be sent back only to sqs and kinesis, and its source is another one',
    },
    {
      what: 'no ARN',
      body: deadLetterOf('sqs', record, null),
      reason: 'it does not name the queue or stream that it came from',
    },
    {
      what: 'no body',
      body: deadLetterOf('sqs', { ...record, body: undefined }, arn),
      reason: 'its record has no body',
    },
    {
      what: 'no partition key',
      body: deadLetterOf(
        'kinesis',
        { ...streamed, kinesis: {} },
        'arn:aws:kinesis:us-east-1:000000000000:stream/orders',
      ),
      reason: 'its record has no data or no partition key',
    },
    {
      what: 'another source',
      body: deadLetterOf('dynamodb', record, arn),
      reason: 'it can be sent back only to sqs and kinesis, and its source is another one',
    },
    {
      what: 'another region',
      body: deadLetterOf('sqs', record, arn.replace('us-east-1', 'eu-north-1')),
      reason: 'it came from region eu-north-1, but the client is in us-east-1',
    },
    {
      what: 'a queue that is gone',
      body: deadLetterOf('sqs', record, `${arn}-of-old`),
      reason: 'it could not be sent to orders-of-old: QueueDoesNotExist',
    },
    {
      what: 'a stream that is gone',
      body: deadLetterOf('kinesis', streamed, 'arn:aws:kinesis:us-east-1:000000000000:stream/gone'),
      reason: 'it could not be sent to gone: ResourceNotFoundException',
    },
    {
      what: 'an ARN of another service',
      body: deadLetterOf('kinesis', streamed, arn),
      reason: 'it does not name the queue or stream that it came from',
    },
    {
      what: 'a truncated record',
      body: { ...deadLetterOf('sqs', record, arn), truncated: 'the record has 1100000 bytes and was cut' },
      reason: 'its record was too large for a dead letter and was truncated, so that the original cannot be sent back',
    },
  ])('$what', async ({ body, reason }) => {
    const running = await start({ queues: { orders: {}, 'dead-letters': {} } })
    const [messageId] = await running.send('dead-letters', [body, deadLetterOf('sqs', record, arn)])
    const result = await redrive({ from: 'dead-letters', to, audit, ...clientsOf(running) })
    expect(result).toEqual({ received: 2, redriven: 1, sent: { orders: 1 }, left: [{ messageId, reason }] })
    const stayed = await running.contents('dead-letters')
    expect(stayed).toMatchObject([{ messageId, state: 'visible' }])
  })

  test('a dead letter whose send was not accepted is not deleted, and is sent by the next redrive', async () => {
    const running = await start({ queues: { 'orders.fifo': {}, 'dead-letters': {} } })
    const grouped = sqsEvent([{ number: 1 }], { name: 'orders.fifo', groupId: () => 'ada' }).Records[0]
    await running.send('dead-letters', [deadLetterOf('sqs', grouped, `${arn}.fifo`)])
    const own = clientOf(running)
    let fails: 'before' | 'after' | undefined = 'before'
    own.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName !== 'SendMessageCommand' || fails === undefined) return next(args)
          if (fails === 'after') await next(args)
          throw new Error('the connection was cut')
        },
      { step: 'initialize' },
    )
    for (fails of ['before', 'after'] as const) {
      const result = await redrive({ from: 'dead-letters', to, audit, client: own })
      expect(result).toMatchObject({ received: 1, redriven: 0, left: [{ reason: expect.stringContaining('was cut') }] })
    }
    fails = undefined
    expect(await redrive({ from: 'dead-letters', to, audit, client: own })).toMatchObject({ redriven: 1, left: [] })
    // The send before the cut was accepted: SQS remembers the deduplication id of the dead letter, and keeps one message.
    expect(await bodiesIn('orders.fifo')).toEqual([{ number: 1 }])
    expect(await bodiesIn('dead-letters')).toEqual([])
    own.destroy()
  })

  test('a dead letter that cannot be deleted is named as sent', async () => {
    const running = await start({ queues: { orders: {}, 'dead-letters': {} } })
    const [messageId] = await running.send('dead-letters', [deadLetterOf('sqs', record, arn)])
    const own = clientOf(running)
    own.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName === 'DeleteMessageBatchCommand') throw new Error('of the test')
          return next(args)
        },
      { step: 'initialize' },
    )
    const reason = 'it was sent to orders but could not be deleted: the next redrive sends it again'
    expect(await redrive({ from: 'dead-letters', to, audit, client: own })).toEqual({
      received: 1,
      redriven: 0,
      sent: { orders: 1 },
      left: [{ messageId, reason }],
    })
    own.destroy()
  })
})

describe('`to`: where records may be sent', () => {
  const [record] = sqsEvent([{ number: 1 }]).Records
  const elsewhere = 'arn:aws:sqs:us-east-1:111111111111:orders'

  test.each<[what: string, to: readonly string[], origin: string, allowed: boolean]>([
    ['an empty list', [], arn, false],
    ['another name', ['parcels'], arn, false],
    ['its name', ['parcels', 'orders'], arn, true],
    ['its ARN', [arn], arn, true],
    ['the ARN of another queue', [`${arn}-of-old`], arn, false],
    ['its name, but it is in another account', ['orders'], elsewhere, false],
    ['its name, but it is in another region', ['orders'], arn.replace('us-east-1', 'eu-north-1'), false],
  ])('%s', async (_, list, origin, allowed) => {
    const running = await start({ queues: { orders: {}, 'dead-letters': {} } })
    const [messageId] = await running.send('dead-letters', [deadLetterOf('sqs', record, origin)])
    const result = await redrive({ from: 'dead-letters', to: list, audit, ...clientsOf(running) })
    const reason = `\`to\` does not list ${origin}, where the dead letter says that it came from. Check that it did before you add it`
    expect(result).toEqual({
      received: 1,
      redriven: allowed ? 1 : 0,
      sent: allowed ? { orders: 1 } : {},
      left: allowed ? [] : [{ messageId, reason }],
    })
    expect(await bodiesIn('orders')).toHaveLength(allowed ? 1 : 0)
    expect(await bodiesIn('dead-letters')).toHaveLength(allowed ? 0 : 1)
  })
})

describe('limit', () => {
  test.each([
    [5, 5],
    [12, 12],
    [100, 25],
    [undefined, 25],
  ])('at most %p dead letters: %p of 25', async (limit, count) => {
    const running = await start({ queues: { orders: {}, 'dead-letters': {} } })
    const records = sqsEvent(Array.from({ length: 25 }, (_, number) => ({ number }))).Records
    await running.send(
      'dead-letters',
      records.map((record) => deadLetterOf('sqs', record, arn)),
    )
    const result = await redrive({ from: 'dead-letters', to, audit, ...clientsOf(running), ...(limit && { limit }) })
    expect(result).toEqual({ received: count, redriven: count, sent: { orders: count }, left: [] })
    expect(await bodiesIn('orders')).toHaveLength(count)
    expect(await bodiesIn('dead-letters')).toHaveLength(25 - count)
  })
})

test('an empty queue', async () => {
  const running = await start({ queues: { 'dead-letters': {} } })
  expect(await redrive({ from: 'dead-letters', to, audit, ...clientsOf(running) })).toEqual({
    received: 0,
    redriven: 0,
    sent: {},
    left: [],
  })
})

describe('options that are wrong', () => {
  test.each([
    [{}, /requires `from`/],
    [{ from: '' }, /requires `from`/],
    [{ from: 'dead-letters', limit: 0 }, /`limit` must be a whole number of at least 1/],
    [{ from: 'dead-letters', to: 'orders' }, /`to` must be an array, received 'orders'/],
    [{ from: 'dead-letters', to: [7] }, /each element of `to` must be .* received number/],
    [{ from: 'dead-letters', to: ['arn:aws:sns:us-east-1:000000000000:x'] }, /each element of `to` must be the ARN/],
    [{ from: 'dead-letters', kinesys: new KinesisClient({}) }, /kinesys/],
  ])('%p', async (options, message) => {
    await expect(redrive(options as never)).rejects.toThrow(message)
    await expect(redrive(options as never)).rejects.toThrow(InvalidConfigurationError)
  })

  test('a dead-letter queue that does not exist', async () => {
    const running = await start({ queues: { 'dead-letters': {} } })
    await expect(redrive({ from: 'other', ...clientsOf(running) })).rejects.toThrow(/queue/i)
  })
})
