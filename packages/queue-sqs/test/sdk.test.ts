/** The client that is made without the option `client`. */
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { expect, test } from '@jest/globals'
import type { Message } from '@lpipe/core'
import { queueSqs } from '@lpipe/queue-sqs'
import { expectedTimeouts, timeoutsOf, unreachable, withEndpoint } from '../../core/test/aws/sdk-client.ts'
import { loadSdk } from '../src/sdk.ts'

const oneAttempt = { AWS_MAX_ATTEMPTS: '1' }

const endpointOf = (server: { address(): unknown }): string =>
  `http://127.0.0.1:${(server.address() as AddressInfo).port}`

test('waits 3 s for a connection and 15 s for an answer', () =>
  withEndpoint(
    unreachable,
    async () => {
      const { client, GetQueueUrlCommand } = await loadSdk(undefined)
      expect(await timeoutsOf(client, new GetQueueUrlCommand({ QueueName: 'orders' }))).toEqual(expectedTimeouts)
      client.destroy()
    },
    oneAttempt,
  ))

test('ends a request that is not answered in time', async () => {
  const sockets = new Set<{ destroy(): void }>()
  const server = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const run = async (): Promise<void> => {
    const { client, GetQueueUrlCommand } = await loadSdk(undefined)
    const handler = client.config.requestHandler as object as {
      updateHttpClientConfig(key: string, value: unknown): void
    }
    handler.updateHttpClientConfig('requestTimeout', 50)
    const command = new GetQueueUrlCommand({ QueueName: 'orders' })
    await expect(client.send(command as never)).rejects.toThrow(expect.objectContaining({ name: 'TimeoutError' }))
    client.destroy()
  }
  await withEndpoint(endpointOf(server), run, oneAttempt).finally(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
})

test('a send is one request, because lpipe retries and logs the first failure; calls to the source queue are retried by the SDK', async () => {
  const requests: string[] = []
  const server = createHttpServer((request, response) => {
    requests.push(String(request.headers['x-amz-target']).replace('AmazonSQS.', ''))
    response.destroy()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const endpoint = endpointOf(server)
  const run = async (): Promise<void> => {
    const { signal } = new AbortController()
    const sqs = queueSqs()
    const queue = { type: 'sqs', name: undefined, path: undefined, url: `${endpoint}/123456789012/orders`, options: {} }
    await expect(sqs.send(queue as never, [{ MessageBody: '{}' } as never], signal)).rejects.toThrow('socket hang up')
    const eventSource = 'arn:aws:sqs:eu-west-1:123456789012:orders'
    const message = { eventSource, record: { receiptHandle: 'a' } } as unknown as Message
    expect(await sqs.remove([message], signal)).toEqual([message])
    expect(requests).toEqual(['SendMessageBatch', 'GetQueueUrl', 'GetQueueUrl', 'GetQueueUrl'])
  }
  await withEndpoint(endpoint, run).finally(() => server.close())
})
