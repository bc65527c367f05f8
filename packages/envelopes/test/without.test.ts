import { deflateSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { base64, cloudWatchLogs, compressed, eventBridge, kpl, s3, sns } from '@lpipe/envelopes'
import { eventBridgeEvent, snsEvent, sqsEvent } from '@lpipe/testing'
import { action, fn } from 'lpipe-preset'
import { run, runPaths } from './run.ts'
import { aggregated, gzipped, kinesisBytes, logData, notification, s3Notification, s3TestEvent } from './samples.ts'

const secret = 'a secret of the message'
const base64Of = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64')
const paths = (see: unknown) => ({ paths: { ORDER: [see] } })

describe('without the option, a message in an envelope stays on its queue, with an error that names the fix', () => {
  test.each<[what: string, event: object, says: string]>([
    [
      'an SNS notification',
      sqsEvent([notification({ path: 'ORDER', kwargs: { secret } })]),
      'it looks like an SNS notification; set `envelopes: [sns()]` with @lpipe/envelopes, or enable raw message delivery',
    ],
    [
      'an SNS notification that a middleware in front has parsed',
      (() => {
        const event = sqsEvent([''])
        Object.assign(event.Records[0] ?? {}, { body: { ...notification(''), Message: { path: 'ORDER', kwargs: {} } } })
        return event
      })(),
      'it looks like an SNS notification; set `envelopes: [sns()]` with @lpipe/envelopes, or enable raw message delivery',
    ],
    [
      'the event of SNS in the dead-letter queue of a Lambda',
      sqsEvent([snsEvent([{ secret }])]),
      'it looks like an SNS notification; set `envelopes: [sns()]` with @lpipe/envelopes',
    ],
    [
      'the event of CloudWatch Logs in the dead-letter queue of a Lambda',
      sqsEvent([{ awslogs: { data: gzipped(logData([secret])).toString('base64') } }]),
      'it looks like a CloudWatch Logs subscription; set `envelopes: [cloudWatchLogs()]` with @lpipe/envelopes',
    ],
    [
      'the record of an asynchronous invocation, from a destination of a Lambda',
      sqsEvent([
        {
          version: '1.0',
          timestamp: '2026-01-02T10:00:00.000Z',
          requestContext: { requestId: '1', functionArn: 'arn:aws:lambda:f', condition: 'RetriesExhausted' },
          requestPayload: { secret },
          responseContext: { statusCode: 200 },
          responsePayload: {},
        },
      ]),
      'it looks like a record of a Lambda destination; lpipe does not open it. Write an envelope for it with defineEnvelope()',
    ],
    [
      'the record of a batch that was discarded, from a destination of a stream',
      sqsEvent([
        {
          version: '1.0',
          timestamp: '2026-01-02T10:00:00.000Z',
          requestContext: { requestId: '1', functionArn: 'arn:aws:lambda:f', condition: 'RetryAttemptsExhausted' },
          responseContext: { statusCode: 200 },
          KinesisBatchInfo: { shardId: 'shardId-0', startSequenceNumber: '1', endSequenceNumber: '2', batchSize: 500 },
        },
      ]),
      'it looks like a record of a Lambda destination; lpipe does not open it. Write an envelope for it with defineEnvelope()',
    ],
    [
      'an EventBridge event',
      sqsEvent([eventBridgeEvent({ secret })]),
      'it looks like an EventBridge event; set `envelopes: [eventBridge()]` with @lpipe/envelopes',
    ],
    [
      'an S3 notification',
      sqsEvent([s3Notification([secret])]),
      'it looks like an S3 notification; set `envelopes: [s3()]` with @lpipe/envelopes',
    ],
    [
      'a test event of S3',
      sqsEvent([s3TestEvent]),
      'it looks like an S3 notification; set `envelopes: [s3()]` with @lpipe/envelopes',
    ],
    [
      'log events',
      sqsEvent([logData([secret])]),
      'it looks like a CloudWatch Logs subscription; set `envelopes: [cloudWatchLogs()]` with @lpipe/envelopes',
    ],
    [
      'gzip in a stream',
      kinesisBytes(gzipped(logData([secret]))),
      'it looks like compressed data; set `envelopes: [compressed()]` with @lpipe/envelopes, or `[cloudWatchLogs()]` for its logs',
    ],
    [
      'zlib in a queue',
      sqsEvent([deflateSync(JSON.stringify({ secret })).toString('base64')]),
      'it looks like compressed data; set `envelopes: [compressed()]` with @lpipe/envelopes, or `[cloudWatchLogs()]` for its logs',
    ],
    [
      'base64 in a queue',
      sqsEvent([base64Of({ secret })]),
      'it looks like base64; set `envelopes: [base64()]` with @lpipe/envelopes',
    ],
    [
      'base64 with line breaks in a queue',
      sqsEvent([`${base64Of({ secret })}\n`]),
      'it looks like base64; set `envelopes: [base64()]` with @lpipe/envelopes',
    ],
    [
      'base64 that a stream has encoded once more',
      kinesisBytes(Buffer.from(base64Of({ secret }))),
      'it looks like base64; set `envelopes: [base64()]` with @lpipe/envelopes',
    ],
    [
      'compressed base64 that a stream has encoded once more',
      kinesisBytes(Buffer.from(gzipped({ secret }).toString('base64'))),
      'it looks like compressed data; set `envelopes: [compressed()]` with @lpipe/envelopes, or `[cloudWatchLogs()]` for its logs',
    ],
    [
      'records that the KPL aggregated',
      kinesisBytes(aggregated([JSON.stringify({ secret })])),
      'it looks like records that the KPL aggregated; set `envelopes: [kpl()]` with @lpipe/envelopes',
    ],
    [
      'a claim check',
      sqsEvent([['software.amazon.payloadoffloading.PayloadS3Pointer', { s3BucketName: 'large', s3Key: secret }]]),
      'it looks like a pointer of the extended client library to an object in S3 (claim check); lpipe does not load it. ' +
        'Load it in a middleware before lpipe, or send the message itself',
    ],
    [
      'a claim check of .NET',
      sqsEvent([{ s3BucketName: 'large', s3Key: secret }]),
      'it looks like a pointer of the extended client library to an object in S3 (claim check); lpipe does not load it. ' +
        'Load it in a middleware before lpipe, or send the message itself',
    ],
    [
      'a claim check of .NET with capitals',
      sqsEvent([{ S3BucketName: 'large', S3Key: secret }]),
      'it looks like a pointer of the extended client library to an object in S3 (claim check); lpipe does not load it. ' +
        'Load it in a middleware before lpipe, or send the message itself',
    ],
  ])('%s', async (_, event, says) => {
    const { seen, outcomes, response } = await runPaths(event, undefined as never, paths)
    expect(seen).toEqual([])
    expect(outcomes).toEqual([
      expect.stringMatching(/^failed: InvalidConfigurationError: record [\w-]+: it looks like /),
    ])
    expect(outcomes[0]?.split(/: record [\w-]+: /)[1]).toBe(says)
    expect(outcomes[0]).not.toContain(secret)
    expect((response as { batchItemFailures: unknown[] }).batchItemFailures).toHaveLength(1)
  })

  test('the event of S3 itself: the error names the package', async () => {
    const { error } = await run(s3Notification(['a']), undefined as never)
    expect(String(error)).toContain(
      'received records of aws:s3. None of it was processed. Install @lpipe/envelopes and set `envelopes: [s3()]`, or add it to the list',
    )
  })

  test('also where other envelopes are set, and inside of them', async () => {
    const cases = [
      [sqsEvent([notification(eventBridgeEvent({ secret }))]), [sns()], 'eventBridge()'],
      [sqsEvent([notification(gzipped({ secret }).toString('base64'))]), [sns()], 'compressed()'],
      [sqsEvent([eventBridgeEvent({ secret })]), [sns(), s3()], 'eventBridge()'],
      [kinesisBytes(aggregated(['{}'])), [compressed()], 'kpl()'],
      [kinesisBytes(gzipped(logData([secret]))), [compressed()], 'cloudWatchLogs()'],
      [sqsEvent([base64Of(notification({}))]), [base64()], 'sns()'],
    ] as const
    for (const [event, envelopes, fix] of cases) {
      const { outcomes } = await runPaths(event, envelopes, paths)
      expect(outcomes).toEqual([expect.stringMatching(/^failed: InvalidConfigurationError: /)])
      expect(outcomes[0]).toContain(`set \`envelopes: [${fix}]\``)
    }
  })
})

describe('is dropped as ever', () => {
  const damaged = aggregated(['{}'])
  damaged.writeUInt8((damaged.at(-1) as number) ^ 1, damaged.length - 1)

  test.each<[what: string, event: object]>([
    ['a text', sqsEvent(['test'])],
    ['a text that is base64 of a text', sqsEvent([Buffer.from('a text').toString('base64')])],
    ['an empty text', sqsEvent([''])],
    ['bytes that are not UTF-8', kinesisBytes(Buffer.from([0xff, 0xfe]))],
    ['a record with the magic number of the KPL and a wrong MD5', kinesisBytes(damaged)],
    ['an array', sqsEvent([[1, { s3Key: 7 }]])],
    ['an object without a path', sqsEvent([{ Message: 'x', Type: 'y', detail: 1, Records: [{}] }])],
  ])('%s', async (_, event) => {
    for (const envelopes of [undefined, [kpl(), cloudWatchLogs(), compressed(), sns(), eventBridge(), s3()]]) {
      const { outcomes } = await runPaths(event, envelopes as never, paths)
      expect(outcomes).toEqual([expect.stringMatching(/^dropped: InvalidPayloadError: record /)])
    }
  })
})

describe('kwargs that are an envelope, and that are refused because of it, stay on the queue', () => {
  const validate = (value: unknown) =>
    typeof Object(value).secret === 'string' ? { value } : { issues: [{ message: 'required', path: ['secret'] }] }
  const schema = { '~standard': { version: 1, vendor: 'test', validate } } as const
  const order = fn(schema, () => undefined, { name: 'order' })
  const take = action({ functions: [() => undefined], requiredParams: ['secret'] })

  test.each<[what: string, options: object, where: string]>([
    ['a signature under `call`', { call: order }, 'order'],
    ['a signature on the default path', { paths: { ORDER: [order] }, defaultPath: 'ORDER' }, 'order (path ORDER)'],
    ['required params', { paths: { ORDER: [take] }, defaultPath: 'ORDER' }, 'secret (path ORDER)'],
  ])('%s', async (_, options, where) => {
    for (const [body, what] of [
      [notification({ secret }), 'an SNS notification'],
      [eventBridgeEvent({ secret }), 'an EventBridge event'],
      [s3Notification([secret]), 'an S3 notification'],
    ] as const) {
      const { outcomes, response } = await runPaths(sqsEvent([body]), undefined as never, () => options)
      expect(outcomes).toEqual([
        expect.stringContaining(`failed: InvalidConfigurationError: ${where}: it looks like ${what}; set `),
      ])
      expect(outcomes[0]).not.toContain(secret)
      expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }] })
    }
    const { outcomes } = await runPaths(sqsEvent([{ other: 1 }]), undefined as never, () => options)
    expect(outcomes).toEqual([expect.stringContaining('dropped: InvalidPayloadError: ')])
  })
})

test('with `call` an object is the kwargs, whatever it looks like', async () => {
  const event = sqsEvent([notification({ id: 1 })])
  expect((await run(event, undefined as never)).seen).toMatchObject([{ Type: 'Notification' }])
})
