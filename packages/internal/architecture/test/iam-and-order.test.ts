/** Each row of the tables in docs/iam-and-order.md: the calls to AWS, and the order with other middlewares. */
import { readFileSync } from 'node:fs'
import { Logger } from '@aws-lambda-powertools/logger'
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware'
import { Metrics } from '@aws-lambda-powertools/metrics'
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware'
import { describe, expect, test } from '@jest/globals'
import { metrics } from '@lpipe/metrics'
import { queueEventBridge } from '@lpipe/queue-eventbridge'
import { queueSns } from '@lpipe/queue-sns'
import { sentry } from '@lpipe/sentry'
import { invoke, memoryLogger, silentLogger, sqsEvent } from '@lpipe/testing'
import middy, { type MiddlewareObj } from '@middy/core'
import * as Sentry from '@sentry/aws-serverless'
import {
  FailButContinue,
  FailCatastrophically,
  type LpipeContext,
  type LpipeOptions,
  lpipe,
  payload,
  queue,
  queueKinesis,
  queueSqs,
} from 'lpipe-preset'

const guide = readFileSync(new URL('../../../../docs/iam-and-order.md', import.meta.url), 'utf8')

describe('the table of rights', () => {
  /** A client that accepts everything, and remembers the calls. */
  const fakeClient = (calls: string[]): never => {
    const send = async (command: { readonly input: Readonly<Record<string, never[]>> }) => {
      calls.push(command.constructor.name.replace(/Command$/, ''))
      const { Entries = [], Records = [], PublishBatchRequestEntries = [] } = command.input
      return {
        QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/123456789012/orders',
        Successful: [...Entries, ...PublishBatchRequestEntries].map(({ Id }) => ({ Id })),
        Entries: Entries.map(() => ({ EventId: '1' })),
        Records: Records.map(() => ({ SequenceNumber: '1' })),
      }
    }
    return { send } as never
  }

  const url = 'https://sqs.eu-west-1.amazonaws.com/123456789012/merch'
  const sends = (to: ReturnType<typeof queue>) => ({ call: (kwargs: object) => payload({ queue: to, kwargs }) })
  const fails = () => {
    throw new FailCatastrophically('later', { retryAfterSeconds: 1 })
  }
  const drops = () => {
    throw new FailButContinue('no')
  }
  let at = 0
  const everySecondFails = () => {
    at += 1
    if (at % 2 === 0) throw new FailCatastrophically('later')
  }

  type Make = (sqs: ReturnType<typeof queueSqs>) => LpipeOptions
  const uses: readonly (readonly [use: string, Make])[] = [
    ["`queue({ type: 'sqs', url })`", () => sends(queue({ type: 'sqs', url }))],
    ["`queue({ type: 'sqs', name })`", () => sends(queue({ type: 'sqs', name: 'merch' }))],
    ["`queue({ type: 'kinesis', name })`", () => sends(queue({ type: 'kinesis', name: 'clicks' }))],
    [
      "`queue({ type: 'sns', name })` of `@lpipe/queue-sns`",
      () => sends(queue({ type: 'sns', name: 'arn:aws:sns:eu-west-1:123456789012:merch', sender: queueSns })),
    ],
    [
      "`queue({ type: 'eventbridge', name })` of `@lpipe/queue-eventbridge`",
      () => sends(queue({ type: 'eventbridge', name: 'shop', source: 's', detailType: 'd', sender: queueEventBridge })),
    ],
    ["`partialFailures: 'delete'`", (sqs) => ({ call: everySecondFails, partialFailures: 'delete', sqs })],
    ['`retryDelaySeconds`, `retryAfterSeconds`', (sqs) => ({ call: fails, sqs })],
  ]

  const callsOf = async (make: Make): Promise<string[]> => {
    const calls: string[] = []
    const client = fakeClient(calls)
    const sqs = queueSqs({ client })
    const senders = {
      sqs,
      kinesis: queueKinesis({ client }),
      sns: queueSns({ client }),
      eventbridge: queueEventBridge({ client }),
    }
    const options = { senders, logger: silentLogger(), ...make(sqs) }
    const handler = middy().use(lpipe(options))
    await invoke(handler, sqsEvent([{ id: 1 }, { id: 2 }])).catch(() => undefined)
    return [...new Set(calls)].sort()
  }

  test.each(uses)('%s', async (use, make) => {
    const row = guide.split('\n').find((line) => line.startsWith(`| ${use} |`))
    const documented = [...(row?.split(' | ')[1] ?? '').matchAll(/`([A-Z]\w+)`/g)].map(([, name]) => name)
    expect(await callsOf(make)).toEqual(documented.sort())
  })

  /** @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html */
  const rights: Readonly<Record<string, string>> = {
    GetQueueUrl: 'sqs:GetQueueUrl',
    GetQueueAttributes: 'sqs:GetQueueAttributes',
    SendMessage: 'sqs:SendMessage',
    SendMessageBatch: 'sqs:SendMessage',
    ReceiveMessage: 'sqs:ReceiveMessage',
    DeleteMessageBatch: 'sqs:DeleteMessage',
    ChangeMessageVisibilityBatch: 'sqs:ChangeMessageVisibility',
    PutRecord: 'kinesis:PutRecord',
    PutRecords: 'kinesis:PutRecords',
    PublishBatch: 'sns:Publish',
    DescribeEventBus: 'events:DescribeEventBus',
    PutEvents: 'events:PutEvents',
    ListEventSourceMappings: 'lambda:ListEventSourceMappings',
  }

  test('each row names the rights of its calls', () => {
    const [, table = ''] = guide.split('\n## ')
    const rows = table.split('\n').filter((line) => line.startsWith('| ') && line.includes(' | `'))
    const withCalls = rows.map((row) => row.split(' | ')).filter(([, calls = '']) => calls.startsWith('`'))
    for (const [, calls = '', right = ''] of withCalls) {
      const named = [...calls.matchAll(/`([A-Z]\w+)`/g)].map(([, name = '']) => rights[name])
      expect([...right.matchAll(/`(\w+:\w+)`/g)].map(([, name]) => name).sort()).toEqual([...new Set(named)].sort())
    }
    expect(withCalls.length).toBeGreaterThan(9)
  })

  test('every other row is run elsewhere', () => {
    const [, table = ''] = guide.split('\n## ')
    const rows = table.split('\n').filter((line) => line.startsWith('| '))
    const others = rows.filter((row) => !uses.some(([use]) => row.startsWith(`| ${use} |`))).slice(2)
    const elsewhere = others.map((row) => row.split(' | ')[0])
    expect(elsewhere).toEqual([
      '| `deadLetter: queue(...)`', // below
      // packages/redrive/test/rights.test.ts
      '| `redrive()`, `listDeadLetters()`, `dryRun()`, `discardDeadLetters()`',
      '| `redrive()`',
      '| `redrive()` without `to`',
      '| `@lpipe/metrics`, `@lpipe/sentry`, `@lpipe/opentelemetry`', // no calls
    ])
  })

  test('a dead letter is sent as its type is', async () => {
    const deadLetter = queue({ type: 'sqs', name: 'dropped' })
    expect(await callsOf(() => ({ call: drops, deadLetter }))).toEqual(['GetQueueUrl', 'SendMessageBatch'])
  })

  test('no other use calls AWS', async () => {
    expect(await callsOf(() => ({ call: () => undefined }))).toEqual([])
  })
})

describe('the table of the order with other middlewares', () => {
  const failed = { batchItemFailures: [{ itemIdentifier: 'message-1' }] }
  const event = () => sqsEvent([{ id: 1 }, { id: 2 }])
  const work = ({ id }: { id?: number }) => {
    if (id === 2) throw new FailCatastrophically('later')
  }

  /** Invokes a handler with other middlewares before and after lpipe's. */
  const respond = (
    { before = [], after = [] }: { before?: readonly MiddlewareObj[]; after?: readonly MiddlewareObj[] },
    options: Partial<LpipeOptions> = {},
  ): Promise<unknown> => {
    const handler = middy()
      .use([...before])
      .use(lpipe({ call: work, logger: silentLogger(), ...options }))
      .use([...after])
    return invoke(handler, event())
  }

  test('each row is run by a test', () => {
    const [, , table = ''] = guide.split('\n## ')
    const rows = table.split('\n').filter((line) => line.startsWith('| '))
    expect(rows.slice(2).map((row) => row.split(' | ')[0]?.slice(2))).toEqual([
      // here
      'that provides something to functions: secrets, parameters, clients',
      'that parses bodies, for example `@middy/sqs-json-body-parser`, `@middy/event-normalizer`',
      'that validates the event, for example `@middy/validator`',
      'a warm-up middleware, which returns early',
      // other-middlewares.test.ts
      'that logs or counts, for example `@middy/input-output-logger`, `@middy/error-logger`, `@middy/cloudwatch-metrics`, `@middy/do-not-wait-for-empty-event-loop`',
      // here
      '`injectLambdaContext`, `captureLambdaHandler` and `logMetrics` of Powertools',
      '`metrics()` of `@lpipe/metrics`',
      '`sentry()` of `@lpipe/sentry`',
      'a middleware that reads `context.lpipe` after the batch',
      'that changes the response in `after`',
      'that sets a response in `onError`, for example `@middy/http-error-handler`',
      // packages/internal/bench/test/left-out.test.ts
      '`@middy/sqs-partial-batch-failure`',
      'the batch processing of Powertools',
      // other-middlewares.test.ts
      'idempotency middlewares',
    ])
  })

  test.each(['before', 'after'] as const)('that provides something to functions: %s', async (place) => {
    const seen: unknown[] = []
    const provides: MiddlewareObj = {
      before: ({ context }) => {
        Object.assign(context, { secret: 'known' })
      },
    }
    const call = (_: object, { context }: { context: object }) =>
      void seen.push((context as { secret?: string }).secret)
    await respond({ [place]: [provides] }, { call })
    expect(seen).toEqual(['known', 'known'])
  })

  test('that parses bodies: before', async () => {
    const parses: MiddlewareObj = {
      before: ({ event }) => {
        for (const record of (event as { Records: { body: unknown }[] }).Records)
          record.body = JSON.parse(`${record.body}`)
      },
    }
    expect(await respond({ before: [parses] })).toEqual(failed)
  })

  test('that validates the event: before. Its error keeps the whole batch', async () => {
    const refuses: MiddlewareObj = {
      before: () => {
        throw new Error('invalid event')
      },
    }
    await expect(respond({ before: [refuses] })).rejects.toThrow('invalid event')
  })

  test('a warm-up middleware, which returns early: before', async () => {
    expect(await respond({ before: [{ before: () => 'warm' }] })).toBe('warm')
  })

  test('Powertools, and metrics() of lpipe: before', async () => {
    const quiet = new Logger({ logLevel: 'SILENT' })
    const counts = new Metrics({ namespace: 'test', logger: { ...silentLogger() } as never })
    const lines: string[] = []
    counts.publishStoredMetrics = () => {
      lines.push('published')
      return counts
    }
    const order = await respond({
      before: [injectLambdaContext(quiet), logMetrics(counts), metrics({ namespace: 'test' })],
    })
    expect(order).toEqual(failed)
    expect(lines.length).toBeGreaterThan(0)
  })

  test.each(['before', 'after'] as const)('sentry(): %s', async (place) => {
    expect(await respond({ [place]: [sentry({ sdk: Sentry })] })).toEqual(failed)
  })

  test('that reads context.lpipe after the batch: before', async () => {
    const outcomes: unknown[] = []
    const reads: MiddlewareObj = {
      after: ({ context }) => {
        for (const { outcome } of (context as LpipeContext).lpipe.received) outcomes.push(outcome)
      },
    }
    await respond({ before: [reads] })
    expect(outcomes).toEqual(['succeeded', 'failed'])
  })

  test('that changes the response in `after`: not with lpipe', async () => {
    const changes: MiddlewareObj = {
      after: (request) => {
        request.response = {}
      },
    }
    await expect(respond({ before: [changes] })).rejects.toThrow('another middleware set a response')
    expect(await respond({ before: [changes] }, { call: () => undefined })).toEqual({})
  })

  test('that sets a response in `onError`: it is ignored', async () => {
    const handles: MiddlewareObj = {
      onError: (request) => {
        request.response = { statusCode: 500 }
      },
    }
    const throws: MiddlewareObj = {
      after: () => {
        throw new Error('of a middleware')
      },
    }
    await expect(respond({ before: [handles], after: [throws] })).rejects.toThrow('of a middleware')
  })

  test('the default outcome of an unknown error is logged where the README says', async () => {
    const logger = memoryLogger()
    const call = () => {
      throw new Error('unknown')
    }
    expect(await respond({}, { call, logger })).toEqual({ batchItemFailures: [] })
    expect(await respond({}, { call, logger, unhandled: 'retry' })).not.toEqual({ batchItemFailures: [] })
    expect(logger.lines.filter(({ level }) => level === 'error').length).toBe(4)
  })
})
