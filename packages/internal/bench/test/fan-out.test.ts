import { SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { counted, forwarders, mustSend, type Sent } from '../src/fan-out.ts'
import { startDelay, startQueue } from '../src/queue-server.ts'
import { sqs } from '../src/work.ts'

let queue: Awaited<ReturnType<typeof startQueue>>
let sent: Sent

beforeAll(async () => {
  queue = await startQueue()
  sent = counted(queue.client)
})

afterAll(async () => {
  queue.client.destroy()
  await queue.stop()
})

test.each<[name: string, calls: number]>([
  ['an ideal batcher', 3],
  ['an ideal batcher that counts hops', 3],
  ['lpipe', 3],
  ['a call for each message', 25],
])('%s sends every message, in %i calls', async (name, calls) => {
  const run = () => forwarders(queue.client, queue.url)[name]?.(sqs(25))
  expect(await mustSend(name, run, sent, 25)).toBe(calls)
})

test('a contender that sends too little is found', async () => {
  const idle = async () => ({ batchItemFailures: [] })
  await expect(mustSend('an idler', idle, sent, 3)).rejects.toThrow('an idler sent 0 of 3 messages')
})

test('the proxy delays each call', async () => {
  const delay = await startDelay(queue.address, 20)
  const client = new SQSClient({ useQueueUrlAsEndpoint: false, endpoint: delay.address })
  const distant = counted(client)
  const began = performance.now()
  await mustSend('lpipe', () => forwarders(client, queue.url)['lpipe']?.(sqs(10)), distant, 10)
  expect(performance.now() - began).toBeGreaterThan(19)
  client.destroy()
  await delay.stop()
})
