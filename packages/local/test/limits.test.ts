import { createHash } from 'node:crypto'
import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  type MessageAttributeValue,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  SendMessageCommand,
} from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type LocalPipeline, localPipeline, type QueueSource } from '@lpipe/local'
import type { SQSEvent, SQSRecord } from 'aws-lambda'
import { soon } from './helpers.ts'

let local: LocalPipeline
beforeEach(async () => {
  local = await localPipeline({ queues: { orders: {}, 'orders.fifo': {} } })
})
afterEach(() => local.stop())

const urlOf = (queue: string): string => local.urls[queue] ?? ''
const fifo = { MessageGroupId: 'ada', MessageDeduplicationId: 'once' }
const text = (value: string): MessageAttributeValue => ({ DataType: 'String', StringValue: value })

const refused: [why: string, code: string, queue: string, entry: Partial<SendMessageBatchRequestEntry>][] = [
  ['a delay of more than 15 minutes', 'InvalidParameterValue', 'orders', { DelaySeconds: 901 }],
  ['a group id with a space', 'InvalidParameterValue', 'orders', { MessageGroupId: 'ada lovelace' }],
  ['a group id beyond ASCII', 'InvalidParameterValue', 'orders.fifo', { ...fifo, MessageGroupId: 'Åsa' }],
  [
    'a group id of 129 characters',
    'InvalidParameterValue',
    'orders.fifo',
    { ...fifo, MessageGroupId: 'g'.repeat(129) },
  ],
  [
    'a deduplication id of 129 characters',
    'InvalidParameterValue',
    'orders.fifo',
    { ...fifo, MessageDeduplicationId: 'd'.repeat(129) },
  ],
  ['a deduplication id in a standard queue', 'InvalidParameterValue', 'orders', { MessageDeduplicationId: 'once' }],
  [
    'more than 10 attributes',
    'InvalidParameterValue',
    'orders',
    { MessageAttributes: Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`a${index}`, text('x')])) },
  ],
  ['an attribute without a value', 'InvalidParameterValue', 'orders', { MessageAttributes: { a: text('') } }],
  [
    'an attribute of an unknown type',
    'InvalidParameterValue',
    'orders',
    { MessageAttributes: { a: { DataType: 'Boolean', StringValue: 'true' } } },
  ],
  [
    'an attribute that is not the number it should be',
    'InvalidParameterValue',
    'orders',
    { MessageAttributes: { a: { DataType: 'Number', StringValue: 'seven' } } },
  ],
  [
    'an attribute with two values',
    'InvalidParameterValue',
    'orders',
    { MessageAttributes: { a: { ...text('x'), BinaryValue: Uint8Array.of(1) } } },
  ],
  ['a delay that is a fraction', 'InvalidParameterValue', 'orders', { DelaySeconds: 1.5 }],
  ...[text('Root=1'), { DataType: 'Number', StringValue: '1' }].map((value): (typeof refused)[number] => [
    `${value.DataType} ${value.StringValue} as a trace header`,
    'InvalidParameterValue',
    'orders',
    { MessageSystemAttributes: { AWSTraceHeader: value } },
  ]),
  [
    'a system attribute that is not a trace header',
    'InvalidParameterValue',
    'orders',
    { MessageSystemAttributes: { Sender: text('x') } as object },
  ],
  [
    'an attribute with a control character',
    'InvalidParameterValue',
    'orders',
    { MessageAttributes: { a: text('\u0001') } },
  ],
  ...['AWS.x', 'amazon.x', '.x', 'x.', 'x..y', 'a b', 'ö', 'n'.repeat(257)].map((name): (typeof refused)[number] => [
    `an attribute named ${name.slice(0, 9)}`,
    'InvalidParameterValue',
    'orders',
    { MessageAttributes: { [name]: text('x') } },
  ]),
]

describe('refused, as SQS does', () => {
  test.each(refused)('%s', async (_, code, queue, entry) => {
    const QueueUrl = urlOf(queue)
    const message = { MessageBody: 'refused', ...entry }
    await expect(local.clients.sqs.send(new SendMessageCommand({ QueueUrl, ...message }))).rejects.toMatchObject({
      name: code,
    })
    const good = {
      MessageBody: 'accepted',
      ...(queue.endsWith('.fifo') ? { ...fifo, MessageDeduplicationId: 'other' } : {}),
    }
    const batch = await local.clients.sqs.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: 'bad', ...message },
          { Id: 'good', ...good },
        ],
      }),
    )
    expect(batch.Successful?.map(({ Id }) => Id)).toEqual(['good'])
    expect(batch.Failed).toMatchObject([{ Id: 'bad', SenderFault: true, Code: code }])
    const alone = await local.clients.sqs.send(
      new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: 'bad', ...message }] }),
    )
    expect(alone.Failed).toMatchObject([{ Id: 'bad', Code: code }])
    expect(await local.contents(queue)).toMatchObject([{ body: 'accepted' }])
  })

  test('an empty body, with the whole batch', async () => {
    const QueueUrl = urlOf('orders')
    const { sqs } = local.clients
    await expect(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '' }))).rejects.toMatchObject({
      name: 'MissingParameter',
    })
    const Entries = [
      { Id: 'a', MessageBody: 'x' },
      { Id: 'b', MessageBody: '' },
    ]
    await expect(sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }))).rejects.toMatchObject({
      name: 'MissingParameter',
    })
    expect(await local.contents('orders')).toEqual([])
  })

  test('an entry id of 81 characters, with the whole batch', async () => {
    const Entries = [{ Id: 'a'.repeat(81), MessageBody: 'x' }]
    const command = new SendMessageBatchCommand({ QueueUrl: urlOf('orders'), Entries })
    await expect(local.clients.sqs.send(command)).rejects.toMatchObject({ name: 'InvalidBatchEntryId' })
  })

  test.each([
    { MaxNumberOfMessages: 11 },
    { WaitTimeSeconds: 21 },
    { VisibilityTimeout: 43_201 },
    { VisibilityTimeout: 1.5 },
  ])('%j', async (input) => {
    const command = new ReceiveMessageCommand({ QueueUrl: urlOf('orders'), ...input })
    await expect(local.clients.sqs.send(command)).rejects.toMatchObject({ name: 'InvalidParameterValue' })
  })

  test('a visibility timeout that ends more than 12 hours after the receive', async () => {
    const QueueUrl = urlOf('orders')
    const { sqs } = local.clients
    await local.send('orders', ['x'])
    const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }))
    const ReceiptHandle = message?.ReceiptHandle ?? ''
    const change = (VisibilityTimeout: number) =>
      sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }))
    await expect(change(43_200)).rejects.toMatchObject({ name: 'InvalidParameterValue' })
    const Entries = [{ Id: 'a', ReceiptHandle, VisibilityTimeout: 43_200 }]
    const { Failed } = await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }))
    expect(Failed).toMatchObject([{ Id: 'a', Code: 'InvalidParameterValue' }])
    await change(43_190)
  })

  test.each([1.5, -1])('a visibility timeout of %d s', async (VisibilityTimeout) => {
    const QueueUrl = urlOf('orders')
    const { sqs } = local.clients
    await local.send('orders', ['x'])
    const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }))
    const ReceiptHandle = message?.ReceiptHandle ?? ''
    const change = new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout })
    await expect(sqs.send(change)).rejects.toMatchObject({ name: 'InvalidParameterValue' })
    const Entries = [{ Id: 'a', ReceiptHandle, VisibilityTimeout }]
    const { Failed } = await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }))
    expect(Failed).toMatchObject([{ Id: 'a', Code: 'InvalidParameterValue' }])
  })
})

test('accepted, at the limits', async () => {
  const MessageAttributes = Object.fromEntries(
    ['a', 'n'.repeat(256), 'a.b-c_d', 'awsome', ...Array.from({ length: 6 }, (_, index) => `a${index}`)].map((name) => [
      name,
      text('x'),
    ]),
  )
  await local.clients.sqs.send(
    new SendMessageCommand({
      QueueUrl: urlOf('orders'),
      MessageBody: 'x',
      MessageAttributes,
      MessageSystemAttributes: { AWSTraceHeader: text('Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1') },
      DelaySeconds: 900,
      MessageGroupId: '!~'.repeat(64),
    }),
  )
  expect(await local.contents('orders')).toHaveLength(1)
})

/** AWS's algorithm, from its developer guide: lengths in 4 bytes, names in order. */
const md5Of = (attributes: Record<string, MessageAttributeValue>): string => {
  const hash = createHash('md5')
  const update = (bytes: Uint8Array | string) => {
    const buffer = Buffer.from(bytes)
    const length = Buffer.alloc(4)
    length.writeUInt32BE(buffer.length)
    hash.update(length).update(buffer)
  }
  for (const [name, { DataType = '', StringValue, BinaryValue }] of Object.entries(attributes).toSorted()) {
    update(name)
    update(DataType)
    hash.update(Buffer.from([BinaryValue === undefined ? 1 : 2]))
    update(BinaryValue ?? StringValue ?? '')
  }
  return hash.digest('hex')
}

describe('md5OfMessageAttributes', () => {
  const recordOf = async (
    attributes: Record<string, MessageAttributeValue>,
    source: Partial<QueueSource>,
  ): Promise<SQSRecord | undefined> => {
    await local.stop()
    const records: SQSRecord[] = []
    local = await localPipeline({
      queues: { orders: {} },
      functions: {
        take: {
          handler: ({ Records }: SQSEvent) => void records.push(...Records),
          source: { queue: 'orders', ...source },
        },
      },
    })
    await local.clients.sqs.send(
      new SendMessageCommand({ QueueUrl: urlOf('orders'), MessageBody: 'x', MessageAttributes: attributes }),
    )
    await local.drained(soon)
    return records[0]
  }

  const attributes = {
    title: text('Østlandet'),
    'price.eur': { DataType: 'Number.int', StringValue: '12' },
    image: { DataType: 'Binary.png', BinaryValue: Uint8Array.of(0, 255) },
  }

  test.each([0, 0.05])('is the one that AWS computes, with a window of %d s', async (window) => {
    const record = await recordOf(attributes, { maximumBatchingWindowInSeconds: window })
    expect(record?.md5OfMessageAttributes).toBe(md5Of(attributes))
  })

  test('is missing for a message without attributes, and null if the mapping has a batching window', async () => {
    expect(await recordOf({}, {})).not.toHaveProperty('md5OfMessageAttributes')
    expect(await recordOf({}, { maximumBatchingWindowInSeconds: 0.05 })).toHaveProperty('md5OfMessageAttributes', null)
  })
})
