import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Events, Generation, Stats } from '@lpipe/dev'
import { eventStream } from '../src/api/stream.ts'
import type { Subscriber } from '../src/events/hub.ts'
import { type RunningShop, startShop } from './helpers.ts'

let shop: RunningShop
beforeAll(async () => {
  shop = await startShop({ logs: false })
})
afterAll(() => shop.stop())

const orders = 1000

test('1,000 messages a second do not flood a stream of events, and each is counted', async () => {
  const reader = await shop.events('?topics=messages,flow,stats')
  const since = performance.now()
  await shop.post<Generation>('/api/generate', { to: 'orders', path: 'ORDER', count: orders, rate: 1000 })
  const sizes: number[] = []
  let [passed, shown] = [0, 0]
  const readMessages = async (): Promise<void> => {
    // Each order becomes two more messages.
    let succeeded = 0
    while (succeeded < orders * 3 || passed < orders) {
      const { name, data } = await reader.nextOf('messages', 'flow', 'stats')
      if (name === 'messages') {
        const { messages, skipped } = data as Events['messages']
        sizes.push(messages.length)
        shown += messages.length + skipped
      } else if (name === 'flow') {
        // Until the payloads of functions are read from the sources, only traffic shows this edge.
        for (const [id, { count }] of Object.entries((data as Events['flow']).edges)) {
          if (id.startsWith('path:orders/ORDER > path:orders/PACK > ')) passed += count
        }
      } else succeeded = (data as Events['stats']).totals.succeeded
    }
  }
  await readMessages()
  const seconds = (performance.now() - since) / 1000
  await reader.close()

  expect(Math.max(...sizes)).toBeLessThanOrEqual(100)
  expect(sizes.length / seconds).toBeLessThan(5)
  expect(shown).toBeGreaterThanOrEqual(orders * 3)
  expect(passed).toBe(orders)
  const { totals, nodes } = await shop.get<Stats>('/api/stats')
  expect(totals).toMatchObject({ messages: orders * 3, succeeded: orders * 3, failed: 0, running: 0, waiting: 0 })
  expect(nodes.find(({ id }) => id === 'step:orders/ORDER/price')?.count).toBe(orders)
})

test('a client that reads slowly makes nothing wait: it misses events, and reads that it must fetch again', async () => {
  let subscriber: Subscriber | undefined
  const hub = {
    subscribe: (given: Subscriber) => {
      subscriber = given
      return () => undefined
    },
    emit: () => undefined,
    close: () => undefined,
  }
  const options = { topics: ['logs'], path: undefined, lambda: undefined, generation: 3 } as const
  const reader = eventStream(hub, options).pipeThrough(new TextDecoderStream()).getReader()
  const line = { time: 0, lambda: 'orders', stream: 'stdout', level: 'info', text: 'x'.repeat(100_000) } as const
  for (let count = 0; count < 200; count += 1) subscriber?.send('logs', { lines: [line], skipped: 0 })

  let text = ''
  let sent = 0
  while (!text.includes('event: reload')) {
    text += (await reader.read()).value
    // What happens while it reads is sent again.
    if (sent < 1000) subscriber?.send('logs', { lines: [], skipped: sent })
    sent += 1
  }
  const received = text.match(/x{100000}/g)?.length ?? 0
  expect(received).toBeGreaterThan(10)
  expect(received).toBeLessThan(60)
  expect(text).toContain('event: reload\ndata: {"generation":3,"lambdas":[],"files":[]}\n\n')
  await reader.cancel()
})
