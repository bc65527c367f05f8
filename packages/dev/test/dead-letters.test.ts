import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type {
  Audit,
  DeadLetter,
  DeadLetterResult,
  DeadLetters,
  DryRunResult,
  Journey,
  MessagePage,
  QueueContents,
  SendResult,
  Stats,
} from '@lpipe/dev'
import { type RunningShop, startShop } from './helpers.ts'

let shop: RunningShop
beforeAll(async () => {
  shop = await startShop({ watch: true })
})
afterAll(() => shop.stop())

const send = async (path: string, kwargs: object = {}): Promise<string> => {
  const [id = ''] = await shop.dev.send('orders', [{ path, kwargs }])
  return id
}
const letters = (query = ''): Promise<DeadLetters> => shop.get(`/api/dead-letters${query}`)
const contents = async (queue: string): Promise<string[]> =>
  (await shop.get<QueueContents>(`/api/queues/${queue}/messages`)).messages.map(({ id }) => id)

/** Repairs or breaks a function, and waits until the new code runs. */
const change = async (from: string, to: string): Promise<void> => {
  const reader = await shop.events('?topics=reload')
  await shop.edit('orders.ts', (text) => text.replace(from, to))
  await reader.next('reload', ({ lambdas }) => lambdas.includes('orders'))
  await reader.close()
}

/** Waits until the age of the oldest message of a queue is shown. It is measured once a second. */
const isAged = async (queue: string): Promise<void> => {
  const ageOf = ({ nodes }: Stats) => nodes.find(({ id }) => id === `sqs:${queue}`)?.oldestMillis
  while (ageOf(await shop.get<Stats>('/api/stats')) === undefined) await setTimeout(100)
}

const outOfPaper = "throw new FailCatastrophically('the printer is out of paper')"
const repaired = 'return payload({ queue: parcels, kwargs: { item: "repaired" } })'

test('dead letters of both kinds are listed with their error, path and function, in groups', async () => {
  const dead = [await send('FAIL', { n: 1 }), await send('FAIL', { n: 2 })]
  const long = { n: 3, note: `${'-'.repeat(1000)}Needle` }
  const dropped = await send('DROP', long)
  const broken = await shop.dev.send('orders', ['{"path": "DROP", "kwargs"'])
  for (const id of dead) await shop.reaches(id, 'dead')
  for (const id of [dropped, ...broken]) await shop.reaches(id, 'dropped')
  await isAged('orders-dead')
  await isAged('orders-dropped')

  const { groups, deadLetters, total } = await letters()
  expect(total).toBe(4)
  expect(groups).toMatchObject([
    { kind: 'sqs', queue: 'orders-dead', error: 'FailCatastrophically', path: 'FAIL', function: 'fail', count: 2 },
    { count: 1 },
    { count: 1 },
  ])
  expect(groups.find(({ path }) => path === 'DROP')).toMatchObject({
    kind: 'lpipe',
    queue: 'orders-dropped',
    error: 'FailButContinue',
    message: 'no customer wants it',
    function: 'drop',
    lambda: 'orders',
  })
  for (const group of groups) {
    const query = new URLSearchParams(group.filter as Record<string, string>)
    expect((await letters(`?${query}`)).deadLetters.map(({ id }) => id)).toEqual(group.ids)
  }
  expect((await letters('?text=customer wants')).total).toBe(1)
  expect((await letters('?text=needle')).deadLetters).toMatchObject([{ messageId: dropped }])
  expect((await letters(`?text=${dropped}`)).total).toBe(1)
  const first = await letters('?limit=1')
  expect([first.total, first.deadLetters.length, first.groups.length]).toEqual([4, 1, 3])

  const [ofSqs] = deadLetters.filter(({ kind }) => kind === 'sqs')
  const shown = await shop.get<DeadLetter>(`/api/dead-letters/${ofSqs?.id}`)
  expect(shown).toMatchObject({ to: 'orders', receiveCount: 3, fullError: { name: 'FailCatastrophically' } })
  expect(shown.fullError?.frames[0]?.file).toBe('orders.ts')
  const [ofLpipe] = deadLetters.filter(({ path }) => path === 'DROP')
  const letter = await shop.get<DeadLetter>(`/api/dead-letters/${ofLpipe?.id}`)
  expect(JSON.parse(letter.body.text)).toEqual({ path: 'DROP', kwargs: long })
  expect(JSON.parse(letter.letter?.text ?? '')).toMatchObject({ error: { name: 'FailButContinue' } })
  expect(letter).toMatchObject({ to: 'orders', messageId: dropped })
})

test('a dry run runs the code as it is now, and sends nothing', async () => {
  const [letter] = (await letters('?kind=sqs')).deadLetters
  const dryRun = (body: object = {}) => shop.post<DryRunResult>(`/api/dead-letters/${letter?.id}/dry-run`, body)
  const before = await dryRun()
  expect(before).toMatchObject({ lambda: 'orders', outcome: 'failed', path: 'FAIL', function: 'fail', sends: [] })
  expect(before.error?.message).toBe('the printer is out of paper')

  await change(outOfPaper, repaired)
  const messages = await shop.get<MessagePage>('/api/messages?queue=parcels')
  const after = await dryRun()
  expect(after).toMatchObject({ outcome: 'succeeded' })
  expect(after.sends).toMatchObject([{ queue: 'sqs:parcels', path: 'SHIP' }])
  expect(JSON.parse(after.sends[0]?.body.text ?? '')).toEqual({ path: 'SHIP', kwargs: { item: 'repaired' } })
  expect(after.spans.filter(({ kind }) => kind === 'function')).toMatchObject([{ name: 'fail', status: 'ok' }])

  const edited = await dryRun({ body: JSON.stringify({ path: 'ECHO', kwargs: { text: 'edited' } }) })
  expect(edited).toMatchObject({ outcome: 'succeeded', path: 'ECHO' })
  expect(edited.logs.map(({ text }) => text)).toContain('edited')
  const crashed = await dryRun({ body: JSON.stringify({ path: 'CRASH', kwargs: {} }) })
  expect(crashed).toMatchObject({ outcome: 'crashed', error: { message: 'the process ended itself with code 7' } })

  expect((await shop.get<MessagePage>('/api/messages?queue=parcels')).total).toBe(messages.total)
  expect((await letters('?kind=sqs')).total).toBe(2)
  expect((await letters('?kind=lpipe')).total).toBe(2)
})

test('calls that functions make themselves are captured too', async () => {
  await change(
    'const environment = () => {',
    `const environment = async () => {
  const { SQSClient, SendMessageCommand, GetQueueUrlCommand } = await import('@aws-sdk/client-sqs')
  const client = new SQSClient({})
  const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: 'parcels' }))
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'by hand' }))`,
  )
  const id = await send('ENVIRONMENT')
  const journey = await shop.reaches(id, 'succeeded')
  expect(journey.sent).toBe(1)
  const before = await shop.get<MessagePage>('/api/messages?text=by hand')
  const result = await shop.post<DryRunResult>(`/api/messages/${id}/dry-run`, {})
  expect(result).toMatchObject({
    outcome: 'succeeded',
    sends: [{ queue: 'sqs:parcels', operation: 'SendMessage', body: { text: 'by hand' } }],
  })
  expect((await shop.get<MessagePage>('/api/messages?text=by hand')).total).toBe(before.total)
})

test('one is redriven as it was, or edited; all of a group together', async () => {
  const [first, second] = (await letters('?kind=sqs')).deadLetters
  const one = await shop.post<DeadLetterResult>('/api/dead-letters/redrive', {
    ids: [first?.id],
    note: 'paper is there',
  })
  expect(one).toMatchObject({ done: [{ id: first?.id, to: 'orders' }], left: [] })
  const journey = await shop.journey(one.done[0]?.newId ?? '')
  expect(journey.messages.map(({ state }) => state)).toEqual(['succeeded', 'succeeded'])
  expect(journey.messages[0]).toMatchObject({ origin: 'redriven', body: { text: first?.preview } })
  expect(await contents('orders-dead')).toEqual([second?.id])

  const body = JSON.stringify({ path: 'ECHO', kwargs: { text: 'edited letter' } })
  const [dropped] = (await letters('?kind=lpipe&path=DROP')).deadLetters
  const edited = await shop.post<DeadLetterResult>('/api/dead-letters/redrive', { ids: [dropped?.id], body })
  const again = await shop.journey(edited.done[0]?.newId ?? '')
  expect(again.logs.map(({ text }) => text)).toEqual(['edited letter'])

  const rest = await shop.post<DeadLetterResult>('/api/dead-letters/redrive', { filter: { kind: 'sqs', path: 'FAIL' } })
  expect(rest.done.map(({ id }) => id)).toEqual([second?.id])
  expect(await contents('orders-dead')).toEqual([])
  const missing = await shop.post<DeadLetterResult>('/api/dead-letters/redrive', { ids: ['nothing'] })
  expect(missing).toEqual({ done: [], left: [{ id: 'nothing', reason: 'there is no such dead letter' }] })
})

test('one that stays is not lost: it is visible again', async () => {
  const reader = await shop.events('?topics=dead-letters')
  await change("throw new FailButContinue('no customer wants it')", "throw new FailButContinue('really no customer')")
  const ids = [await send('DROP', { n: 5 }), await send('DROP', { n: 6 })]
  for (const id of ids) await shop.reaches(id, 'dropped')
  await reader.next('dead-letters', ({ total }) => total === 3)
  await reader.close()
  const { deadLetters } = await letters('?message=really no customer')
  const [kept] = deadLetters
  const discarded = await shop.post<DeadLetterResult>('/api/dead-letters/discard', {
    ids: [deadLetters[1]?.id],
    note: 'known, see the ticket',
  })
  expect(discarded.done).toHaveLength(1)
  const { messages } = await shop.get<QueueContents>('/api/queues/orders-dropped/messages')
  expect(messages.find(({ id }) => id === kept?.id)).toMatchObject({ state: 'visible' })
})

test('that one goes is reported, also if another one comes meanwhile', async () => {
  const reader = await shop.events('?topics=dead-letters')
  const id = await send('DROP', { n: 7 })
  const [gone] = (await letters('?message=really no customer')).deadLetters
  await Promise.all([
    shop.reaches(id, 'dropped'),
    shop.post<DeadLetterResult>('/api/dead-letters/discard', { ids: [gone?.id], note: 'known' }),
  ])
  for (let ids: (string | undefined)[] = [gone?.id]; ids.includes(gone?.id); ) {
    await reader.next('dead-letters')
    ids = (await letters()).deadLetters.map((letter) => letter.id)
  }
  await reader.close()
})

test('a message that SQS has moved is its own, even if its body looks like a dead letter of lpipe', async () => {
  const forged = {
    path: 'CRASH',
    kwargs: {},
    error: { name: 'Forged', message: 'forged' },
    source: { type: 'sqs', arn: 'arn:aws:sqs:us-east-1:000000000000:parcels', id: 'forged' },
    record: { body: 'forged' },
  }
  const [id = ''] = await shop.dev.send('orders', [forged])
  await shop.reaches(id, 'dead')
  const shown = await shop.get<DeadLetter>(`/api/dead-letters/${id}`)
  expect(shown).toMatchObject({ kind: 'sqs', to: 'orders', messageId: id, body: { text: JSON.stringify(forged) } })
  expect(shown.error?.name).not.toBe('Forged')
})

test('discarding requires a note, and everything done is written down', async () => {
  const { deadLetters } = await letters()
  const result = await shop.post<DeadLetterResult>('/api/dead-letters/discard', { filter: {}, note: 'a test' })
  expect(result.done.map(({ id }) => id).sort()).toEqual(deadLetters.map(({ id }) => id).sort())
  expect((await letters()).total).toBe(0)
  const { lines } = await shop.get<Audit>('/api/audit')
  expect(lines.filter(({ action }) => action === 'discarded').map(({ note }) => note)).toEqual(
    expect.arrayContaining(['a test', 'known, see the ticket']),
  )
  expect(lines.find(({ edited }) => edited)).toMatchObject({ action: 'redriven', kind: 'lpipe', to: 'orders' })
  expect(shop.lines.join('\n')).toMatch(/redriven dead letter [\w-]+ of orders-dead to orders: paper is there/)
})

test('a message is sent again, as it was or edited, from here or from the start', async () => {
  const id = await send('ORDER', { item: 'a hat', count: 1 })
  const journey = await shop.journey(id)
  const parcel = journey.messages.find(({ queue }) => queue === 'sqs:parcels')
  const rerun = (of: string, body: object) =>
    shop.post<SendResult>(`/api/messages/${encodeURIComponent(of)}/rerun`, body)

  const here = await rerun(parcel?.id ?? '', {})
  expect(here.to).toBe('parcels')
  const again: Journey = await shop.journey(here.ids[0] ?? '')
  expect(again.messages).toMatchObject([{ lambda: 'shipping', origin: 'rerun', body: { text: parcel?.body.text } }])

  const edited = await rerun(id, { body: JSON.stringify({ path: 'ORDER', kwargs: { item: 'a scarf', count: 1 } }) })
  expect((await shop.journey(edited.ids[0] ?? '')).logs.map(({ text }) => text)).toContain('label one: a scarf')

  const event = journey.messages.find(({ queue }) => queue === 'kinesis:events')
  expect((await rerun(event?.id ?? '', {})).to).toBe('events')
  const start = await rerun(event?.id ?? '', { from: 'start' })
  expect(start.to).toBe('orders')
  expect((await shop.journey(start.ids[0] ?? '')).messages).toHaveLength(3)
})

test('messages are generated from the schema of a path, the same ones for a seed', async () => {
  const generated = async (seed: number): Promise<string[]> => {
    const reader = await shop.events('?topics=generate')
    const { id } = await shop.post<{ id: string }>('/api/generate', {
      to: 'orders',
      path: 'ORDER',
      count: 20,
      rate: 500,
      seed,
    })
    const done = await reader.next('generate', (generation) => generation.id === id && generation.state !== 'running')
    await reader.close()
    expect(done).toMatchObject({ state: 'done', sent: 20 })
    const { messages } = await shop.get<MessagePage>('/api/messages?queue=orders&limit=20')
    for (const message of messages) await shop.journey(message.id)
    const states = (await shop.get<MessagePage>('/api/messages?queue=orders&limit=20')).messages
    expect(new Set(states.map(({ state, origin }) => `${state} ${origin}`))).toEqual(new Set(['succeeded generated']))
    return messages.map(({ preview }) => preview)
  }
  const first = await generated(7)
  expect(new Set(first).size).toBeGreaterThan(5)
  expect(JSON.parse(first[0] ?? '')).toMatchObject({ path: 'ORDER', kwargs: { item: expect.any(String) } })
  expect(await generated(7)).toEqual(first)
})
