import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { localPipeline } from '@lpipe/local'
import { silentLogger, sqsEvent } from '@lpipe/testing'
import { type BuildOptions, build } from 'esbuild'
import { runtimes } from './run.ts'
import { type InvocationResult, type Lambda, startLambda } from './runtime-api.ts'

const installed = process.env['LPIPE_INSTALLED'] as string
const program = fileURLToPath(new URL('../program', import.meta.url))
const task = join(installed, 'task')

const orders = (...names: readonly string[]) => names.map((name, id) => ({ path: 'ORDER', kwargs: { id, name } }))

/** A graph that names a path that does not exist. */
const wrongGraph = `
  import middy from '@middy/core'
  import { action, lpipe } from 'lpipe-preset'
  export const handler = middy().use(lpipe({ paths: { ORDER: [action({ paths: ['NOWHERE'] })] } }))`

const forLambda: BuildOptions = {
  nodePaths: [join(installed, 'seven/node_modules')],
  bundle: true,
  minify: true,
  sourcemap: 'inline',
  platform: 'node',
  target: 'node22',
  format: 'esm',
  logLevel: 'silent',
}

beforeAll(async () => {
  await build({ ...forLambda, entryPoints: [join(program, 'handler.ts')], outfile: join(task, 'index.mjs') })
  await build({ ...forLambda, stdin: { contents: wrongGraph, resolveDir: task }, outfile: join(task, 'wrong.mjs') })
})

describe.each(runtimes)("under Lambda's runtime API, Node %s", (_, node) => {
  let lambda: Lambda
  beforeAll(async () => {
    lambda = await startLambda(node, task, 'index.handler')
    await lambda.ready()
  })
  afterAll(() => lambda.stop())

  /** A function of a pipeline whose code runs behind the runtime API, and what went through it. */
  const forwarded = () => {
    const seen: { event: { Records: Record<string, never>[] }; result: InvocationResult }[] = []
    const handler = async (event: never, context: { getRemainingTimeInMillis(): number }) => {
      const result = await lambda.invoke(event, context.getRemainingTimeInMillis())
      seen.push({ event, result })
      if (result.status === 'error') throw new Error(JSON.stringify(result.body))
      return result.body
    }
    return { seen, handler }
  }

  test('messages of an SQS queue: a failed one comes back, and goes to the dead-letter queue at last', async () => {
    const { seen, handler } = forwarded()
    const local = await localPipeline({
      queues: { orders: { visibilityTimeout: 60, deadLetter: { queue: 'dead', maxReceiveCount: 2 } }, dead: {} },
      functions: { orders: { handler, timeout: 60, source: { queue: 'orders', retryAfterSeconds: 0 } } },
      environment: false,
      logger: silentLogger(),
    })
    try {
      await local.send('orders', [...orders('Ada', 'fail', 'drop'), 'no JSON'])
      await local.drained()
      const [dead, ...others] = await local.contents('dead')
      expect(others).toEqual([])
      expect(dead).toMatchObject({ body: orders('Ada', 'fail')[1] })
      const failing = seen
        .flatMap(({ event }) => event.Records)
        .filter(({ body = '' }) => String(body).includes('fail'))
      const reported = seen.flatMap(({ result }) => (result.body as { batchItemFailures: object[] }).batchItemFailures)
      expect(failing).toHaveLength(2)
      expect(reported).toEqual(failing.map(({ messageId }) => ({ itemIdentifier: messageId })))
    } finally {
      await local.stop()
    }
  })

  test('records of a Kinesis stream: the first failed one is reported', async () => {
    const { seen, handler } = forwarded()
    const local = await localPipeline({
      streams: { orders: {} },
      functions: { orders: { handler, timeout: 60, source: { stream: 'orders', maximumRetryAttempts: 0 } } },
      environment: false,
      logger: silentLogger(),
    })
    try {
      await local.send('orders', orders('Ada', 'fail', 'Bob', 'fail'))
      await local.drained()
      const [first] = seen
      const failing = first?.event.Records.find(({ kinesis }) => atob(kinesis?.['data'] ?? '').includes('fail'))
      expect(first?.result.body).toEqual({
        batchItemFailures: [{ itemIdentifier: failing?.['kinesis']?.['sequenceNumber'] }],
      })
    } finally {
      await local.stop()
    }
  })

  test('a thrown error is an error of the function, and the next invocation runs', async () => {
    const unknown = await lambda.invoke({ Records: [{ eventSource: 'aws:s3' }] })
    expect(unknown).toMatchObject({ status: 'error', body: { errorType: 'InvalidPayloadError' } })
    const raw = await lambda.invoke(orders('fail'))
    expect(raw).toMatchObject({ status: 'error', body: { errorType: 'FailCatastrophically' } })
    expect(await lambda.invoke(orders('Ada'))).toMatchObject({
      status: 'response',
      body: { event: 'Finished.', stats: { received: 1, successes: 1 }, output: [{ shipped: 0 }] },
    })
  })

  test.each(['wait', 'hang'])(
    'a function that does not end (%s): the response is in time, and names the messages that did not run',
    async (name) => {
      expect(await lambda.invoke(sqsEvent(orders('Ada', name, 'Bob')), 5000)).toEqual({
        status: 'response',
        body: { batchItemFailures: [{ itemIdentifier: 'message-1' }, { itemIdentifier: 'message-2' }] },
        inTime: true,
      })
      expect(lambda.printed()).toContain('2 messages did not finish in time')
    },
  )

  test('an invalid graph is an error when the function is loaded', async () => {
    const wrong = await startLambda(node, task, 'wrong.handler')
    expect(await wrong.initError).toMatchObject({
      errorType: 'InvalidConfigurationError',
      errorMessage: expect.stringContaining('NOWHERE'),
    })
    await wrong.stop()
  })
})
