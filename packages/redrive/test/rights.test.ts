import { readFileSync } from 'node:fs'
import type { KinesisClient } from '@aws-sdk/client-kinesis'
import { LambdaClient } from '@aws-sdk/client-lambda'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { expect, test } from '@jest/globals'
import { redrive } from '@lpipe/redrive'
import { kinesisEvent, sqsEvent } from '@lpipe/testing'
import { deadLetterOf, start } from './pipeline.ts'

const guide = readFileSync(new URL('../../../docs/iam-and-order.md', import.meta.url), 'utf8')

/** The calls to AWS that rows of the guide name. */
const documented = (...uses: readonly string[]): string[] => {
  const rows = uses.map((use) => guide.split('\n').find((line) => line.startsWith(`| ${use} |`)) ?? '')
  return rows.flatMap((row) => [...(row.split(' | ')[1] ?? '').matchAll(/`([A-Z]\w+)`/g)].map(([, name = '']) => name))
}

test('redrive makes the calls that the guide names, and no others', async () => {
  const running = await start({
    queues: { orders: {}, 'dead-letters': {} },
    streams: { clicks: {} },
    functions: { work: { handler: async () => ({ batchItemFailures: [] }), source: { queue: 'orders' } } },
  })
  const [order] = sqsEvent([{ number: 1 }], { name: 'orders' }).Records
  const [click] = kinesisEvent([{ number: 2 }], { name: 'clicks' }).Records
  const writer = { name: 'work', arn: 'arn:aws:lambda:us-east-1:000000000000:function:work', requestId: null }
  await running.send('dead-letters', [
    deadLetterOf('sqs', order, order?.eventSourceARN ?? '', { lambda: writer }),
    deadLetterOf('kinesis', click, click?.eventSourceARN ?? '', { lambda: writer }),
  ])
  const calls = new Set<string>()
  /** A client whose calls are remembered. */
  const watched = <C extends SQSClient | KinesisClient | LambdaClient>(client: C): C => {
    const stack = client.middlewareStack as SQSClient['middlewareStack']
    stack.add((next, { commandName }) => (args) => {
      calls.add(String(commandName).replace(/Command$/, ''))
      return next(args)
    })
    return client
  }
  const lambda = new LambdaClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    endpoint: running.environment['AWS_ENDPOINT_URL_LAMBDA'] ?? '',
  })
  const clients = {
    client: watched(running.clients.sqs),
    kinesis: watched(running.clients.kinesis),
    lambda: watched(lambda),
  }

  // Without `to` the sources of the Lambda are looked up; the stream is none of them, so that its letter stays.
  await redrive({ from: 'dead-letters', audit: () => undefined, ...clients })
  await redrive({ from: 'dead-letters', to: ['orders', 'clicks'], audit: () => undefined, ...clients })
  lambda.destroy()

  expect([...calls].sort()).toEqual(
    [
      ...new Set(
        documented(
          '`redrive()`, `listDeadLetters()`, `dryRun()`, `discardDeadLetters()`',
          '`redrive()`',
          '`redrive()` without `to`',
        ),
      ),
    ].sort(),
  )
})
