import { setTimeout } from 'node:timers/promises'
import { afterEach, describe, expect, test } from '@jest/globals'
import { type LocalPipeline, localPipeline } from '@lpipe/local'
import type { KinesisStreamEvent, SQSEvent } from 'aws-lambda'
import { soon, textOf, until } from './helpers.ts'

let local: LocalPipeline
afterEach(() => local?.stop())

type Kind = 'queue' | 'stream'

/** How often each mapping has begun to read, without the first time. */
let reads: Record<Kind, number>

/** A queue and a stream with the same batching window. */
const start = async (seconds: number, batchSize = 10) => {
  const batches: Record<Kind, string[][]> = { queue: [], stream: [] }
  local = await localPipeline({
    queues: { orders: {} },
    streams: { events: {} },
    functions: {
      queue: {
        handler: ({ Records }: SQSEvent) => void batches.queue.push(Records.map(({ body }) => body).toSorted()),
        source: { queue: 'orders', batchSize, maximumBatchingWindowInSeconds: seconds },
      },
      stream: {
        handler: ({ Records }: KinesisStreamEvent) => void batches.stream.push(Records.map(textOf)),
        source: { stream: 'events', batchSize, maximumBatchingWindowInSeconds: seconds },
      },
    },
  })
  reads = { queue: 0, stream: 0 }
  const { sqs, kinesis } = local.clients
  sqs.middlewareStack.add((next, { commandName }) => (args) => {
    if (commandName === 'ReceiveMessageCommand') reads.queue += 1
    return next(args)
  })
  kinesis.middlewareStack.add((next, { commandName }) => (args) => {
    if (commandName === 'GetRecordsCommand') reads.stream += 1
    return next(args)
  })
  return batches
}

/** Waits until the first messages are in the window: a mapping that reads again has got what it read before. */
const untilRead = async (kind: Kind): Promise<void> => {
  // The first read of a queue waits for messages. A read of the stream may have begun before they were sent: the next one gets them.
  const reading = kind === 'queue' ? 1 : reads.stream + 2
  await until(() => reads[kind] >= reading)
}

const sources = [
  ['queue', 'orders'],
  ['stream', 'events'],
] as const

describe.each(sources)('a batching window of a %s', (kind, name) => {
  test('drained() waits for the window, and for the records in it', async () => {
    const batches = await start(0.3)
    await local.send(name, ['0', '1', '2', '3'])
    await local.drained(soon)
    expect(batches[kind]).toEqual([['0', '1', '2', '3']])
    expect(local.statistics()[kind]).toMatchObject({ received: 4, done: 4 })
  })

  test('drained() does not resolve while the window is open', async () => {
    await start(60)
    await local.send(name, ['0'])
    await untilRead(kind)
    await expect(local.drained({ timeoutSeconds: 0.1 })).rejects.toThrow(/holds 1 messages|in progress/)
  })

  test('stop() ends the window, and delivers the records that were read', async () => {
    const batches = await start(60)
    await local.send(name, ['0', '1', '2', '3'])
    await untilRead(kind)
    await setTimeout(1000)
    expect(batches[kind]).toEqual([])
    await local.stop()
    expect(batches[kind]).toEqual([['0', '1', '2', '3']])
    expect(local.statistics()[kind]).toMatchObject({ invocations: 1, done: 4 })
  })

  test('a full batch does not wait for the end of the window', async () => {
    const batches = await start(60, 2)
    await local.send(name, ['0', '1'])
    await until(() => batches[kind].length > 0)
    expect(batches[kind]).toEqual([['0', '1']])
  })

  test('records that arrive while the window is open join the batch', async () => {
    const batches = await start(60, 3)
    await local.send(name, ['0'])
    await untilRead(kind)
    for (const text of ['1', '2']) await local.send(name, [text])
    await local.drained(soon)
    expect(batches[kind]).toEqual([['0', '1', '2']])
  })
})

test('stop() delivers every event of a batch that was read, and retries none', async () => {
  const sizes: number[] = []
  let release = (): void => undefined
  local = await localPipeline({
    streams: { events: {} },
    functions: {
      take: {
        handler: async ({ Records }: KinesisStreamEvent) => {
          sizes.push(Records.length)
          if (sizes.length === 1)
            await new Promise<void>((resolve) => {
              release = resolve
            })
          return sizes.length < 3
            ? null
            : { batchItemFailures: [{ itemIdentifier: Records[0]?.kinesis.sequenceNumber }] }
        },
        // The records are sent in two requests. The window ends when the batch is full, however long they take.
        source: { stream: 'events', batchSize: 10, maximumBatchingWindowInSeconds: 60 },
      },
    },
  })
  // Of 900 kB each, 4 fit into an event once they are base64.
  await local.send(
    'events',
    Array.from({ length: 10 }, () => 'x'.repeat(900_000)),
  )
  await until(() => sizes.length === 1)
  const stopped = local.stop()
  release()
  await stopped
  expect(sizes).toEqual([4, 4, 2])
  expect(local.statistics()['take']).toMatchObject({ received: 10, done: 8, returned: 2 })
})
