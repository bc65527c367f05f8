import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { type LocalPipeline, localPipeline } from '@lpipe/local'
import { until } from './helpers.ts'

test('a process that has stopped its pipeline ends by itself', async () => {
  const script = fileURLToPath(new URL('./leaves-nothing.js', import.meta.url))
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  expect(output).toBe('handled 3\nended at once\n')
  expect(code).toBe(0)
})

test('it waits for a running invocation, whose result counts', async () => {
  let release = (): void => undefined
  let began = false
  const local = await localPipeline({
    queues: { orders: {} },
    functions: {
      take: {
        handler: () => {
          began = true
          return new Promise<void>((resolve) => {
            release = resolve
          })
        },
        source: { queue: 'orders' },
      },
    },
  })
  await local.send('orders', ['a'])
  await until(() => began)
  let stopped = false
  const stop = local.stop().then(() => {
    stopped = true
  })
  await new Promise(setImmediate)
  expect(stopped).toBe(false)
  release()
  await stop
  expect(local.statistics()['take']).toMatchObject({ invocations: 1, done: 1 })
  await local.stop() // once more does no harm
})

test('its ports are closed', async () => {
  const local: LocalPipeline = await localPipeline({ queues: { orders: {} }, streams: { events: {} } })
  const ports = ['AWS_ENDPOINT_URL_SQS', 'AWS_ENDPOINT_URL_KINESIS', 'AWS_ENDPOINT_URL_LAMBDA'].map((name) =>
    Number(new URL(local.environment[name] ?? '').port),
  )
  await local.stop()
  for (const port of ports) {
    const [error] = await once(connect(port, '127.0.0.1'), 'error').catch((reason: Error) => [reason])
    expect(error).toMatchObject({ code: 'ECONNREFUSED' })
  }
})
