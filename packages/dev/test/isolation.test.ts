import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Invocation, Invocations, Journey, Status } from '@lpipe/dev'
import { type RunningShop, startShop } from './helpers.ts'

/** Adds a Lambda with the code of `orders` and a short timeout. */
const withLoops = (config: string): string =>
  config.replace('queues: {', `queues: { loops: { deadLetter: { queue: 'orders-dead', maxReceiveCount: 2 } },`).replace(
    'functions: {',
    `functions: {
    loops: { load: () => import('./orders.ts'), timeout: 4, source: { queue: 'loops', retryAfterSeconds: 0 } },`,
  )

let shop: RunningShop
beforeAll(async () => {
  shop = await startShop({}, ({ edit }) => edit('lpipe.config.ts', withLoops))
})
afterAll(() => shop.stop())

const sendTo = async (queue: string, path: string, kwargs: object = {}): Promise<string> => {
  const [id = ''] = await shop.dev.send(queue, [{ path, kwargs }])
  return id
}

const pidOf = async (name: string): Promise<number | undefined> => {
  const { lambdas } = await shop.get<Status>('/api/status')
  return lambdas.find((lambda) => lambda.name === name)?.environments[0]?.pid
}

/** Sends a parcel that has nothing to do with the others. */
const shipOther = async (): Promise<Journey> => {
  const [id = ''] = await shop.dev.send('parcels', [{ path: 'SHIP', kwargs: { item: 'a scarf' } }])
  return shop.journey(id)
}

test('a Lambda that ends its process harms only itself', async () => {
  const shipping = await pidOf('shipping')
  const id = await sendTo('orders', 'CRASH')
  expect((await shipOther()).messages[0]?.state).toBe('succeeded')
  const message = await shop.reaches(id, 'dead')
  expect(message.error).toEqual({ name: 'ProcessEnded', message: 'the process ended itself with code 7' })
  expect(message.deliveries).toBe(2)
  const { spans, logs } = await shop.get<Journey>(`/api/messages/${id}`)
  expect(spans.filter(({ kind }) => kind === 'function').map(({ name, status }) => ({ name, status }))).toEqual([
    { name: 'crash', status: 'unknown' },
    { name: 'crash', status: 'unknown' },
  ])
  expect(logs.map(({ text }) => text)).toEqual(['about to crash', 'about to crash'])

  expect(await pidOf('shipping')).toBe(shipping)
  const ordered = await sendTo('orders', 'ORDER', { item: 'a hat', count: 1 })
  expect((await shop.journey(ordered)).messages).toHaveLength(3)
  expect(shop.lines.join('\n')).toMatch(
    /orders {2}\w{8} {2}1 message: crashed, \d+ ms, cold start|orders {2}\w{8} {2}1 message: crashed, \d+ ms/,
  )
})

test('an endless loop is ended at the timeout of its function, and harms only itself', async () => {
  const id = await sendTo('loops', 'LOOP')
  const reader = await shop.events('?topics=logs')
  expect((await shipOther()).messages[0]?.state).toBe('succeeded')
  await reader.next('logs', ({ lines }) => lines.some(({ text }) => text === 'label one: a scarf'))
  await reader.close()

  const message = await shop.reaches(id, 'dead')
  expect(message.error?.message).toBe('Task timed out after 4.00 seconds')
  const { spans, logs } = await shop.get<Journey>(`/api/messages/${id}`)
  const runs = spans.filter(({ kind }) => kind === 'invocation')
  for (const { startedAt, endedAt = 0 } of runs) {
    expect(endedAt - startedAt).toBeGreaterThanOrEqual(3990)
    expect(endedAt - startedAt).toBeLessThan(10_000)
  }
  // What it printed before it began to loop.
  expect(logs.map(({ text }) => text)).toEqual(['about to loop', 'about to loop'])

  const { invocations } = await shop.get<Invocations>('/api/invocations?lambda=loops')
  const timedOut = invocations.filter(({ outcome }) => outcome === 'timedOut')
  expect(timedOut).toHaveLength(2)
  const invocation = await shop.get<Invocation>(`/api/invocations/${timedOut[0]?.requestId}`)
  expect(invocation.messageIds).toEqual([id])
  expect(JSON.parse(invocation.event.text)).toMatchObject({ Records: [{ messageId: id }] })
  const { messages } = await shop.journey(await sendTo('loops', 'ECHO', { text: 'again' }))
  expect(messages).toMatchObject([{ lambda: 'loops', state: 'succeeded' }])
})
