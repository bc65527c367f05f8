/** Nothing that a message holds is in an event of Sentry, a span or a metric, unless a function of the user puts it there. */
import { randomInt } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals'
import { metrics } from '@lpipe/metrics'
import { instrument } from '@lpipe/opentelemetry'
import { sentry } from '@lpipe/sentry'
import { invoke, silentLogger } from '@lpipe/testing'
import middy from '@middy/core'
import { context, trace } from '@opentelemetry/api'
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node'
import * as Sentry from '@sentry/aws-serverless'
import { lpipe } from 'lpipe-preset'
import { places } from '../../../lpipe-preset/test/secret-places.ts'

const exporter = new InMemorySpanExporter()
let events = ''
let lines = ''
let stop = (): void => undefined

beforeAll(() => {
  Sentry.init({
    dsn: 'https://key@sentry.invalid/1',
    skipOpenTelemetrySetup: true,
    transport: (options) =>
      Sentry.createTransport(options, async ({ body }) => {
        events += Buffer.from(body as Uint8Array).toString()
        return { statusCode: 200 }
      }),
  })
  new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register()
  stop = instrument()
})
afterAll(async () => {
  stop()
  trace.disable()
  context.disable()
  await Sentry.close(0)
})
beforeEach(() => {
  exporter.reset()
  events = ''
  lines = ''
})

const random = (): string => `Card${randomInt(10 ** 11, 10 ** 12)}`

test.each(Object.entries(places))('a secret in %s', async (_, plant) => {
  const secret = random()
  const { event, options } = plant(secret)
  const handler = middy()
    .use(metrics({ namespace: 'Shop' }))
    .use(lpipe({ ...options, logger: silentLogger() }))
    .use(sentry({ sdk: Sentry }))
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    lines += String(text)
    return true
  })
  try {
    await invoke(handler, event, { getRemainingTimeInMillis: () => 5000 }).catch(() => undefined)
  } finally {
    write.mockRestore()
  }
  await Sentry.flush(1000)

  const spans = exporter.getFinishedSpans().map(({ name, attributes, events: recorded, status, links }) => ({
    name,
    attributes,
    recorded,
    status,
    links,
  }))
  expect(spans.length).toBeGreaterThan(0)
  expect(lines).toContain('"received"')
  for (const text of [events, JSON.stringify(spans), lines]) {
    expect(text.toLowerCase()).not.toContain(secret.toLowerCase())
  }
})

test('an event of Sentry is seen here', async () => {
  const drop = () => {
    throw new Error('seen')
  }
  const handler = middy()
    .use(lpipe({ call: drop, logger: silentLogger() }))
    .use(sentry({ sdk: Sentry }))
  await invoke(handler, [{}])
  await Sentry.flush(1000)
  expect(events).toContain('"value":"seen"')
})
