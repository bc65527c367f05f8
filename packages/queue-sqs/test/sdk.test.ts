/** The client that is made without the option `client`. */
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { expect, test } from '@jest/globals'
import type { Message } from '@lpipe/core'
import { queueSqs } from '@lpipe/queue-sqs'
import { loadSdk } from '../src/sdk.ts'

test('waits 3 s for a connection and 15 s for an answer: a service that hangs must not take the whole invocation', async () => {
  const environment = process.env
  process.env = {
    ...environment,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1', // no server listens there
    AWS_MAX_ATTEMPTS: '1',
  }
  try {
    const { client, GetQueueUrlCommand } = await loadSdk(undefined)
    const command = new GetQueueUrlCommand({ QueueName: 'orders' })
    await expect(client.send(command as never)).rejects.toThrow('ECONNREFUSED')
    const handler = client.config.requestHandler as object as {
      httpHandlerConfigs(): Readonly<Record<string, unknown>>
    }
    const { connectionTimeout, requestTimeout } = handler.httpHandlerConfigs()
    expect({ connectionTimeout, requestTimeout }).toEqual({ connectionTimeout: 3000, requestTimeout: 15_000 })
    client.destroy()
  } finally {
    process.env = environment
  }
})

test('ends a request that is not answered in time', async () => {
  const sockets = new Set<{ destroy(): void }>()
  const server = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const environment = process.env
  const { port } = server.address() as AddressInfo
  process.env = {
    ...environment,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_MAX_ATTEMPTS: '1',
  }
  try {
    const { client, GetQueueUrlCommand } = await loadSdk(undefined)
    const handler = client.config.requestHandler as object as {
      updateHttpClientConfig(key: string, value: unknown): void
    }
    handler.updateHttpClientConfig('requestTimeout', 50)
    const command = new GetQueueUrlCommand({ QueueName: 'orders' })
    await expect(client.send(command as never)).rejects.toThrow(expect.objectContaining({ name: 'TimeoutError' }))
    client.destroy()
  } finally {
    process.env = environment
    for (const socket of sockets) socket.destroy()
    server.close()
  }
})

test('a send is one request, because lpipe retries and logs the first failure; calls to the source queue are retried by the SDK', async () => {
  const requests: string[] = []
  const server = createHttpServer((request, response) => {
    requests.push(String(request.headers['x-amz-target']).replace('AmazonSQS.', ''))
    response.destroy()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const environment = process.env
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}/123456789012/orders`
  process.env = {
    ...environment,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
  }
  try {
    const { signal } = new AbortController()
    const sqs = queueSqs()
    const queue = { type: 'sqs', name: undefined, path: undefined, url, options: {} }
    await expect(sqs.send(queue as never, [{ MessageBody: '{}' } as never], signal)).rejects.toThrow('socket hang up')
    const eventSource = 'arn:aws:sqs:eu-west-1:123456789012:orders'
    const message = { eventSource, record: { receiptHandle: 'a' } } as unknown as Message
    expect(await sqs.remove([message], signal)).toEqual([message])
    expect(requests).toEqual(['SendMessageBatch', 'GetQueueUrl', 'GetQueueUrl', 'GetQueueUrl'])
  } finally {
    process.env = environment
    server.close()
  }
})
