import { KinesisClient } from '@aws-sdk/client-kinesis'
import { SQSClient } from '@aws-sdk/client-sqs'
import { afterEach, describe, expect, test } from '@jest/globals'
import { InvalidConfigurationError } from '@lpipe/core'
import { type LocalPipeline, type LocalPipelineOptions, localPipeline } from '@lpipe/local'
import { redrive } from '@lpipe/redrive'
import { kinesisEvent, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { FailButContinue, lpipe, type Queue, queue, queueSqs } from 'lpipe-preset'

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

let pipeline: LocalPipeline | undefined
afterEach(async () => {
  await pipeline?.stop()
  pipeline = undefined
})

const start = async (options: Omit<LocalPipelineOptions, 'logger' | 'environment'>): Promise<LocalPipeline> => {
  pipeline = await localPipeline({ ...options, environment: false, logger: quiet })
  return pipeline
}

const clientsOf = ({ clients: { sqs, kinesis } }: LocalPipeline) => ({ client: sqs, kinesis })

/** A client of the test's own, which tries once. */
const clientOf = ({ environment }: LocalPipeline): SQSClient => {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const endpoint = environment['AWS_ENDPOINT_URL_SQS'] ?? ''
  return new SQSClient({ region: 'us-east-1', credentials, endpoint, maxAttempts: 1 })
}

const bodiesIn = async (name: string): Promise<unknown[]> =>
  (await (pipeline as LocalPipeline).contents(name)).map(({ body }) => body)

interface Order {
  readonly customer: string
  readonly number: number
}

/** A dead letter as payloadChain writes it. */
const letterOf = (type: string, record: unknown, arn: string | null) => ({
  error: { name: 'FailButContinue', message: 'for the test' },
  path: null,
  function: null,
  source: { type, arn, id: 'one' },
  time: new Date().toISOString(),
  record,
})

describe('what a Lambda dropped comes back, and is done', () => {
  /** A Lambda that drops everything, until it is mended. */
  const broken = () => {
    const done: Order[] = []
    const state = { mended: false, letters: undefined as Queue | undefined }
    const call = (order: Order) => {
      if (!state.mended) throw new FailButContinue('of no use yet')
      done.push(order)
    }
    const sender = () => queueSqs({ client: (pipeline as LocalPipeline).clients.sqs })
    const deadLetter = queue({ type: 'sqs', name: 'letters', sender })
    return { handler: middy().use(lpipe({ call, deadLetter, logger: quiet })) as never, state, done }
  }
  const orders = ['ada', 'bob'].flatMap((customer) => [1, 2, 3].map((number) => ({ customer, number })))

  test('from a FIFO queue: in its group, and in order', async () => {
    const { handler, state, done } = broken()
    const running = await start({
      queues: { 'orders.fifo': {}, letters: {} },
      functions: { work: { handler, source: { queue: 'orders.fifo' } } },
    })
    await running.send('orders.fifo', orders, { groupId: ({ customer }) => customer })
    await running.drained({ timeoutSeconds: 10 })
    expect(await bodiesIn('letters')).toHaveLength(6)

    state.mended = true
    const result = await redrive({ from: 'letters', ...clientsOf(running) })
    expect(result).toEqual({ received: 6, redriven: 6, to: { 'orders.fifo': 6 }, left: [] })
    await running.drained({ timeoutSeconds: 10 })
    expect(await bodiesIn('letters')).toEqual([])
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
      queues: { letters: {} },
      streams: { orders: {} },
      functions: { work: { handler: watching as never, source: { stream: 'orders' } } },
    })
    await running.send('orders', orders, { partitionKey: ({ customer }) => customer })
    await running.drained({ timeoutSeconds: 10 })
    state.mended = true
    const result = await redrive({ from: running.urls['letters'] ?? '', ...clientsOf(running) })
    expect(result).toEqual({ received: 6, redriven: 6, to: { orders: 6 }, left: [] })
    await running.drained({ timeoutSeconds: 10 })
    expect(done.toSorted((a, b) => a.customer.localeCompare(b.customer) || a.number - b.number)).toEqual(orders)
    expect(keys.slice(6).toSorted()).toEqual(keys.slice(0, 6).toSorted())
  })

  test('what is dropped again meanwhile waits for the next redrive', async () => {
    const { handler } = broken()
    const running = await start({
      queues: { orders: {}, letters: {} },
      functions: { work: { handler, source: { queue: 'orders' } } },
    })
    await running.send('orders', orders)
    await running.drained({ timeoutSeconds: 10 })
    const result = await redrive({ from: 'letters', ...clientsOf(running) })
    expect(result).toMatchObject({ received: 6, redriven: 6 })
    await running.drained({ timeoutSeconds: 10 })
    expect(await bodiesIn('letters')).toHaveLength(6)
  })
})

const arn = 'arn:aws:sqs:us-east-1:000000000000:orders'

test('body, attributes and tenant are the original ones', async () => {
  const seen: unknown[] = []
  const running = await start({
    queues: { orders: {}, letters: {} },
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
  await running.send('letters', [letterOf('sqs', { ...record, messageAttributes, attributes }, arn)])
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
  expect(await redrive({ from: 'letters', client })).toMatchObject({ redriven: 1, left: [] })
  client.destroy()
  expect(sent).toMatchObject([
    {
      MessageGroupId: 'tenant',
      MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: trace } },
    },
  ])
  expect(sent[0]).not.toHaveProperty('MessageDeduplicationId')
  await running.drained({ timeoutSeconds: 10 })

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

describe('what cannot be sent back stays where it is, and is named', () => {
  const [record] = sqsEvent([{ number: 1 }]).Records
  const [streamed] = kinesisEvent([{ number: 1 }]).Records

  test.each([
    { what: 'no JSON', body: 'not a letter', reason: 'it is no dead letter of lpipe' },
    { what: 'a message that SQS itself redrove', body: { number: 1 }, reason: 'it is no dead letter of lpipe' },
    {
      what: 'a raw event',
      body: letterOf('raw', { number: 1 }, null),
      reason: 'it came from no queue and no stream, but from an event',
    },
    {
      what: 'no ARN',
      body: letterOf('sqs', record, null),
      reason: 'it does not say which queue or stream it came from',
    },
    {
      what: 'no body',
      body: letterOf('sqs', { ...record, body: undefined }, arn),
      reason: 'its record has no body',
    },
    {
      what: 'no partition key',
      body: letterOf('kinesis', { ...streamed, kinesis: {} }, 'arn:aws:kinesis:us-east-1:000000000000:stream/orders'),
      reason: 'its record has no data, or no partition key',
    },
    {
      what: 'another source',
      body: letterOf('dynamodb', record, arn),
      reason: 'it came from something that redrive does not know',
    },
    {
      what: 'another region',
      body: letterOf('sqs', record, arn.replace('us-east-1', 'eu-north-1')),
      reason: 'it could not be sent to orders: Error: it came from region eu-north-1, and the client is in us-east-1',
    },
    {
      what: 'a queue that is gone',
      body: letterOf('sqs', record, `${arn}-of-old`),
      reason: expect.stringMatching(/^it could not be sent to orders-of-old: QueueDoesNotExist/),
    },
    {
      what: 'a stream that is gone',
      body: letterOf('kinesis', streamed, 'arn:aws:kinesis:us-east-1:000000000000:stream/gone'),
      reason: expect.stringMatching(/^it could not be sent to gone: ResourceNotFoundException/),
    },
  ])('$what', async ({ body, reason }) => {
    const running = await start({ queues: { orders: {}, letters: {} } })
    const [messageId] = await running.send('letters', [body, letterOf('sqs', record, arn)])
    const result = await redrive({ from: 'letters', ...clientsOf(running) })
    expect(result).toEqual({ received: 2, redriven: 1, to: { orders: 1 }, left: [{ messageId, reason }] })
    const stayed = await running.contents('letters')
    expect(stayed).toMatchObject([{ messageId, state: 'visible' }])
  })

  test('a letter whose send was not accepted is not deleted, and goes at the next redrive', async () => {
    const running = await start({ queues: { 'orders.fifo': {}, letters: {} } })
    const grouped = sqsEvent([{ number: 1 }], { name: 'orders.fifo', groupId: () => 'ada' }).Records[0]
    await running.send('letters', [letterOf('sqs', grouped, `${arn}.fifo`)])
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
      const result = await redrive({ from: 'letters', client: own })
      expect(result).toMatchObject({ received: 1, redriven: 0, left: [{ reason: expect.stringContaining('was cut') }] })
    }
    fails = undefined
    expect(await redrive({ from: 'letters', client: own })).toMatchObject({ redriven: 1, left: [] })
    // The send before the cut was accepted: SQS knows the letter's deduplication id, and keeps one.
    expect(await bodiesIn('orders.fifo')).toEqual([{ number: 1 }])
    expect(await bodiesIn('letters')).toEqual([])
    own.destroy()
  })

  test('a letter that cannot be deleted is named as sent', async () => {
    const running = await start({ queues: { orders: {}, letters: {} } })
    const [messageId] = await running.send('letters', [letterOf('sqs', record, arn)])
    const own = clientOf(running)
    own.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName === 'DeleteMessageBatchCommand') throw new Error('for the test')
          return next(args)
        },
      { step: 'initialize' },
    )
    const reason = 'it was sent to orders, and could not be deleted: another redrive sends it again'
    expect(await redrive({ from: 'letters', client: own })).toEqual({
      received: 1,
      redriven: 0,
      to: { orders: 1 },
      left: [{ messageId, reason }],
    })
    own.destroy()
  })
})

describe('limit', () => {
  test.each([
    [5, 5],
    [12, 12],
    [100, 25],
    [undefined, 25],
  ])('%p letters at most: %p of 25', async (limit, count) => {
    const running = await start({ queues: { orders: {}, letters: {} } })
    const records = sqsEvent(Array.from({ length: 25 }, (_, number) => ({ number }))).Records
    await running.send(
      'letters',
      records.map((record) => letterOf('sqs', record, arn)),
    )
    const result = await redrive({ from: 'letters', ...clientsOf(running), ...(limit && { limit }) })
    expect(result).toEqual({ received: count, redriven: count, to: { orders: count }, left: [] })
    expect(await bodiesIn('orders')).toHaveLength(count)
    expect(await bodiesIn('letters')).toHaveLength(25 - count)
  })
})

test('an empty queue: nothing is done', async () => {
  const running = await start({ queues: { letters: {} } })
  expect(await redrive({ from: 'letters', ...clientsOf(running) })).toEqual({
    received: 0,
    redriven: 0,
    to: {},
    left: [],
  })
})

describe('options that are wrong', () => {
  test.each([
    [{}, /needs the name or the url/],
    [{ from: '' }, /needs the name or the url/],
    [{ from: 'letters', limit: 0 }, /limit must be a number of at least 1/],
    [{ from: 'letters', kinesys: new KinesisClient({}) }, /kinesys/],
  ])('%p', async (options, message) => {
    await expect(redrive(options as never)).rejects.toThrow(message)
    await expect(redrive(options as never)).rejects.toThrow(InvalidConfigurationError)
  })

  test('a queue of dead letters that does not exist', async () => {
    const running = await start({ queues: { letters: {} } })
    await expect(redrive({ from: 'other', ...clientsOf(running) })).rejects.toThrow(/queue/i)
  })
})
