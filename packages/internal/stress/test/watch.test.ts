import { afterEach, expect, test } from '@jest/globals'
import { trace } from '@opentelemetry/api'
import * as Sentry from '@sentry/aws-serverless'
import type { Watch } from '../src/watch.ts'
import { watchLines } from '../src/watch-lines.ts'
import { markScope, watchSentry } from '../src/watch-sentry.ts'
import { markSpan, watchTraces } from '../src/watch-traces.ts'

/** A watch that finds nothing shows nothing: each must see what belongs to another request. */

let watch: Watch | undefined
afterEach(() => watch?.stop())

test('a log line that names another request', () => {
  watch = watchLines()
  const line = { timestamp: 'now', requestId: 'one', messageId: 'one/1', request: 'one' }
  process.stdout.write(`${JSON.stringify(line)}\n`)
  expect(watch.problems).toEqual([])
  process.stdout.write(`${JSON.stringify({ ...line, request: 'two' })}\n`)
  process.stdout.write(`${JSON.stringify({ ...line, messageId: 'two/1' })}\n`)
  expect(watch.problems).toHaveLength(2)
  expect(watch.count()).toBe(3)
})

test('the metrics of a Lambda, without times', () => {
  const lines = watchLines()
  watch = lines
  process.stdout.write(`${JSON.stringify({ _aws: { Timestamp: 1 }, service: 'one', received: 2, duration: 3 })}\n`)
  expect(lines.takeMetrics('one')).toEqual(['{"received":2}'])
  expect(lines.takeMetrics('one')).toEqual([])
})

test('an event of Sentry with the tag or the breadcrumbs of another request', async () => {
  watch = watchSentry()
  const capture = (request: string, ids: readonly number[]) =>
    Sentry.withIsolationScope((scope) => {
      scope.clear()
      for (const id of ids) markScope(request, id)
      const tags = { 'lpipe.aws_request_id': 'one', 'lpipe.message_id': 'one/1' }
      Sentry.captureException(new Error('for the test'), { tags })
    })
  capture('one', [1, 1])
  await Sentry.flush(1000)
  expect(watch.problems).toEqual([])
  capture('two', [1])
  await Sentry.flush(1000)
  expect(watch.problems).toHaveLength(1)
  capture('one', [1, 2])
  await Sentry.flush(1000)
  expect(watch.problems).toHaveLength(2)
  expect(watch.count()).toBe(3)
})

test('a span that names another request than those of its trace', () => {
  watch = watchTraces()
  const tracer = trace.getTracer('test')
  const spansOf = (...requests: readonly string[]) =>
    tracer.startActiveSpan('outer', (outer) => {
      for (const request of requests) {
        tracer.startActiveSpan('inner', (inner) => {
          markSpan(request)
          inner.end()
        })
      }
      outer.end()
    })
  spansOf('one', 'one')
  expect(watch.problems).toEqual([])
  spansOf('one', 'two')
  expect(watch.problems).toHaveLength(1)
})
