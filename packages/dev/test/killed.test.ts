import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { findDev, type Status, startDev } from '@lpipe/dev'
import { clientOf, copyShop, type Shop } from './helpers.ts'

let shop: Shop
let server: ChildProcess | undefined
beforeAll(async () => {
  shop = await copyShop()
})
afterAll(async () => {
  server?.kill('SIGKILL')
  await shop.remove()
})

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('of a server that is killed nothing stays: a Lambda that loops ends, and the next server removes what was built', async () => {
  const program = `
    import { startDev } from '@lpipe/dev'
    const { origin, token } = await startDev({ config: ${JSON.stringify(shop.config)}, port: 0, watch: false, print: () => {} })
    process.send({ origin, token })`
  server = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const [address] = await once(server, 'message')
  const client = clientOf(address)
  const reader = await client.events('?topics=logs')
  await client.post('/api/messages/send', { to: 'orders', body: '{"path":"LOOP","kwargs":{}}' })
  const line = await reader.next('logs', ({ lines }) => lines.some(({ text }) => text === 'about to loop'))
  expect(line).toBeDefined()
  const { lambdas } = await client.get<Status>('/api/status')
  const pids = lambdas.flatMap(({ environments }) => environments.map(({ pid }) => pid))
  expect(pids.length).toBeGreaterThanOrEqual(3)
  const built = fileURLToPath(new URL('../node_modules/.cache/lpipe-dev/', import.meta.url))
  const leftOf = (pid: number | undefined) => readdirSync(built).filter((name) => name.includes(`-${pid}-`))
  expect(leftOf(server.pid)).toHaveLength(2) // what it built, and how it is reached

  server.kill('SIGKILL')
  await once(server, 'exit')
  while (pids.some(isRunning)) await setTimeout(100)
  expect(findDev(shop.config)).toBeUndefined()
  const next = await startDev({ config: shop.config, port: 0, watch: false, print: () => undefined })
  expect(leftOf(server.pid)).toEqual([])
  await next.stop()
})
