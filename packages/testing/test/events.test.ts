import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { awslogsEvent, eventBridgeEvent, kinesisEvent, sqsEvent } from '@lpipe/testing'
import type { EventBridgeEvent, KinesisStreamEvent, SQSEvent } from 'aws-lambda'

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
