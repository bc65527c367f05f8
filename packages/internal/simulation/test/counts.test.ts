import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type LocalPipeline, localPipeline } from '@lpipe/local'
import { invoke, kinesisEvent, silentLogger, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { lpipe, type Payload, payload, queue, queueKinesis, queueSqs } from 'lpipe-preset'

/** Calls over the real protocols, counted where they leave the AWS clients. */

const thousand = Array.from({ length: 1000 }, (_, number) => ({ number }))

let pipeline: LocalPipeline
let calls: Record<string, number> = {}

/** A step of the client's that every call passes. */
const counting = (next: (args: never) => Promise<unknown>, { commandName = '' }: { commandName?: string }) => {
  return (args: never) => {
    calls[commandName] = (calls[commandName] ?? 0) + 1
    return next(args)
  }
}

beforeAll(async () => {
  pipeline = await localPipeline({
    environment: false,
    queues: { plain: {}, 'ordered.fifo': {} },
    streams: { stream: { shards: 4 } },
  })
  const { sqs, kinesis } = pipeline.clients
  sqs.middlewareStack.add(counting as never, { step: 'initialize' })
  kinesis.middlewareStack.add(counting as never, { step: 'initialize' })
})
afterAll(() => pipeline.stop())
beforeEach(() => {
  calls = {}
})

const toSqs = (name: string) =>
  queue({ type: 'sqs', url: pipeline.urls[name] ?? '', sender: () => queueSqs({ client: pipeline.clients.sqs }) })
const toKinesis = () =>
  queue({ type: 'kinesis', name: 'stream', sender: () => queueKinesis({ client: pipeline.clients.kinesis }) })

const targets = [
  { name: 'a queue', make: () => toSqs('plain'), operation: 'SendMessageBatchCommand', most: 100 },
  { name: 'a FIFO queue', make: () => toSqs('ordered.fifo'), operation: 'SendMessageBatchCommand', most: 100 },
  { name: 'a stream', make: toKinesis, operation: 'PutRecordsCommand', most: 2 },
]

/** Runs one invocation, and returns what it called. */
const run = async (call: (kwargs: { number: number }) => Payload | Payload[], event: object, concurrency = 1) => {
  const handler = middy().use(lpipe({ call, concurrency, logger: silentLogger() }))
  const answer = await invoke(handler, event, { getRemainingTimeInMillis: () => 60_000 })
  return { answer, calls }
}

describe.each(targets)('to $name', ({ make, operation, most }) => {
  test.each([1, 100])(
    `1,000 messages that forward one message each: ${most} calls, concurrency %d`,
    async (concurrency) => {
      const to = make()
      const done = await run((kwargs) => payload({ queue: to, kwargs }), sqsEvent(thousand), concurrency)
      expect(done).toEqual({ answer: { batchItemFailures: [] }, calls: { [operation]: most } })
    },
  )

  test(`1,000 records of a stream that forward one message each: ${most} calls`, async () => {
    const to = make()
    const done = await run((kwargs) => payload({ queue: to, kwargs }), kinesisEvent(thousand))
    expect(done).toEqual({ answer: { batchItemFailures: [] }, calls: { [operation]: most } })
  })

  test(`a message that fans out 1,000: ${most} calls`, async () => {
    const to = make()
    const fanOut = () => thousand.map((kwargs) => payload({ queue: to, kwargs }))
    const done = await run(fanOut, sqsEvent([{ number: 0 }]))
    expect(done).toEqual({ answer: { batchItemFailures: [] }, calls: { [operation]: most } })
  })
})

test('all of it has arrived: equal bodies do not collide', async () => {
  const held = async (name: string) => (await pipeline.contents(name)).length
  const before = { plain: await held('plain'), ordered: await held('ordered.fifo') }
  const to = [toSqs('plain'), toSqs('ordered.fifo')]
  const same = () => to.flatMap((one) => thousand.map(() => payload({ queue: one, kwargs: { same: true } })))
  const event = sqsEvent([{ number: 0 }])
  event.Records[0] = { ...event.Records[0], messageId: 'a message of its own' } as never
  await run(same, event)
  expect({ plain: await held('plain'), ordered: await held('ordered.fifo') }).toEqual({
    plain: before.plain + 1000,
    ordered: before.ordered + 1000,
  })
})
