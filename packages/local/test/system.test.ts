import { afterEach, expect, test } from '@jest/globals'
import { type LocalPipeline, localPipeline } from '@lpipe/local'
import { system } from '@lpipe/system'
import type { SQSEvent } from 'aws-lambda'
import { soon } from './helpers.ts'

let local: LocalPipeline | undefined
afterEach(() => local?.stop())

const received: string[] = []
let loads = 0

/** A module with a handler. Its clients are made when it is imported, so the variables of the environment must be set. */
const load = async () => {
  loads += 1
  const endpoint = process.env['AWS_ENDPOINT_URL_SQS']
  return {
    take: ({ Records }: SQSEvent) => void received.push(...Records.map(({ body }) => `${body} ${typeof endpoint}`)),
  }
}

const shop = system({
  queues: { orders: {} },
  functions: {
    take: { load, handler: 'take', source: { queue: 'orders' }, memory: 256 },
    api: { load, handler: 'take' }, // invoked by something else
  },
})

test('a system runs; its handlers are imported once, when the environment is set', async () => {
  for (const message of ['one', 'two']) {
    local = await localPipeline(shop)
    await local.send('orders', [message])
    await local.drained(soon)
    await local.stop()
  }
  expect(received).toEqual(['one string', 'two string'])
  expect(loads).toBe(2) // one for each function
})

test('functions that replace those of a system run instead', async () => {
  const bodies: string[] = []
  const { functions } = shop
  const handler = ({ Records }: SQSEvent) => void bodies.push(...Records.map(({ body }) => body))
  local = await localPipeline({
    ...shop,
    functions: { ...functions, take: { ...functions.take, load: async () => ({ take: handler }) } },
  })
  await local.send('orders', ['three'])
  await local.drained(soon)
  expect(bodies).toEqual(['three'])
})

test('a handler that cannot be imported stops the pipeline', async () => {
  // @ts-expect-error the module has no export handler
  const broken = system({ queues: { orders: {} }, functions: { take: { load, source: { queue: 'orders' } } } })
  await expect(localPipeline(broken)).rejects.toThrow('the module of `functions.take` exports no function `handler`')
  expect(process.env['AWS_ENDPOINT_URL_SQS']).toBeUndefined()
})
