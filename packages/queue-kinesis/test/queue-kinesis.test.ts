import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  CreateStreamCommand,
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
} from '@aws-sdk/client-kinesis'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type Queue, queue } from '@lpipe/core'
import { queueKinesis } from '@lpipe/queue-kinesis'
import { entryFor, sendEntries, senderContract } from '@lpipe/testing'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import kinesalite from 'kinesalite'

let server: Server
let client: KinesisClient

beforeAll(async () => {
  server = kinesalite({ createStreamMs: 0, shardLimit: 100 })
  server.listen(0)
  await once(server, 'listening')
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  client = new KinesisClient({ endpoint, region: 'us-east-1', credentials, requestHandler: new NodeHttpHandler() })
  // What the SDK reads when lpipe makes the client.
  process.env['AWS_ENDPOINT_URL_KINESIS'] = endpoint
  process.env['AWS_REGION'] = 'us-east-1'
  process.env['AWS_ACCESS_KEY_ID'] = 'test'
  process.env['AWS_SECRET_ACCESS_KEY'] = 'test'
})

afterAll(async () => {
  client.destroy()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const stream = (name: string, options: object = {}): Queue => queue({ type: 'kinesis', name, ...options } as never)

let count = 0
let name = ''
beforeEach(async () => {
  count += 1
  name = `stream-${count}`
  await client.send(new CreateStreamCommand({ StreamName: name, ShardCount: 1 }))
  for (;;) {
    const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamName: name }))
    if (StreamDescription?.StreamStatus === 'ACTIVE') return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
})

const records = async () => {
  const { ShardIterator } = await client.send(
    new GetShardIteratorCommand({
      StreamName: name,
      ShardId: 'shardId-000000000000',
      ShardIteratorType: 'TRIM_HORIZON',
    }),
  )
  const { Records = [] } = await client.send(new GetRecordsCommand({ ShardIterator }))
  return Records.map(({ Data, PartitionKey }) => ({
    key: PartitionKey,
    data: JSON.parse(Buffer.from(Data ?? []).toString('utf8')),
  }))
}

describe('keeps the contract of senders', () => {
  test.each(senderContract)('$name', async ({ check }) => {
    await check({
      sender: queueKinesis() as never, // made from the SDK's own environment
      queue: stream(name),
      missing: stream('nowhere'),
      arrived: async () => (await records()).map(({ data }) => data),
    })
  })
})

test('records arrive in order, with their keys', async () => {
  const mine = stream(name, { partitionKey: 'mine' })
  const to = stream(name)
  const entries = [entryFor(mine, 1), entryFor(to, 2), entryFor(to, 2), entryFor(to, 3)]
  expect(await sendEntries(queueKinesis({ client }), to, entries)).toEqual(Array(4).fill(undefined))
  const arrived = await records()
  expect(arrived.map(({ data }) => data)).toEqual([1, 2, 2, 3])
  expect(arrived.map(({ key }) => key)[0]).toBe('mine')
  expect(new Set(arrived.map(({ key }) => key)).size).toBe(3)
})

test('the headers travel in the data, beside path and kwargs; without a path the data is unchanged', async () => {
  const withPath = stream(name, { path: 'P' })
  const traceHeader = 'Root=1-67891233-abcdef012345678912345678'
  const entries = [entryFor(stream(name), { a: 1 }), entryFor(withPath, { path: 'P', kwargs: {} }, { traceHeader })]
  await sendEntries(queueKinesis({ client }), withPath, entries)
  expect((await records()).map(({ data }) => data)).toEqual([
    { a: 1 },
    { path: 'P', kwargs: {}, lpipe: { 'lpipe-trail': '1|test', AWSTraceHeader: traceHeader } },
  ])
})

test('a key of 256 characters is accepted', async () => {
  const to = stream(name, { partitionKey: () => 'k'.repeat(256) })
  expect(await sendEntries(queueKinesis({ client }), to, [entryFor(to, 1)])).toEqual([undefined])
  expect((await records())[0]?.key).toHaveLength(256)
})

test("a stream that does not exist is the client's fault", async () => {
  const to = stream('nowhere')
  await expect(sendEntries(queueKinesis({ client }), to, [entryFor(to, 1)])).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    $fault: 'client',
  })
})

test('records that Kinesis refuses or leaves out do not count as accepted; its text is not repeated', async () => {
  const output = {
    FailedRecordCount: 1,
    Records: [
      { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'a secret key' },
      { SequenceNumber: '1', ShardId: 's' },
    ],
  }
  const refusing = { send: async () => output } as unknown as KinesisClient // kinesalite has no limits to exceed
  const to = stream(name)
  const entries = [entryFor(to, 1), entryFor(to, 2), entryFor(to, 3)]
  expect(await sendEntries(queueKinesis({ client: refusing }), to, entries)).toEqual([
    { code: 'ProvisionedThroughputExceededException', reason: 'Kinesis refused the record', senderFault: false },
    undefined,
    { code: 'NoAnswer', reason: 'Kinesis did not mention the record', senderFault: false },
  ])
})

test('the call has its signal', async () => {
  const signals: unknown[] = []
  const watched = {
    send: async (_: unknown, { abortSignal }: { abortSignal: AbortSignal }) => {
      signals.push(abortSignal)
      return { Records: [{ SequenceNumber: '1' }] }
    },
  } as unknown as KinesisClient
  const sender = queueKinesis({ client: watched })
  const to = stream(name)
  const { signal } = new AbortController()
  await sender.send(to, [sender.prepare(entryFor(to, 1)).wire], signal)
  expect(signals).toEqual([signal])
})
