import { ReceiveMessageCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import type { Message } from '@lpipe/core'
import { queueSqs } from '@lpipe/queue-sqs'
import { type LocalSqs, startSqs } from './sqs.ts'

let local: LocalSqs
beforeAll(async () => {
  local = await startSqs()
})
afterAll(() => local.stop())

let count = 0
let name = ''
beforeEach(() => {
  count += 1
  name = `source-${count}`
})

const { signal } = new AbortController()

const messageOf = (eventSource: string | undefined, record: unknown): Message =>
  ({ record, eventSource }) as unknown as Message

/** Receives messages from a queue, as Lambda does. */
const received = async (size: number): Promise<Message[]> => {
  const { queueUrl, queueArn } = local.server.createQueue(name, { attributes: { VisibilityTimeout: '600' } })
  for (let index = 0; index < size; index += 1) {
    await local.client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: '{}' }))
  }
  const messages: Message[] = []
  while (messages.length < size) {
    const { Messages = [] } = await local.client.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }),
    )
    for (const { ReceiptHandle } of Messages) messages.push(messageOf(queueArn, { receiptHandle: ReceiptHandle }))
  }
  return messages
}

test('messages are deleted, ten per call; those that could not be deleted are returned', async () => {
  const messages = await received(23)
  const elsewhere = messageOf('arn:aws:sqs:us-east-1:000000000000:nowhere', { receiptHandle: 'none' })
  const withoutHandle = messageOf(messages[0]?.eventSource, {})
  const withoutArn = messageOf(undefined, { receiptHandle: 'none' })
  const commands: string[] = []
  const sender = queueSqs({ client: local.clientWith((command) => commands.push(command)) })
  const left = await sender.remove([...messages.slice(0, 21), elsewhere, withoutHandle, withoutArn], signal)
  expect(left).toEqual([elsewhere, withoutHandle, withoutArn])
  expect(local.server.inspectQueue(name)?.messages.inflight).toHaveLength(2)
  expect(commands.filter((command) => command === 'DeleteMessageBatchCommand')).toHaveLength(3)
})

test('the URL of a queue is asked for once', async () => {
  const [first, second] = await received(2)
  const commands: string[] = []
  const sender = queueSqs({ client: local.clientWith((command) => commands.push(command)) })
  for (const message of [first, second]) expect(await sender.remove([message as Message], signal)).toEqual([])
  expect(commands.filter((command) => command === 'GetQueueUrlCommand')).toHaveLength(1)
})

test('messages are postponed, each by its own time', async () => {
  const messages = await received(12)
  const seconds = new Map(messages.map((message, index) => [message, index === 0 ? 0 : 1000 + index]))
  expect(await queueSqs({ client: local.client }).postpone(seconds, signal)).toEqual([])
  const now = Date.now()
  const { ready, inflight } = local.server.inspectQueue(name)?.messages ?? { ready: [], inflight: [] }
  expect(ready).toHaveLength(1)
  const left = inflight
    .map(({ visibilityDeadline }) => Math.round((visibilityDeadline - now) / 1000))
    .sort((a, b) => a - b)
  expect(left[0]).toBeGreaterThan(995)
  expect(new Set(left).size).toBe(11)
})

test('a call that fails concerns its own messages only', async () => {
  const messages = await received(12)
  let calls = 0
  const client = local.clientWith((command) => {
    if (command !== 'DeleteMessageBatchCommand') return
    calls += 1
    if (calls === 1) throw new Error('no network')
  })
  expect(await queueSqs({ client }).remove(messages, signal)).toEqual(messages.slice(0, 10))
})

test('messages that SQS does not mention are returned', async () => {
  const client = {
    send: async () => ({ QueueUrl: 'https://sqs.test/1/q', Successful: [{ Id: '1' }, { Id: '9' }] }),
  } as unknown as SQSClient
  const messages = [0, 1].map((index) => messageOf('arn:aws:sqs:us-east-1:0:q', { receiptHandle: `r${index}` }))
  expect(await queueSqs({ client }).remove(messages, signal)).toEqual([messages[0]])
})

test('the calls have the signal', async () => {
  const signals = new Set<unknown>()
  const client = {
    send: async (_: unknown, { abortSignal }: { abortSignal: AbortSignal }) => {
      signals.add(abortSignal)
      return { QueueUrl: 'https://sqs.test/1/q' }
    },
  } as unknown as SQSClient
  const message = messageOf('arn:aws:sqs:us-east-1:0:q', { receiptHandle: 'r' })
  await queueSqs({ client }).remove([message], signal)
  await queueSqs({ client }).postpone(new Map([[message, 5]]), signal)
  expect([...signals]).toEqual([signal])
})
