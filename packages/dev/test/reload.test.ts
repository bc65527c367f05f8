import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import type { Findings, Graph, QueueContents, ReloadEvent, Status } from '@lpipe/dev'
import { type RunningShop, startShop } from './helpers.ts'

let shop: RunningShop
beforeAll(async () => {
  shop = await startShop({ watch: true })
})
afterAll(() => shop.stop())

const labelOf = (name: string): string => `export const label = (item: string): string => '${name}: '.concat(item)\n`

/** Changes a source, and waits until the Lambda runs with it. */
const changed = async (lambda: string, file: string, change: (text: string) => string): Promise<ReloadEvent> => {
  const reader = await shop.events('?topics=reload')
  await shop.edit(file, change)
  const reload = await reader.next('reload', ({ lambdas }) => lambdas.includes(lambda))
  await reader.close()
  return reload
}

beforeEach(async () => {
  if ((await ship('a hat')) !== 'label one: a hat') await changed('shipping', 'label.ts', () => labelOf('label one'))
})

const ship = async (item: string): Promise<string | undefined> => {
  const [id = ''] = await shop.dev.send('parcels', [{ path: 'SHIP', kwargs: { item } }])
  return (await shop.journey(id)).logs[0]?.text
}

const pids = async (): Promise<Record<string, number | undefined>> => {
  const { lambdas } = await shop.get<Status>('/api/status')
  // Before the newest one may stand one that is about to end.
  return Object.fromEntries(lambdas.map(({ name, environments }) => [name, environments.at(-1)?.pid]))
}

test('a change of a source swaps the Lambdas that import it, and keeps the queues', async () => {
  const before = await pids()
  const [failing = ''] = await shop.dev.send('orders', [{ path: 'FAIL', kwargs: {} }])
  await shop.reaches(failing, 'dead')

  const reload = await changed('shipping', 'label.ts', () => labelOf('label two'))
  expect(reload).toMatchObject({ lambdas: ['shipping'], files: ['label.ts'] })
  expect(await ship('a hat')).toBe('label two: a hat')

  const after = await pids()
  expect({ ...after, shipping: undefined }).toEqual({ ...before, shipping: undefined })
  expect(after['shipping']).not.toBe(before['shipping'])
  const dead = await shop.get<QueueContents>('/api/queues/orders-dead/messages')
  expect(dead.messages.map(({ id }) => id)).toEqual([failing])
  expect(shop.lines.join('\n')).toContain('reloaded shipping (label.ts changed)')
})

/** Waits until a signal arrives, so that an invocation lasts as long as the test wants. */
const waitingShip = `const ship = async ({ item }: { item: string }) => {
  await new Promise<void>((resolve) => process.once('SIGUSR2', () => resolve()))
  console.log(label(item))
}
`

test('an invocation that runs is ended by the old code, the next one begins with the new code', async () => {
  const reader = await shop.events('?topics=reload,messages')
  await shop.edit('shipping.ts', (text) => text.replace(/const ship = [\s\S]*?\n}\n/, waitingShip))
  await reader.next('reload', ({ lambdas }) => lambdas.includes('shipping'))
  const [id = ''] = await shop.dev.send('parcels', [{ path: 'SHIP', kwargs: { item: 'a hat' } }])
  await reader.next('messages', ({ messages }) => messages.some((one) => one.id === id && one.function === 'ship'))
  const { shipping = 0 } = await pids()

  await shop.edit('label.ts', () => labelOf('label three'))
  await shop.edit('shipping.ts', (text) => text.replace(/ {2}await .*\n/, ''))
  await reader.next('reload', ({ lambdas, files }) => lambdas.includes('shipping') && files.includes('shipping.ts'))
  process.kill(shipping, 'SIGUSR2')
  expect((await shop.journey(id)).logs.map(({ text }) => text)).toEqual(['label one: a hat'])
  expect(await ship('a scarf')).toBe('label three: a scarf')
  await reader.close()
})

test('sources that cannot be built or imported leave the old code running', async () => {
  const reader = await shop.events('?topics=reload')
  await shop.edit('label.ts', (text) => `${text}\nexport const broken = (`)
  expect((await reader.next('reload', ({ problem }) => problem !== undefined)).problem).toMatch(/label\.ts:\d+:\d+: /)
  expect(await ship('a hat')).toBe('label one: a hat')

  await shop.edit('label.ts', () => "throw new Error('no labels today')\nexport const label = String\n")
  const { problem } = await reader.next('reload', (event) => event.problem?.startsWith('function') === true)
  expect(problem).toContain('function shipping cannot be imported: Error: no labels today (label.ts:1)')
  expect(await ship('a hat')).toBe('label one: a hat')
  const { lambdas } = await shop.get<Status>('/api/status')
  expect(lambdas.find(({ name }) => name === 'shipping')).toMatchObject({ state: 'broken' })

  await changed('shipping', 'label.ts', () => labelOf('label four'))
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

  await shop.edit('lpipe.config.ts', (text) => text.replace("'orders-dropped': {}", "'orders-dropped': {}, gifts: {}"))
  let status = await shop.get<Status>('/api/status')
  while (status.restartRequired === undefined) {
    await reader.next('reload')
    status = await shop.get<Status>('/api/status')
  }
  const text = 'Not applied: queues changed in lpipe.config.ts. Restart `lpipe dev` to apply it'
  expect(status.restartRequired).toBe(text)
  await reader.next('reload', ({ files }) => files.some((file) => file.endsWith('lpipe.config.ts')))
  expect(shop.lines.filter((line) => line.endsWith(`  ${text}`))).toHaveLength(1)

  // As it was: nothing is left to apply.
  await shop.edit('lpipe.config.ts', (text) => text.replace(', gifts: {}', ''))
  while (status.restartRequired !== undefined) {
    await reader.next('reload')
    status = await shop.get<Status>('/api/status')
  }
  await reader.close()
})
