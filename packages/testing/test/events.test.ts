import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import {
  awslogsEvent,
  dynamodbEvent,
  eventBridgeEvent,
  kafkaEvent,
  kinesisEvent,
  s3Event,
  snsEvent,
  sqsEvent,
} from '@lpipe/testing'
import type {
  DynamoDBStreamEvent,
  EventBridgeEvent,
  KinesisStreamEvent,
  MSKEvent,
  S3Event,
  SNSEvent,
  SQSEvent,
} from 'aws-lambda'

describe('sqsEvent', () => {
  test('has a record for each body, JSON unless it is a text', () => {
    const event: SQSEvent = sqsEvent([{ a: 1 }, '{bad', [1], null])
    expect(event.Records.map(({ body }) => body)).toEqual(['{"a":1}', '{bad', '[1]', 'null'])
    expect(event.Records.map(({ messageId }) => messageId)).toEqual([
      'message-0',
      'message-1',
      'message-2',
      'message-3',
    ])
    expect(event.Records[0]).toMatchObject({
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:queue',
      attributes: { ApproximateReceiveCount: '1' },
    })
    expect(event.Records[0]?.attributes).not.toHaveProperty('MessageGroupId')
    expect(event.Records[2]?.md5OfBody).toBe('35dba5d75538a9bbe0b4da4422759a0e') // printf '[1]' | md5sum
  })

  test('can be a FIFO queue with groups, delivered again', () => {
    const { Records } = sqsEvent([{ of: 'a' }, { of: 'b' }], {
      name: 'orders.fifo',
      groupId: ({ of }: { of: string }) => of,
      receiveCount: 3,
    })
    expect(Records.map(({ attributes }) => attributes.MessageGroupId)).toEqual(['a', 'b'])
    expect(Records[0]?.attributes.ApproximateReceiveCount).toBe('3')
    expect(Records[0]?.eventSourceARN).toBe('arn:aws:sqs:us-east-1:000000000000:orders.fifo')
  })

  test('of nothing has no records', () => {
    expect(sqsEvent([])).toEqual({ Records: [] })
  })
})

describe('s3Event', () => {
  test('has a record for each object, whose key is encoded as S3 does', () => {
    const event: S3Event = s3Event(['red flower.jpg', 'a/b+ü%.txt'])
    expect(event.Records.map(({ s3 }) => s3.object.key)).toEqual(['red+flower.jpg', 'a/b%2B%C3%BC%25.txt'])
    expect(event.Records[0]).toMatchObject({
      eventSource: 'aws:s3',
      eventName: 'ObjectCreated:Put',
      s3: { bucket: { name: 'bucket', arn: 'arn:aws:s3:::bucket' } },
    })
  })

  test('can be of another bucket and event', () => {
    const [record] = s3Event(['a'], { bucket: 'pictures', eventName: 'ObjectRemoved:Delete' }).Records
    expect(record).toMatchObject({ eventName: 'ObjectRemoved:Delete', s3: { bucket: { name: 'pictures' } } })
  })
})

describe('kinesisEvent', () => {
  const textOf = (data: string) => Buffer.from(data, 'base64').toString()

  test('has a record for each body, in base64, with rising numbers beyond 2^53', () => {
    const event: KinesisStreamEvent = kinesisEvent([{ a: 'ü' }, '{bad'], { name: 'clicks' })
    expect(event.Records.map(({ kinesis }) => textOf(kinesis.data))).toEqual(['{"a":"ü"}', '{bad'])
    const [first, second] = event.Records.map(({ kinesis }) => kinesis.sequenceNumber)
    expect(BigInt(second ?? 0) - BigInt(first ?? 0)).toBe(1n)
    expect(BigInt(first ?? 0)).toBeGreaterThan(2n ** 53n)
    expect(event.Records[0]).toMatchObject({
      eventID: `shardId-000000000000:${first}`,
      eventSource: 'aws:kinesis',
      eventSourceARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/clicks',
    })
  })
})

test('eventBridgeEvent is an envelope around its detail', () => {
  const event: EventBridgeEvent<string, { readonly a: number }> = eventBridgeEvent({ a: 1 }, 'Order')
  expect(event).toMatchObject({ 'detail-type': 'Order', source: 'lpipe.testing', detail: { a: 1 } })
})

test('awslogsEvent is base64 of a gzip, with a log event for each line', () => {
  const { awslogs } = awslogsEvent([{ a: 1 }, 'plain'])
  const { logEvents } = JSON.parse(gunzipSync(Buffer.from(awslogs.data, 'base64')).toString())
  expect(logEvents).toMatchObject([
    { id: '0', message: '{"a":1}' },
    { id: '1', message: 'plain' },
  ])
})

describe('dynamodbEvent', () => {
  test('has a record for each change, with attribute values and rising numbers', () => {
    const item = {
      text: 'a',
      count: 1,
      big: 9007199254740993n,
      paid: true,
      none: null,
      bytes: Uint8Array.of(0, 1),
      tags: new Set(['x']),
      list: [{ a: 1 }],
    }
    const event: DynamoDBStreamEvent = dynamodbEvent([{ newImage: item, keys: { text: 'a' } }, {}], { name: 'orders' })
    expect(event.Records).toMatchObject([
      {
        eventName: 'INSERT',
        eventSource: 'aws:dynamodb',
        eventSourceARN: 'arn:aws:dynamodb:us-east-1:000000000000:table/orders/stream/2026-01-01T00:00:00.000',
        dynamodb: {
          Keys: { text: { S: 'a' } },
          NewImage: {
            text: { S: 'a' },
            count: { N: '1' },
            big: { N: '9007199254740993' },
            paid: { BOOL: true },
            none: { NULL: true },
            bytes: { B: 'AAE=' },
            tags: { SS: ['x'] },
            list: { L: [{ M: { a: { N: '1' } } }] },
          },
          SequenceNumber: '4421584500000000017450439091',
        },
      },
      { dynamodb: { Keys: { id: { N: '1' } }, SequenceNumber: '4421584500000000017450439092' } },
    ])
  })

  test('names a change by its images, and a TTL delete by who removed the item', () => {
    const { Records } = dynamodbEvent([
      { newImage: {} },
      { newImage: {}, oldImage: {} },
      { oldImage: {} },
      { eventName: 'MODIFY' },
      { isTtlDelete: true },
    ])
    expect(Records.map(({ eventName }) => eventName)).toEqual(['INSERT', 'MODIFY', 'REMOVE', 'MODIFY', 'REMOVE'])
    expect(Records.map(({ userIdentity }) => userIdentity?.principalId)).toEqual([
      ...[undefined, undefined, undefined, undefined],
      'dynamodb.amazonaws.com',
    ])
  })
})

describe('kafkaEvent', () => {
  const textOf = (data: string) => Buffer.from(data, 'base64').toString()

  test('has the records by partition, with keys, headers and tombstones', () => {
    const event: MSKEvent = kafkaEvent([{ n: 0 }, { n: 1 }, { n: 2 }, null], {
      topic: 'orders',
      partitionOf: (body: { n: number } | null) => (body?.n ?? 0) % 2,
      keyOf: (_, index) => `k${index}`,
      headers: { h: 'ü' },
    })
    expect(Object.keys(event.records)).toEqual(['orders-0', 'orders-1'])
    const [first, second, third] = event.records['orders-0'] ?? []
    expect([first, second, third].map((record) => record?.offset)).toEqual([0, 1, 2])
    expect(textOf(second?.value ?? '')).toBe('{"n":2}')
    expect(textOf(second?.key ?? '')).toBe('k2')
    expect(second?.headers).toEqual([{ h: [195, 188] }])
    expect(third?.value).toBeNull()
    expect(kafkaEvent([{}]).records).toHaveProperty('topic-0')
  })
})

test('snsEvent has a record for each body, with attributes', () => {
  const event: SNSEvent = snsEvent([{ a: 1 }, '{bad'], { name: 'orders', attributes: { tenant: 'a' } })
  expect(event.Records.map(({ Sns }) => Sns.Message)).toEqual(['{"a":1}', '{bad'])
  expect(event.Records[0]).toMatchObject({
    EventSource: 'aws:sns',
    Sns: {
      MessageId: 'message-0',
      TopicArn: 'arn:aws:sns:us-east-1:000000000000:orders',
      MessageAttributes: { tenant: { Type: 'String', Value: 'a' } },
    },
  })
  expect(snsEvent([{}]).Records[0]?.Sns.MessageAttributes).toEqual({})
})
