import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { InvalidConfigurationError, type Message } from '@lpipe/core'
import type { Envelope } from '@lpipe/core/envelope'
import { base64, cloudWatchLogs, compressed, eventBridge, kpl, s3, sns } from '@lpipe/envelopes'
import { eventBridgeEvent, invoke, kinesisEvent, silentLogger, snsEvent, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { lpipe } from 'lpipe-preset'
import { run, runPaths } from './run.ts'
import { aggregated, gzipped, kinesisBytes, logData, notification, s3Notification, s3TestEvent } from './samples.ts'

const success = { batchItemFailures: [] }

/** Returns the headers of each message, in a handler of its own. */
const headersOf = async (event: unknown, envelopes: readonly Envelope[]): Promise<object[]> => {
  const headers: object[] = []
  const handler = middy((_event: unknown, { lpipe: { messages } }: { lpipe: { messages: readonly Message[] } }) => {
    headers.push(...messages.map((message) => ({ ...message.headers })))
    return Promise.allSettled(messages)
  })
  await invoke(handler.use(lpipe({ envelopes, logger: silentLogger() })) as never, event)
  return headers
}

describe('sns', () => {
  test('opens a notification in a queue: the message is its text', async () => {
    const { seen, response } = await run(sqsEvent([notification({ id: 1 }), { id: 2 }]), [sns()])
    expect(seen).toEqual([{ id: 1 }, { id: 2 }])
    expect(response).toEqual(success)
  })

  test('opens a notification whose text a middleware in front has parsed too', async () => {
    const event = sqsEvent([''])
    const [record] = event.Records
    if (record) record.body = { ...notification(''), Message: { id: 1 } } as never
    expect((await run(event, [sns()])).seen).toEqual([{ id: 1 }])
  })

  test('its attributes are headers, and replace those of the queue', async () => {
    const event = sqsEvent([notification({}, { tenant: 'ada', both: 'inner' })])
    Object.assign(event.Records[0] as object, {
      messageAttributes: { both: { stringValue: 'outer' }, mine: { stringValue: 'x' } },
    })
    const binary = notification({})
    Object.assign(binary.MessageAttributes, { blob: { Type: 'Binary', Value: 'AAAA' } })
    expect(await headersOf(event, [sns({ path: 'P' })])).toEqual([{ tenant: 'ada', both: 'inner', mine: 'x' }])
    expect(await headersOf(sqsEvent([binary]), [sns({ path: 'P' })])).toEqual([{}])
  })

  test('a path from the notification', async () => {
    const path = ({ TopicArn }: { TopicArn: string }) => TopicArn.split(':').at(-1)
    const event = sqsEvent([notification({ id: 1 })])
    const { seen } = await runPaths(event, [sns({ path })], (see) => ({ paths: { ORDERS: [see] } }))
    expect(seen).toEqual([{ id: 1 }])
  })

  test('a path that the function leaves out is that of the message', async () => {
    const event = sqsEvent([notification({ path: 'OWN', kwargs: { id: 1 } })])
    const { seen } = await runPaths(event, [sns({ path: () => undefined })], (see) => ({ paths: { OWN: [see] } }))
    expect(seen).toEqual([{ id: 1 }])
  })

  test('a message that asks to confirm a subscription stays on its queue', async () => {
    const request = {
      ...notification('You have chosen to subscribe'),
      Type: 'SubscriptionConfirmation',
      Token: 'secret',
    }
    const { seen, outcomes } = await run(sqsEvent([request]), [sns()])
    expect(seen).toEqual([])
    expect(outcomes).toEqual([
      'failed: InvalidConfigurationError: it asks to confirm a subscription to an SNS topic. Confirm it: ' +
        'https://docs.aws.amazon.com/sns/latest/dg/sns-send-message-to-sqs-cross-account.html',
    ])
  })

  test('a message that says that a subscription has ended stays on its queue', async () => {
    const request = {
      ...notification('You have chosen to deactivate'),
      Type: 'UnsubscribeConfirmation',
      Token: 'secret',
    }
    expect((await run(sqsEvent([request]), [sns()])).outcomes).toEqual([
      'failed: InvalidConfigurationError: it says that the subscription to an SNS topic has ended. Subscribe the queue again, ' +
        'or delete the message',
    ])
  })

  test('opens the event of a Lambda that SNS invokes, in the dead-letter queue of the Lambda', async () => {
    const event = snsEvent([{ id: 1 }, eventBridgeEvent({ id: 2 })], { attributes: { tenant: 'ada' } })
    const { seen, response } = await run(sqsEvent([event]), [sns(), eventBridge()])
    expect(seen).toEqual([{ id: 1 }, { id: 2 }])
    expect(response).toEqual(success)
    const headers = await headersOf(sqsEvent([event]), [sns({ path: 'P' })])
    expect(headers).toEqual([{ tenant: 'ada' }, { tenant: 'ada' }])
  })

  test('does not open the event itself: retries would have no deduplication key', async () => {
    const { seen, error } = await run(snsEvent([{ id: 1 }]), [sns()])
    expect(seen).toEqual([])
    expect(String(error)).toContain('Install @lpipe/source-sns and set `source: sns()`')
  })

  test('a text that is not JSON is dropped, and not quoted', async () => {
    const { outcomes } = await run(sqsEvent([notification('a secret')]), [sns()])
    expect(outcomes).toEqual([
      'dropped: InvalidPayloadError: record message-0: its body must be valid JSON, received string',
    ])
  })
})

describe('eventBridge', () => {
  const placed = eventBridgeEvent({ id: 1 }, 'Order Placed')

  test.each([
    ['SQS', sqsEvent([placed])],
    ['Kinesis', kinesisEvent([placed])],
    ['SNS in SQS', sqsEvent([notification(placed)])],
    ['SNS', snsEvent([placed])],
    ['the event itself', placed],
  ])('in %s: the message is its detail, the path may be its type', async (_, event) => {
    const path = ({ 'detail-type': type }: { 'detail-type': string }) => type
    const sources = 'Records' in event && 'EventSource' in (event.Records[0] as object) ? { source: snsSource } : {}
    const options = (see: unknown) => ({ paths: { 'Order Placed': [see] }, ...sources })
    const { seen } = await runPaths(event, [sns(), eventBridge({ path })], options)
    expect(seen).toEqual([{ id: 1 }])
  })

  test('the path is that of the detail by default', async () => {
    const event = sqsEvent([eventBridgeEvent({ path: 'OWN', kwargs: { id: 1 } })])
    const { seen } = await runPaths(event, [eventBridge()], (see) => ({ paths: { OWN: [see] } }))
    expect(seen).toEqual([{ id: 1 }])
  })

  test('its type, source and id are headers, beside those that a sender of lpipe wrote', async () => {
    const event = sqsEvent([eventBridgeEvent({ a: 1, lpipe: { 'lpipe-trail': '1|a', number: 7 } }, 'Made')])
    expect(await headersOf(event, [eventBridge({ path: 'P' })])).toEqual([
      { 'detail-type': 'Made', source: 'lpipe.testing', id: placed.id, 'lpipe-trail': '1|a' },
    ])
  })

  test('a detail that is not an object is dropped', async () => {
    const { outcomes } = await run(sqsEvent([eventBridgeEvent('"text"')]), [eventBridge()])
    expect(outcomes).toEqual([
      'dropped: InvalidPayloadError: record message-0: its body must be an object, received string',
    ])
  })
})

/** SNS that invokes the Lambda: a source of the test's own, because `@lpipe/source-sns` is not needed for more. */
const snsSource = {
  name: 'sns',
  reports: 'none',
  recordsOf: (event: { Records?: readonly unknown[] }) => event.Records,
  idOf: () => undefined,
  contentOf: (record: { Sns: { Message: string } }) => record.Sns.Message,
  bodyOf: (record: { Sns: { Message: string } }) => JSON.parse(record.Sns.Message),
}

describe('s3', () => {
  const keys = ['red flower.jpg', 'a/b+c%.txt', '世界.txt']
  const bodies = keys.map((key) => ({
    eventName: 'ObjectCreated:Put',
    bucket: 'pictures',
    key,
    size: 1024,
    eTag: 'd41d8cd98f00b204e9800998ecf8427e',
    sequencer: '0A1B2C3D4E5F678901',
    eventTime: '2026-01-01T00:00:00.000Z',
  }))

  test.each([
    ['SQS', sqsEvent([s3Notification(keys)])],
    ['SNS in SQS', sqsEvent([notification(s3Notification(keys))])],
    ['the event itself', s3Notification(keys)],
  ])('in %s: a message for each object, with its key decoded', async (_, event) => {
    const { seen, error } = await run(event, [sns(), eventBridge(), s3()])
    expect(error).toBeUndefined()
    expect(seen).toEqual(bodies)
  })

  const created = {
    ...eventBridgeEvent(
      {
        version: '0',
        bucket: { name: 'pictures' },
        object: { key: 'red+flower.jpg', size: 5, etag: 'e', 'version-id': 'v', sequencer: 's' },
        reason: 'PutObject',
      },
      'Object Created',
    ),
    source: 'aws.s3',
  }
  const body = {
    eventName: 'Object Created',
    bucket: 'pictures',
    key: 'red+flower.jpg',
    size: 5,
    eTag: 'e',
    versionId: 'v',
    sequencer: 's',
  }

  test.each([
    ['in a queue', sqsEvent([created])],
    ['the event itself', created],
  ])('through EventBridge, %s, in any order of the envelopes; the key is not encoded there', async (_, event) => {
    expect((await run(event, [s3()])).seen).toEqual([{ ...body, eventTime: created.time }])
    expect((await run(event, [s3(), eventBridge()])).seen).toEqual([{ ...body, eventTime: created.time }])
    expect((await run(event, [eventBridge(), s3()])).seen).toEqual([body])
  })

  test('a path from the object', async () => {
    const path = ({ eventName }: { eventName: string }) => eventName.split(':')[0]
    const event = sqsEvent([s3Notification(['a'], 'ObjectRemoved:Delete')])
    const { seen } = await runPaths(event, [s3({ path })], (see) => ({ paths: { ObjectRemoved: [see] } }))
    expect(seen).toMatchObject([{ key: 'a' }])
  })

  test('an object that was deleted has no size', async () => {
    const event = s3Notification(['a'], 'ObjectRemoved:DeleteMarkerCreated')
    Object.assign(event.Records[0]?.s3 as object, { object: { key: 'a', eTag: 'e', versionId: 'v' } })
    expect((await run(sqsEvent([event]), [s3()])).seen).toEqual([
      {
        eventName: 'ObjectRemoved:DeleteMarkerCreated',
        bucket: 'pictures',
        key: 'a',
        eTag: 'e',
        versionId: 'v',
        eventTime: '2026-01-01T00:00:00.000Z',
      },
    ])
  })

  test('a test event succeeds with nothing to do', async () => {
    const { seen, outcomes, response } = await run(sqsEvent([s3TestEvent, s3Notification(['a'])]), [s3()])
    expect(seen).toMatchObject([{ key: 'a' }])
    expect(outcomes).toEqual(['succeeded'])
    expect(response).toEqual(success)
    expect(await run(sqsEvent([s3TestEvent]), [s3()])).toMatchObject({ outcomes: [], response: success })
    expect(await run(s3TestEvent, [s3()])).toMatchObject({ outcomes: [], error: undefined })
  })

  test.each([
    ['no key', { bucket: { name: 'b' }, object: {} }],
    ['an empty key', { bucket: { name: 'b' }, object: { key: '' } }],
    ['a key that cannot be decoded', { bucket: { name: 'b' }, object: { key: '%E0%A4%A' } }],
    ['no bucket', { object: { key: 'a' } }],
  ])('a notification with %s is dropped', async (_, content) => {
    const event = { Records: [{ eventSource: 'aws:s3', eventName: 'ObjectCreated:Put', s3: content }] }
    expect((await run(sqsEvent([event]), [s3()])).outcomes).toEqual([
      'dropped: InvalidPayloadError: record message-0: its S3 event name, bucket or key is not valid',
    ])
  })

  test('an object that cannot be read is dropped alone', async () => {
    const event = s3Notification(['a', 'b', 'c'])
    Object.assign(event.Records[1]?.s3.object ?? {}, { key: '%E0%A4%A' })
    const dropped = expect.stringContaining('dropped: InvalidPayloadError: ')
    for (const one of [sqsEvent([event]), event]) {
      const { seen, outcomes } = await run(one, [s3()])
      expect(seen).toMatchObject([{ key: 'a' }, { key: 'c' }])
      expect(outcomes).toEqual(['succeeded', dropped, 'succeeded'])
    }
  })

  test('the error of a whole event is that of the object that failed, not of one before it', async () => {
    const call = ({ key }: { key: string }) => {
      if (key === 'b') throw new InvalidConfigurationError('no such album')
    }
    const { error } = await run(s3Notification(['a', 'b', 'c']), [s3()], { call })
    expect(String(error)).toMatch(/3 messages failed, .*\. First error: InvalidConfigurationError: no such album$/)
  })

  test('the objects of a record fail together, and the record is named once', async () => {
    const call = ({ key }: { key: string }) => {
      if (key === 'b') throw new InvalidConfigurationError('no')
    }
    const event = sqsEvent([s3Notification(['a', 'b', 'c']), s3Notification(['d'])])
    const { outcomes, response } = await run(event, [s3()], { call })
    expect(outcomes.map((one) => one.split(':')[0])).toEqual(['failed', 'failed', 'failed', 'succeeded'])
    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }] })
  })
})

describe('compressed', () => {
  const text = JSON.stringify({ id: 1, text: 'x'.repeat(100) })
  const forms = { gzip: gzipSync(text), zlib: deflateSync(text), 'zlib, level 1': deflateSync(text, { level: 1 }) }

  test.each(Object.entries(forms))('%s is recognised by its first bytes', async (_, bytes) => {
    for (const event of [kinesisBytes(bytes), sqsEvent([bytes.toString('base64')])]) {
      expect((await run(event, [compressed()])).seen).toMatchObject([{ id: 1 }])
    }
    expect((await run(sqsEvent([notification(bytes.toString('base64'))]), [compressed(), sns()])).seen).toHaveLength(1)
  })

  test.each([
    ['content-encoding', 'gzip', gzipSync(text)],
    ['Content-Encoding', 'GZIP', gzipSync(text)],
    ['content-encoding', 'deflate', deflateSync(text)],
    ['content-encoding', 'deflate', deflateRawSync(text)],
  ])('the attribute %s: %s', async (name, stringValue, bytes) => {
    const event = sqsEvent([bytes.toString('base64')])
    Object.assign(event.Records[0] as object, { messageAttributes: { [name]: { stringValue, dataType: 'String' } } })
    expect((await run(event, [compressed()])).seen).toMatchObject([{ id: 1 }])
  })

  test('the attribute of an SNS message', async () => {
    const event = sqsEvent([notification(deflateRawSync(text).toString('base64'), { 'content-encoding': 'deflate' })])
    expect((await run(event, [sns(), compressed()])).seen).toMatchObject([{ id: 1 }])
  })

  test.each(['gzip', 'identity', 'br', ''])(
    'a body that is JSON in spite of the attribute %j is decoded',
    async (value) => {
      const event = sqsEvent([text])
      Object.assign(event.Records[0] as object, { messageAttributes: { 'content-encoding': { stringValue: value } } })
      expect((await run(event, [compressed()])).seen).toMatchObject([{ id: 1 }])
    },
  )

  test.each(['gzip', 'deflate', 'br', 'zstd'])(
    'bytes that are JSON in spite of the header %j are decoded',
    async (value) => {
      const source = {
        ...snsSource,
        contentOf: () => Buffer.from('{"id":1}'),
        bodyOf: (_: unknown, content: Buffer) => JSON.parse(content.toString()),
        headersOf: () => ({ 'content-encoding': value }),
      }
      expect((await run({ Records: [{}] }, [compressed()], { source })).seen).toEqual([{ id: 1 }])
    },
  )

  test.each([
    ['br', brotliCompressSync(text)],
    ['BR', brotliCompressSync(text)],
    ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x00])],
  ])('data that the attribute %j says is compressed in another way stays on its queue', async (stringValue, bytes) => {
    const event = sqsEvent([bytes.toString('base64')])
    Object.assign(event.Records[0] as object, { messageAttributes: { 'content-encoding': { stringValue } } })
    const { outcomes, response } = await run(event, [compressed()])
    expect(outcomes).toEqual([
      'failed: InvalidConfigurationError: compressed() does not open brotli and zstd. ' +
        'Write an envelope for it with defineEnvelope()',
    ])
    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }] })
  })

  test('a bomb is dropped', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024, ' '))
    const { outcomes } = await run(kinesisBytes(bomb, Buffer.from('{}')), [compressed()])
    expect(outcomes).toEqual([
      expect.stringMatching(
        /^dropped: InvalidPayloadError: record \d+: its compressed data unpacks to more than 10485760 bytes$/,
      ),
      'succeeded',
    ])
  })

  test.each([
    ['cut off', gzipSync(text).subarray(0, -9)],
    ['changed', Buffer.concat([gzipSync(text).subarray(0, 20), Buffer.from('nonsense')])],
  ])('data that is %s is dropped', async (_, bytes) => {
    expect((await run(sqsEvent([bytes.toString('base64')]), [compressed()])).outcomes).toEqual([
      'dropped: InvalidPayloadError: record message-0: its compressed data is damaged',
    ])
  })
})

describe('base64', () => {
  test('opens a text that is base64 of JSON', async () => {
    const event = sqsEvent([Buffer.from('{"id":1}').toString('base64'), '{"id":2}'])
    expect((await run(event, [base64()])).seen).toEqual([{ id: 1 }, { id: 2 }])
  })

  test('opens bytes that are base64 of JSON: data of a stream that was encoded twice, or base64 that was compressed', async () => {
    const twice = Buffer.from(Buffer.from('{"id":1}').toString('base64'))
    expect((await run(kinesisBytes(twice, Buffer.from('{"id":2}')), [base64()])).seen).toEqual([{ id: 1 }, { id: 2 }])
    const packed = gzipSync(twice).toString('base64')
    expect((await run(sqsEvent([packed]), [base64(), compressed()])).seen).toEqual([{ id: 1 }])
  })

  test.each<[what: string, change: (text: string) => string]>([
    ['with line breaks', (text) => text.replace(/.{76}/g, '$&\r\n')],
    ['with a line break at its end', (text) => `${text}\n`],
    ['without padding', (text) => text.replace(/=+$/, '')],
    ['in the alphabet of URLs', (text) => text.replaceAll('+', '-').replaceAll('/', '_')],
  ])('%s', async (_, change) => {
    for (const size of [100, 101, 102]) {
      const kwargs = { text: '>>>???'.repeat(size).slice(0, size) }
      const plain = Buffer.from(JSON.stringify(kwargs)).toString('base64')
      const packed = gzipSync(JSON.stringify(kwargs)).toString('base64')
      const event = sqsEvent([change(plain), change(packed)])
      expect((await run(event, [base64(), compressed()])).seen).toEqual([kwargs, kwargs])
    }
  })

  test.each(['a secret text!', 'eyJh*', '=', 'eyJ= eyJ'])('%j is not base64, and is dropped', async (text) => {
    const { outcomes } = await run(sqsEvent([text]), [base64()])
    expect(outcomes).toEqual([
      'dropped: InvalidPayloadError: record message-0: its body must be valid JSON, received string',
    ])
  })

  test('a million padding characters are read in linear time', async () => {
    const start = performance.now()
    const { outcomes } = await run(sqsEvent([`AAAA${'='.repeat(1_000_000)}A`]), [base64()])
    expect(outcomes).toEqual([expect.stringContaining('dropped: InvalidPayloadError')])
    expect(performance.now() - start).toBeLessThan(10_000)
  })

  test.each(['test', 'AAAA', 'null', '1234', ''])('%j is dropped', async (text) => {
    const { outcomes } = await run(sqsEvent([text]), [base64()])
    expect(outcomes).toEqual([expect.stringContaining('dropped: InvalidPayloadError: record message-0: ')])
  })
})

describe('cloudWatchLogs', () => {
  test('a message for each log event: the object in its line, otherwise the log event', async () => {
    const lines = ['{"a":1}', 'plain', '{not json}', '[1]', ' {"a":2}']
    const { seen } = await run(kinesisBytes(gzipped(logData(lines))), [cloudWatchLogs()])
    const event = (index: number) => ({ id: `${index}`, timestamp: 1_700_000_000_000, message: lines[index] })
    expect(seen).toEqual([{ a: 1 }, event(1), event(2), event(3), { a: 2 }])
  })

  test('the log group is a header, and may be the path', async () => {
    const event = kinesisBytes(gzipped(logData(['x'])))
    expect(await headersOf(event, [cloudWatchLogs({ path: 'LOG' })])).toEqual([
      { logGroup: 'group', logStream: 'stream' },
    ])
    const path = ({ logGroup }: { logGroup: string }) => logGroup
    const { seen } = await runPaths(event, [cloudWatchLogs({ path })], (see) => ({ paths: { GROUP: [see] } }))
    expect(seen).toMatchObject([{ message: 'x' }])
  })

  test('through Firehose: a message for each log event too, with a source of your own', async () => {
    const source = {
      name: 'firehose',
      reports: 'each',
      recordsOf: ({ records }: { records: readonly unknown[] }) => records,
      idOf: ({ recordId }: { recordId: string }) => recordId,
      contentOf: ({ data }: { data: string }) => Buffer.from(data, 'base64'),
      bodyOf: (_: unknown, content: Buffer) => JSON.parse(content.toString()),
    }
    const data = [gzipped(logData(['x', '{"a":1}'])), gzipped(logData(['x'], 'CONTROL_MESSAGE'))]
    const records = data.map((bytes, index) => ({ recordId: `${index}`, data: bytes.toString('base64') }))
    const { seen } = await run({ deliveryStreamArn: 'arn', records }, [cloudWatchLogs()], { source })
    expect(seen).toMatchObject([{ message: 'x' }, { a: 1 }])
  })

  test('a subscription of the Lambda itself is opened too: its path is not lost', async () => {
    const event = { awslogs: { data: gzipped(logData(['x', '{"a":1}'])).toString('base64') } }
    const path = ({ logGroup }: { logGroup: string }) => logGroup
    const { seen } = await runPaths(event, [cloudWatchLogs({ path })], (see) => ({ paths: { GROUP: [see] } }))
    expect(seen).toMatchObject([{ message: 'x' }, { a: 1 }])
    expect((await run(event, [eventBridge()])).seen).toMatchObject([{ message: 'x' }, { a: 1 }])
    const control = { awslogs: { data: gzipped(logData(['x'], 'CONTROL_MESSAGE')).toString('base64') } }
    expect((await run(control, [cloudWatchLogs()])).seen).toEqual([])
  })

  test('a number that JavaScript cannot represent drops its log event alone', async () => {
    const event = kinesisBytes(gzipped(logData(['{"n":9007199254740993}', '{"n":1}'])))
    const { seen, outcomes } = await run(event, [cloudWatchLogs()])
    expect(seen).toEqual([{ n: 1 }])
    expect(outcomes[0]).toMatch(/^dropped: InvalidPayloadError: .*cannot represent/)
  })

  test('a control message succeeds with nothing to do', async () => {
    const { outcomes, response } = await run(kinesisBytes(gzipped(logData([''], 'CONTROL_MESSAGE'))), [
      cloudWatchLogs(),
    ])
    expect(outcomes).toEqual([])
    expect(response).toEqual(success)
  })

  test('the event of a Lambda that CloudWatch Logs invokes, in the dead-letter queue of the Lambda', async () => {
    const data = gzipped(logData(['{"id":1}'])).toString('base64')
    expect((await run(sqsEvent([{ awslogs: { data } }]), [cloudWatchLogs()])).seen).toEqual([{ id: 1 }])
  })

  test('in a queue, after compressed()', async () => {
    const event = sqsEvent([gzipped(logData(['{"a":1}'])).toString('base64')])
    expect((await run(event, [compressed(), cloudWatchLogs()])).seen).toEqual([{ a: 1 }])
  })
})

describe('kpl', () => {
  test('a message for each user record, beside records that were not aggregated', async () => {
    const event = kinesisBytes(aggregated(['{"a":1}', '{"a":2}']), Buffer.from('{"a":3}'))
    const { seen, response } = await run(event, [kpl()])
    expect(seen).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }])
    expect(response).toEqual(success)
  })

  test('the keys are headers, and may be the path', async () => {
    const event = kinesisBytes(aggregated(['{"a":1}', '{"a":2}'], ['one', 'two'], ['17', '18']))
    expect(await headersOf(event, [kpl({ path: 'P' })])).toEqual([
      { partitionKey: 'one', explicitHashKey: '17' },
      { partitionKey: 'two', explicitHashKey: '18' },
    ])
    const path = ({ partitionKey }: { partitionKey: string }) => partitionKey
    const { seen } = await runPaths(event, [kpl({ path })], (see) => ({
      paths: { ONE: [() => undefined], TWO: [see] },
    }))
    expect(seen).toEqual([{ a: 2 }])
  })

  test('a user record that is not JSON is dropped alone', async () => {
    const { seen, outcomes } = await run(kinesisBytes(aggregated(['{"a":1}', 'text', '{"a":2}'])), [kpl()])
    expect(seen).toEqual([{ a: 1 }, { a: 2 }])
    expect(outcomes[1]).toMatch(/^dropped: InvalidPayloadError: .* its body must be valid JSON/)
  })

  test('compressed user records', async () => {
    const event = kinesisBytes(aggregated([gzipped({ a: 1 }), gzipped({ a: 2 })]))
    expect((await run(event, [kpl(), compressed()])).seen).toEqual([{ a: 1 }, { a: 2 }])
  })

  test('with a wrong MD5 it was not aggregated', async () => {
    const bytes = aggregated(['{"a":1}'])
    bytes.writeUInt8((bytes.at(-1) as number) ^ 1, bytes.length - 1)
    const { outcomes } = await run(kinesisBytes(bytes), [kpl()])
    expect(outcomes).toEqual([expect.stringMatching(/^dropped: InvalidPayloadError: .* its data must be UTF-8$/)])
  })

  test.each([
    ['the library cannot read', '1f'],
    ['hold no record', '0a0161'],
  ])('records that %s are dropped', async (_, hex) => {
    const { createHash } = process.getBuiltinModule('node:crypto')
    const inner = Buffer.from(hex, 'hex')
    const bytes = Buffer.concat([Buffer.from('f3899ac2', 'hex'), inner, createHash('md5').update(inner).digest()])
    const { outcomes } = await run(kinesisBytes(bytes), [kpl()])
    expect(outcomes).toEqual([expect.stringMatching(/its aggregated records cannot be read$/)])
  })

  test('the library may be passed', async () => {
    const { deaggregateSync } = await import('aws-kinesis-agg')
    const event = kinesisBytes(aggregated(['{"a":1}']))
    expect((await run(event, [kpl({ deaggregateSync })])).seen).toEqual([{ a: 1 }])
  })
})

test.each<[string, () => unknown, string]>([
  ['sns', () => sns({ paht: 'x' } as never), 'sns: unknown option `paht`'],
  ['eventBridge', () => eventBridge({ path: '' }), 'eventBridge: `path` must be a non-empty string or a function'],
  ['s3', () => s3({ path: 7 as never }), 's3: `path` must be a non-empty string or a function, received 7'],
  ['cloudWatchLogs', () => cloudWatchLogs({ path: [] as never }), 'cloudWatchLogs: `path` must be'],
  ['kpl', () => kpl({ deaggregateSync: 'x' as never }), 'kpl: `deaggregateSync` must be a function'],
  ['compressed', () => compressed({ maxBytes: 1 } as never), 'compressed: unknown option `maxBytes`'],
  ['base64', () => base64({ a: 1 } as never), 'base64: unknown option `a`'],
  [
    'lpipe',
    () => lpipe({ call: () => 1, envelopes: [sns] } as never),
    'must be an array of envelopes, for example `[sns()]` of @lpipe/envelopes, received array',
  ],
  ['lpipe', () => lpipe({ call: () => 1, envelopes: sns() } as never), '`envelopes` must be an array of envelopes'],
  ['lpipe', () => lpipe({ call: () => 1, source: sns() as never }), 'received an envelope. Set it in `envelopes`'],
  [
    'lpipe',
    () => lpipe({ call: () => 1, source: sns as never }),
    'received function. Call it, as in `source: kafka()`',
  ],
])('%s refuses a wrong option', (_, make, says) => {
  expect(make).toThrow(InvalidConfigurationError)
  expect(make).toThrow(says)
})
