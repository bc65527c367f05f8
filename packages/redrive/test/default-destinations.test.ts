import type { SQSClient } from '@aws-sdk/client-sqs'
import { afterEach, describe, expect, test } from '@jest/globals'
import type { LocalPipeline } from '@lpipe/local'
import { redrive } from '@lpipe/redrive'
import { lines } from '@lpipe/template'
import { invoke, kinesisEvent, silentLogger, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { FailButContinue, lpipe, queue, queueSqs } from 'lpipe-preset'
import { startLambdaApi } from './lambda-api.ts'
import { bodiesIn, clientOf, clientsOf, deadLetterOf, arn as emulated, start } from './pipeline.ts'

const audit = () => undefined
const account = '123456789012'
const orders = `arn:aws:sqs:us-east-1:${account}:orders`
const admin = `arn:aws:sqs:us-east-1:${account}:admin`
const stream = `arn:aws:kinesis:us-east-1:${account}:stream/order-stream`
const worker = `arn:aws:lambda:us-east-1:${account}:function:worker`
const queues = { orders: {}, admin: {}, 'dead-letters': {} }
const [record] = sqsEvent([{ number: 1 }]).Records

interface Said {
  readonly senderId?: string
  /** `DeadLetterQueueSourceArn`, which the emulator does not know. */
  readonly movedFrom?: string
}

/** A client that says what AWS says and the emulator does not: a real account, who sent a message, and where SQS moved it from. */
const awsClient = (running: LocalPipeline, { senderId = 'AROAEXAMPLE:worker', movedFrom }: Said = {}): SQSClient => {
  const client = clientOf(running)
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const result = (await next(args)) as {
          response: unknown
          output: {
            $metadata: object
            Attributes?: Record<string, string>
            Messages?: { Attributes?: Record<string, string> }[]
          }
        }
        const { Attributes, Messages = [] } = result.output
        if (commandName === 'GetQueueAttributesCommand' && Attributes?.['QueueArn']) {
          Attributes['QueueArn'] = Attributes['QueueArn'].replace('000000000000', account)
        }
        for (const message of Messages) {
          message.Attributes = {
            ...message.Attributes,
            SenderId: senderId,
            ...(movedFrom && { DeadLetterQueueSourceArn: movedFrom }),
          }
        }
        return result as never
      },
    { step: 'initialize' },
  )
  return client
}

/** Runs `redrive()` without `to` for one dead letter. Returns where the record is then. */
const redriven = async (letter: object, api: { mappings?: Record<string, readonly string[]> } & Said = {}) => {
  const running = await start({ queues, streams: { 'order-stream': {} } })
  const { lambda, asked } = await startLambdaApi(api.mappings ?? { [worker]: [`${orders}-2`, orders] })
  await running.send('dead-letters', [letter])
  const client = awsClient(running, api)
  const { left, sent } = await redrive({
    from: 'dead-letters',
    client,
    lambda,
    audit,
    kinesis: running.clients.kinesis,
    sources: [lines()],
  })
  client.destroy()
  const [{ reason = '' } = {}] = left
  const kept = (await bodiesIn('dead-letters')).length
  return { sent, reason, kept, orders: await bodiesIn('orders'), admin: await bodiesIn('admin'), asked }
}

const written = (origin: string, members: object = { lambda: { arn: worker } }, type = 'sqs', from: unknown = record) =>
  deadLetterOf(type, from, origin, members)

describe('without `to`, in an account: where the Lambda reads that wrote the dead letter', () => {
  test('a dead letter of a source of a third party, which decides nothing of it', async () => {
    const line = { file: 'orders', number: 1, text: '{"number":1}', queueArn: admin }
    const members = { lambda: { arn: worker } }
    const read = await redriven(written(orders, members, 'lines', line))
    expect(read).toMatchObject({ sent: { orders: 1 }, orders: [{ number: 1 }], admin: [], kept: 0 })
    const forged = await redriven(written(admin, members, 'lines', line))
    expect(forged).toMatchObject({ sent: {}, orders: [], admin: [], kept: 1 })
    expect(forged.reason).toMatch(/^Lambda worker, which wrote it, does not read arn:aws:sqs:.*:admin\./)
  })

  test('an event source of the Lambda', async () => {
    expect(await redriven(written(orders))).toMatchObject({
      sent: { orders: 1 },
      kept: 0,
      orders: [{ number: 1 }],
      asked: [worker, worker], // two pages
    })
  })

  test('a stream that it reads with enhanced fan-out', async () => {
    const mappings = { [worker]: [`${stream}/consumer/worker:1700000000`] }
    const [streamed] = kinesisEvent([{ number: 1 }]).Records
    const result = await redriven(written(stream, { lambda: { arn: worker } }, 'kinesis', streamed), { mappings })
    expect(result).toMatchObject({ sent: { 'order-stream': 1 }, kept: 0 })
  })

  test('a forged `eventSourceARN` goes nowhere', async () => {
    const { reason, ...rest } = await redriven(written(admin))
    expect(reason).toMatch(
      /^Lambda worker, which wrote it, does not read arn:aws:sqs:us-east-1:123456789012:admin\. Check/,
    )
    expect(rest).toMatchObject({ sent: {}, kept: 1, admin: [], orders: [] })
  })

  test.each(['AROAEXAMPLE:api', 'AIDAEXAMPLE', 'worker', ''])(
    'a forged Lambda goes nowhere: SQS says that %p sent the dead letter',
    async (senderId) => {
      const { reason, ...rest } = await redriven(written(admin), { mappings: { [worker]: [admin] }, senderId })
      expect(reason).toMatch(/^it says that Lambda worker wrote it, but SQS says that another sender did/)
      expect(rest).toMatchObject({ sent: {}, kept: 1, admin: [], asked: [] })
    },
  )

  test.each([
    ['no Lambda', {}, /^it does not say which Lambda wrote it/],
    ['no ARN of a Lambda', { lambda: { name: 'worker', arn: orders } }, /^it does not say which Lambda wrote it/],
    ['a Lambda in another account', { lambda: { arn: worker.replace(account, '999999999999') } }, /another account/],
    ['a Lambda in another region', { lambda: { arn: worker.replace('us-east-1', 'eu-west-1') } }, /account or region/],
    [
      'a Lambda that is gone',
      { lambda: { arn: `${worker}:live` } },
      /^the event source mappings of Lambda worker could not be read \(ResourceNotFoundException\)\. Grant lambda:ListEventSourceMappings/,
    ],
  ])('%s: it stays', async (_, members, expected) => {
    const { reason, ...rest } = await redriven(written(orders, members))
    expect(reason).toMatch(expected)
    expect(rest).toMatchObject({ sent: {}, kept: 1, orders: [] })
  })
})

describe('without `to`, in an account: a message that SQS moved', () => {
  test('goes to the queue that SQS says, whatever its body says', async () => {
    const forged = written(admin)
    const { reason, ...rest } = await redriven(forged, { movedFrom: orders, mappings: { [worker]: [admin] } })
    expect(reason).toBe('')
    expect(rest).toMatchObject({ sent: { orders: 1 }, kept: 0, orders: [forged], admin: [], asked: [] })
  })
})

describe('without `to`, in an emulator', () => {
  const variables = [
    'AWS_ENDPOINT_URL',
    'AWS_ENDPOINT_URL_LAMBDA',
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_REGION',
  ]
  const before = variables.map((name) => [name, process.env[name]] as const)
  afterEach(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  })

  const drop = () => {
    throw new FailButContinue('of the test')
  }
  /** A Lambda that drops an event, and keeps it. */
  const dropped = async (running: LocalPipeline, name: string, context = {}): Promise<void> => {
    const sender = () => queueSqs({ client: running.clients.sqs })
    const deadLetter = queue({ type: 'sqs', name: 'dead-letters', sender })
    const event = sqsEvent([{ number: 1 }], { name })
    await invoke(middy().use(lpipe({ call: drop, deadLetter, logger: silentLogger() })), event, context)
  }

  test('of SQS alone, which has no event source mappings, a dead letter is believed', async () => {
    const running = await start({ queues })
    await dropped(running, 'orders')
    const result = await redrive({ from: 'dead-letters', audit, ...clientsOf(running) })
    expect(result).toMatchObject({ redriven: 1, sent: { orders: 1 } })
    expect(await bodiesIn('orders')).toEqual([{ number: 1 }])
  })

  test('a dead letter of an invocation that was not one of Lambda stays', async () => {
    const running = await start({ queues })
    await dropped(running, 'admin', { invokedFunctionArn: undefined as never })
    const result = await redrive({ from: 'dead-letters', audit, ...clientsOf(running) })
    expect(result).toMatchObject({
      redriven: 0,
      left: [{ reason: expect.stringMatching(/^it does not say which Lambda/) }],
    })
    expect(await bodiesIn('admin')).toEqual([])
  })

  test('a Lambda API that is configured is asked', async () => {
    const running = await start({ queues })
    const test = 'arn:aws:lambda:us-east-1:000000000000:function:test'
    const { endpoint, lambda } = await startLambdaApi({ [test]: [emulated] })
    await dropped(running, 'admin')
    const credentials = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local', AWS_REGION: 'us-east-1' }
    for (const [option, environment] of [
      [{ lambda }, {}],
      [{}, { AWS_ENDPOINT_URL_LAMBDA: endpoint, ...credentials }],
      [{}, { AWS_ENDPOINT_URL_LAMBDA: undefined, AWS_ENDPOINT_URL: endpoint }],
    ] as const) {
      for (const [name, value] of Object.entries(environment)) {
        if (value === undefined) delete process.env[name]
        else process.env[name] = value
      }
      const result = await redrive({ from: 'dead-letters', audit, ...clientsOf(running), ...option })
      expect(result).toMatchObject({
        left: [{ reason: expect.stringMatching(/^Lambda test, .* does not read .*:admin/) }],
      })
    }
    expect(await bodiesIn('admin')).toEqual([])
    await dropped(running, 'orders')
    const result = await redrive({ from: 'dead-letters', audit, ...clientsOf(running), lambda })
    expect(result).toMatchObject({ redriven: 1, sent: { orders: 1 } })
  })
})
