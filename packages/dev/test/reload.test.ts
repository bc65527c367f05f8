import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { Findings, Graph, QueueContents, Status } from '@lpipe/dev'
import { type RunningShop, startShop } from './helpers.ts'

let shop: RunningShop
beforeEach(async () => {
  shop = await startShop()
})
afterEach(() => shop.stop())

const ship = async (item: string): Promise<string | undefined> => {
  const [id = ''] = await shop.dev.send('parcels', [{ path: 'SHIP', kwargs: { item } }])
  return (await shop.journey(id)).logs[0]?.text
}

const pids = async (): Promise<Record<string, number | undefined>> => {
  const { lambdas } = await shop.get<Status>('/api/status')
  return Object.fromEntries(lambdas.map(({ name, environments }) => [name, environments[0]?.pid]))
}

test('a change of a source swaps the Lambdas that import it, and keeps the queues', async () => {
  expect(await ship('a hat')).toBe('label one: a hat')
  const before = await pids()
  const [failing = ''] = await shop.dev.send('orders', [{ path: 'FAIL', kwargs: {} }])
  await shop.reaches(failing, 'dead')

  const reader = await shop.events('?topics=reload')
  await shop.edit('label.ts', (text) => text.replace('label one', 'label two'))
  const reload = await reader.next('reload', ({ lambdas }) => lambdas.length > 0)
  await reader.close()
  expect(reload).toMatchObject({ lambdas: ['shipping'], files: [expect.stringMatching(/label\.ts$/)] })
  expect(await ship('a hat')).toBe('label two: a hat')

  const after = await pids()
  expect({ ...after, shipping: undefined }).toEqual({ ...before, shipping: undefined })
  expect(after['shipping']).not.toBe(before['shipping'])
  const dead = await shop.get<QueueContents>('/api/queues/orders-dead/messages')
  expect(dead.messages.map(({ id }) => id)).toEqual([failing])
  expect(shop.lines.join('\n')).toContain('reloaded shipping')
})

test('an invocation that runs is ended by the old code, the next one begins with the new code', async () => {
  await shop.edit('label.ts', (text) =>
    text.replace(
      '`label one',
      "`${await new Promise((done) => process.once('SIGUSR2', () => done('late')))} label one",
    ),
  )
  // An asynchronous label, so that an invocation lasts as long as the test wants.
  await shop.edit('label.ts', (text) => text.replace('(item: string): string =>', 'async (item: string) =>'))
  const reader = await shop.events('?topics=reload,messages')
  await shop.edit('shipping.ts', (text) =>
    text.replace('const ship = (', 'const ship = async (').replace('label(item)', 'await label(item)'),
  )
  await reader.next('reload', ({ lambdas }) => lambdas.includes('shipping'))
  const [id = ''] = await shop.dev.send('parcels', [{ path: 'SHIP', kwargs: { item: 'a hat' } }])
  await reader.next('messages', ({ messages }) => messages.some((one) => one.id === id && one.function === 'ship'))
  const { shipping } = await pids()

  await shop.edit('label.ts', () => 'export const label = (item: string) => `label three: ${item}`\n')
  await reader.next('reload', ({ lambdas }) => lambdas.includes('shipping'))
  process.kill(shipping ?? 0, 'SIGUSR2')
  expect((await shop.journey(id)).logs.map(({ text }) => text)).toEqual(['late label one: a hat'])
  expect(await ship('a scarf')).toBe('label three: a scarf')
  await reader.close()
})

test('sources that cannot be built or imported leave the old code running', async () => {
  const reader = await shop.events('?topics=reload')
  await shop.edit('label.ts', (text) => `${text}\nexport const broken = (`)
  expect((await reader.next('reload', ({ problem }) => problem !== undefined)).problem).toMatch(/label\.ts:\d+:\d+: /)
  expect(await ship('a hat')).toBe('label one: a hat')

  await shop.edit('label.ts', () => "throw new Error('no labels today')\nexport const label = String\n")
  const { problem } = await reader.next('reload', (event) => event.problem?.includes('no labels') === true)
  expect(problem).toContain('function shipping cannot be imported: Error: no labels today (label.ts:1)')
  expect(await ship('a hat')).toBe('label one: a hat')
  const { lambdas } = await shop.get<Status>('/api/status')
  expect(lambdas.find(({ name }) => name === 'shipping')).toMatchObject({ state: 'broken' })

  await shop.edit('label.ts', () => 'export const label = (item: string) => `label four: ${item}`\n')
  await reader.next('reload', ({ lambdas: swapped }) => swapped.includes('shipping'))
  expect(await ship('a hat')).toBe('label four: a hat')
  await reader.close()
})

test('a change of the graph is shown', async () => {
  const reader = await shop.events('?topics=reload')
  await shop.edit('shipping.ts', (text) => text.replace('SHIP: [ship]', 'SHIP: [ship], RETURN: [ship]'))
  let graph = await shop.get<Graph>('/api/graph')
  while (!graph.nodes.some(({ id }) => id === 'path:shipping/RETURN') || !graph.complete) {
    await reader.next('reload')
    graph = await shop.get<Graph>('/api/graph')
  }
  const { findings, complete } = await shop.get<Findings>('/api/findings')
  expect(complete).toBe(true)
  expect(findings.every(({ source }) => source?.file.endsWith('lpipe.config.ts'))).toBe(true)

  await shop.edit('lpipe.config.ts', (text) => text.replace('parcels: {}', 'parcels: {}, gifts: {}'))
  let status = await shop.get<Status>('/api/status')
  while (status.restartRequired === undefined) {
    await reader.next('reload')
    status = await shop.get<Status>('/api/status')
  }
  expect(status.restartRequired).toBe('changed: queues. Restart to apply it')
  await reader.close()
})
