import { expect, test } from '@jest/globals'
import { instrument } from '@lpipe/opentelemetry'
import { invoke, memoryQueue, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { lpipe, payload } from 'lpipe-preset'
import { carrying, quiet } from './traced.ts'

test('without an OpenTelemetry SDK a trace passes through', async () => {
  const stop = instrument()
  const next = memoryQueue()
  const traceparent = '00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01'
  const [one, two] = sqsEvent([{}, {}]).Records
  if (one === undefined || two === undefined) throw new Error('no records')
  await invoke(middy().use(lpipe({ call: () => payload({ queue: next.queue }), logger: quiet })), {
    Records: [carrying(one, { traceparent }), two],
  })
  stop()
  expect(next.sent.map(({ entry }) => entry.headers['traceparent'])).toEqual([traceparent, undefined])
})
