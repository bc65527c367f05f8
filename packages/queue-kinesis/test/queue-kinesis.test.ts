import { execFile } from 'node:child_process'
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import {
  CreateStreamCommand,
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
} from '@aws-sdk/client-kinesis'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { InvalidConfigurationError, queue } from '@lpipe/core'
import { queueKinesis } from '@lpipe/queue-kinesis'
import { entryFor, senderContract } from '@lpipe/testing'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import kinesalite from 'kinesalite'

let server: Server
let client: KinesisClient
const options = { signal: new AbortController().signal }

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
      sender: queueKinesis(), // made from the SDK's own environment
      queue: queue({ type: 'kinesis', name }),
      missing: queue({ type: 'kinesis', name: 'nowhere' }),
      arrived: async () => (await records()).map(({ data }) => data),
    })
  })
})

test('records arrive in order, under the queue’s key, else under a hash of their data', async () => {
  const to = queue({ type: 'kinesis', name })
  const entries = [entryFor(to, 1, { partitionKey: 'mine' }), entryFor(to, 2), entryFor(to, 2), entryFor(to, 3)]
  expect(await queueKinesis({ client }).send(to, entries, options)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ])
  const arrived = await records()
  expect(arrived.map(({ data }) => data)).toEqual([1, 2, 2, 3])
  const keys = arrived.map(({ key }) => key)
  expect(keys[0]).toBe('mine')
  expect(keys[1]).toBe(keys[2])
  expect(keys[1]).not.toBe(keys[3])
})

test('with a path the headers travel in the data, beside path and kwargs; without one the data is left alone', async () => {
  const plain = queue({ type: 'kinesis', name })
  const pathed = queue({ type: 'kinesis', name, path: 'P' })
  const sender = queueKinesis({ client })
  const entries = [entryFor(plain, { a: 1 }), entryFor(pathed, { path: 'P', kwargs: {} }, { trace: 'Root=1-a' })]
  await sender.send(plain, entries, options)
  expect((await records()).map(({ data }) => data)).toEqual([
    { a: 1 },
    { path: 'P', kwargs: {}, lpipe: { 'lpipe-trail': '1|test', AWSTraceHeader: 'Root=1-a' } },
  ])
})

test('the size counts data, key and trail', () => {
  const sender = queueKinesis()
  const to = queue({ type: 'kinesis', name, path: 'P' })
  const body = { path: 'P', kwargs: { é: 1 } }
  const data = JSON.stringify({ ...body, lpipe: { 'lpipe-trail': '1|test', AWSTraceHeader: 'Root=1-a' } })
  expect(sender.sizeOf(entryFor(to, body, { partitionKey: 'ü', trace: 'Root=1-a' }))).toBe(Buffer.byteLength(data) + 2)
})

test('what must not overtake is what shares a key', () => {
  const to = queue({ type: 'kinesis', name })
  const { orderOf } = queueKinesis()
  expect(orderOf?.(entryFor(to, 1, { partitionKey: 'k' }))).toBe('k')
  expect(orderOf?.(entryFor(to, 1))).toBe(orderOf?.(entryFor(to, 1)))
})

test('a stream that does not exist is the client’s fault', async () => {
  const to = queue({ type: 'kinesis', name: 'nowhere' })
  await expect(queueKinesis({ client }).send(to, [entryFor(to, 1)], options)).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    $fault: 'client',
  })
})

test('records that Kinesis refuses are answered, those that it leaves out too', async () => {
  const answer = {
    FailedRecordCount: 1,
    Records: [
      { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'slow' },
      { SequenceNumber: '1', ShardId: 's' },
    ],
  }
  const refusing = { send: async () => answer } as unknown as KinesisClient // kinesalite has no limits to exceed
  const to = queue({ type: 'kinesis', name })
  const entries = [entryFor(to, 1), entryFor(to, 2), entryFor(to, 3)]
  expect(await queueKinesis({ client: refusing }).send(to, entries, options)).toEqual([
    { code: 'ProvisionedThroughputExceededException', reason: 'slow', senderFault: false },
    undefined,
    { code: 'NoAnswer', reason: expect.any(String), senderFault: false },
  ])
})

test.each(['@aws-sdk/client-kinesis', '@smithy/node-http-handler'])(
  '%s that is missing is named, with how to install it',
  async (missing) => {
    const program = `
    const { registerHooks } = await import('node:module')
    registerHooks({
      resolve: (specifier, context, next) => {
        const ours = context.parentURL?.includes('queue-kinesis')
        if (ours && specifier === '${missing}') throw Object.assign(new Error('not found'), { code: 'ERR_MODULE_NOT_FOUND' })
        return next(specifier, context)
      },
    })
    const { queueKinesis } = await import('@lpipe/queue-kinesis')
    await queueKinesis().send({ type: 'kinesis', name: 'q' }, [], {}).catch((error) => console.log(String(error)))`
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
      env: process.env,
    })
    expect(stdout.trim()).toBe(
      `InvalidConfigurationError: queueKinesis: sending to Kinesis needs the package '${missing}'. Install it: npm install ${missing}`,
    )
  },
)

test('a misspelt option is refused', () => {
  expect(() => queueKinesis({ clients: client } as never)).toThrow(InvalidConfigurationError)
})
