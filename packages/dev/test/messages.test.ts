import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Journey, LogLine, MessagePage, Span, Stats, Status } from '@lpipe/dev'
import { type RunningShop, startShop } from './helpers.ts'

let shop: RunningShop
beforeAll(async () => {
  shop = await startShop()
})
afterAll(() => shop.stop())

const send = async (body: unknown): Promise<string> => {
  const [id = ''] = await shop.dev.send('orders', [body])
  return id
}
/** Waits until a message has led to another. */
const childOf = async (id: string): Promise<string> => {
  const reader = await shop.events('?topics=messages')
  try {
    for (;;) {
      const { messages } = await shop.get<MessagePage>(`/api/messages?rootId=${id}`)
      const child = messages.find(({ parentId }) => parentId === id)
      if (child !== undefined) return child.id
      await reader.next('messages')
    }
  } finally {
    await reader.close()
  }
}
const order = (item: string) => ({ path: 'ORDER', kwargs: { item, count: 2 } })
const named = (journey: Journey, kind: Span['kind']) => journey.spans.filter((span) => span.kind === kind)

describe('the way of a message', () => {
  let journey: Journey
  beforeAll(async () => {
    journey = await shop.journey(await send(order('a hat')))
  })

  test('leads through both Lambdas behind its queues', () => {
    const lambdas = journey.messages.map(({ lambda, queue, state, parentId }) => ({
      lambda,
      queue,
      state,
      root: !parentId,
    }))
    expect(lambdas).toEqual(
      expect.arrayContaining([
        { lambda: 'orders', queue: 'sqs:orders', state: 'succeeded', root: true },
        { lambda: 'shipping', queue: 'sqs:parcels', state: 'succeeded', root: false },
        { lambda: 'counting', queue: 'kinesis:events', state: 'succeeded', root: false },
      ]),
    )
    expect(journey.messages).toHaveLength(3)
    expect(new Set(journey.messages.map(({ rootId }) => rootId))).toEqual(new Set([journey.rootId]))
    expect(journey.incomplete).toBe(false)
  })

  test('has a span for each step, with the kwargs and what was returned', () => {
    expect(
      named(journey, 'wait')
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['events', 'orders', 'parcels'])
    expect(named(journey, 'path').map(({ name }) => name)).toEqual(
      expect.arrayContaining(['ORDER', 'PACK', 'SHIP', 'COUNT']),
    )
    const [price] = named(journey, 'function').filter(({ name }) => name === 'price')
    expect(JSON.parse(price?.input?.text ?? '')).toEqual({ item: 'a hat', count: 2 })
    expect(JSON.parse(price?.output?.text ?? '')).toMatchObject({ path: 'PACK', kwargs: { item: 'a hat', cents: 200 } })
    expect(price).toMatchObject({ status: 'ok', node: 'step:orders/ORDER/price', delivery: 1 })
    const [count] = named(journey, 'function').filter(({ name }) => name === 'count')
    expect(count?.output?.text).toBe('"counted a hat"')
  })

  test('says which messages a send has sent', () => {
    const sent = named(journey, 'send').flatMap(({ sentIds = [] }) => sentIds)
    const children = journey.messages.filter(({ parentId }) => parentId !== undefined).map(({ id }) => id)
    expect(sent.sort()).toEqual(children.sort())
  })

  test('spans lie in their parents', () => {
    const spans = new Map(journey.spans.map((span) => [span.id, span]))
    for (const span of journey.spans) {
      if (span.parentId === undefined) continue
      const parent = spans.get(span.parentId)
      expect({ id: span.id, parent: parent?.id }).toEqual({ id: span.id, parent: span.parentId })
      expect(span.startedAt).toBeGreaterThanOrEqual((parent?.startedAt ?? Infinity) - 1)
      expect(span.endedAt ?? 0).toBeLessThanOrEqual((parent?.endedAt ?? 0) + 1)
    }
  })

  test('has what was printed meanwhile', () => {
    expect(journey.logs).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ text: 'priced a hat', lambda: 'orders', messageId: journey.rootId, level: 'info' }),
        expect.objectContaining({ text: 'label one: a hat', lambda: 'shipping' }),
      ]),
    )
  })
})

test('each Lambda has its own environment and its own process', async () => {
  const journey = await shop.journey(await send({ path: 'ENVIRONMENT', kwargs: {} }))
  expect(journey.logs.map(({ text }) => text)).toContain('hello orders')
  const { lambdas } = await shop.get<Status>('/api/status')
  const pids = lambdas.flatMap(({ environments }) => environments.map(({ pid }) => pid))
  expect(new Set([...pids, process.pid]).size).toBe(4)
  expect(process.env['GREETING']).toBeUndefined()
  const ran = lambdas.find(({ name }) => name === 'orders')?.environments[0]
  expect(ran?.memoryBytes).toBeGreaterThan(20_000_000)
})

test('a message that fails has its error with the place in the source, and is delivered again', async () => {
  const id = await send({ path: 'FAIL', kwargs: {} })
  const message = await shop.reaches(id, 'dead')
  expect(message).toMatchObject({
    deliveries: 2,
    path: 'FAIL',
    function: 'fail',
    error: { name: 'FailCatastrophically', message: 'the printer is out of paper' },
  })
  const { spans } = await shop.get<Journey>(`/api/messages/${id}`)
  expect(spans.map(({ kind }) => kind)).toContain('retry')
  const [failed] = spans.filter(({ kind, status }) => kind === 'function' && status === 'error')
  expect(failed?.error?.frames[0]).toMatchObject({ file: 'orders.ts', function: 'fail', own: true })
  expect(failed?.error?.frames[0]?.line).toBeGreaterThan(20)
})

test('decoding has its own time, between the start of the invocation and the run', async () => {
  const { spans } = await shop.journey(await send({ path: 'ECHO', kwargs: { text: 'x', large: 'y'.repeat(300_000) } }))
  const of = (kind: Span['kind']): { startedAt: number; endedAt: number } => {
    const { startedAt = 0, endedAt = 0 } = spans.find((span) => span.kind === kind) ?? {}
    return { startedAt, endedAt }
  }
  const { startedAt, endedAt } = of('decode')
  expect(endedAt).toBeGreaterThan(startedAt)
  expect(startedAt).toBeGreaterThanOrEqual(of('invocation').startedAt)
  expect(endedAt).toBeLessThanOrEqual(of('message').startedAt)
})

test('a message that cannot be decoded has its error', async () => {
  const message = await shop.reaches(await send('{"path": "ORDER", "kwargs": {"item": "bro'), 'dropped')
  expect(message.error?.name).toBe('InvalidPayloadError')
  const { spans } = await shop.get<Journey>(`/api/messages/${message.id}`)
  const decode = spans.find(({ kind }) => kind === 'decode')
  expect(decode?.status).toBe('error')
  // Not when its batch ended.
  const invocation = spans.find(({ kind }) => kind === 'invocation')
  expect(decode?.endedAt).toBeLessThan(invocation?.endedAt ?? 0)
})

test('a message of a topic leads to the queues that it was delivered to', async () => {
  const [id = ''] = await shop.dev.send('news', [{ path: 'SHIP', kwargs: { item: 'news' } }])
  const [first, second] = (await shop.journey(await childOf(id))).messages
  expect(first).toMatchObject({ id, queue: 'sns:news', state: 'succeeded' })
  expect(second).toMatchObject({ parentId: id, queue: 'sqs:parcels', state: 'succeeded', lambda: 'shipping' })
})

test('messages are found by path, function, state, queue, id and text, page by page', async () => {
  const ids = await shop.dev.send(
    'orders',
    ['one', 'two', 'three'].map((item) => order(`needle ${item}`)),
  )
  for (const id of ids) await shop.journey(id)
  const find = (query: string) => shop.get<MessagePage>(`/api/messages?${query}`)
  expect((await find('text=NEEDLE&roots=true')).messages.map(({ id }) => id)).toEqual(ids.toReversed())
  expect((await find('text=needle&path=SHIP')).total).toBe(3)
  expect((await find('text=needle&function=ship')).total).toBe(3)
  expect((await find('text=needle&queue=parcels&state=succeeded')).total).toBe(3)
  expect((await find('text=needle&state=failed,dead')).total).toBe(0)
  expect((await find(`id=${ids[1]?.slice(0, 12)}`)).messages.map(({ id }) => id)).toEqual([ids[1]])
  const first = await find('text=needle&lambda=orders&limit=2')
  expect(first.messages).toHaveLength(2)
  const second = await find(`text=needle&lambda=orders&limit=2&cursor=${first.next}`)
  expect([...first.messages, ...second.messages].map(({ id }) => id)).toEqual(ids.toReversed())
  expect(second.next).toBeUndefined()
})

test('nodes and edges are counted, and traffic takes no edge that the graph lacks', async () => {
  await shop.journey(await send(order('counted')))
  await shop.journey(await send({ path: 'DIRECT', kwargs: { item: 'direct' } }))
  const graph = await shop.completeGraph()
  const stats = await shop.get<Stats>('/api/stats')
  const countOf = (id: string) => stats.edges.find((edge) => edge.id === id)?.count ?? 0
  const edge = (from: string, to: string) => graph.edges.find((one) => one.from === from && one.to === to)
  for (const [from, to] of [
    ['path:orders/ORDER', 'path:orders/PACK'],
    ['path:orders/PACK', 'sqs:parcels'],
    ['path:orders/PACK', 'kinesis:events'],
    ['path:orders/DIRECT', 'sqs:parcels'],
    ['sqs:parcels', 'path:shipping/SHIP'],
  ] as const) {
    expect({ from, to, count: countOf(edge(from, to)?.id ?? '') > 0 }).toEqual({ from, to, count: true })
  }
  const seen = graph.edges.filter(({ kind }) => kind === 'seen')
  expect(seen).toEqual([])
  expect(stats.nodes.find(({ id }) => id === 'step:orders/ORDER/price')?.count).toBeGreaterThan(0)
  expect(stats.totals.messages).toBeGreaterThan(10)
})

test('hostile texts do no harm: they are cut, and cannot end a line or a mark', async () => {
  const text = '\u001b[31mred\u001b[0m \u202eabc <script>alert(1)</script> \u001e1 2\u001f\u2028next'
  const journey = await shop.journey(await send({ path: 'ECHO', kwargs: { text } }))
  const printed = journey.logs.map((line) => line.text).join('')
  expect(printed).toContain('<script>alert(1)</script>')
  const controls = ['\u001b', '\u001e', '\u001f', '\u202e']
  expect(controls.filter((one) => printed.includes(one) || shop.lines.join('').includes(one))).toEqual([])

  const large = await shop.journey(await send({ path: 'ECHO', kwargs: { text: 'x'.repeat(1_000_000) } }))
  const [echo] = named(large, 'function')
  expect(echo?.input).toMatchObject({ cut: true, bytes: 1_000_011 })
  expect(echo?.input?.text.length).toBe(65_536)
  expect(Math.max(...large.logs.map((line: LogLine) => line.text.length))).toBe(16_384)

  const deep = await send(`{"path":"ECHO","kwargs":{"text":${'['.repeat(20_000)}${']'.repeat(20_000)}}}`)
  expect((await shop.journey(deep)).messages[0]?.state).toMatch(/^(?:succeeded|dropped)$/)
})
