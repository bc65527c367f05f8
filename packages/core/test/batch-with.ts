import type { EventSource } from '@lpipe/core'
import { BatchMessage, getOwn, InvocationBatch } from '@lpipe/core/middleware'
import type { Context } from 'aws-lambda'

/** A source of the tests: a record is its message's body, with an id, a group and headers. */
export const testSource = (overrides: Partial<EventSource> = {}): EventSource => ({
  name: 'test',
  reports: 'each',
  recordsOf: (event) => (Array.isArray(event) ? event : undefined),
  idOf: (record) => getOwn(record, 'id') as string | undefined,
  bodyOf: (record) => record,
  groupOf: (record) => getOwn(record, 'group') as string | undefined,
  deduplicationKeyOf: (record) => getOwn(record, 'id') as string | undefined,
  arnOf: () => 'arn:test:queue',
  ...overrides,
})

/** Makes a batch with a message for each record, as batchDecoder() does. */
export const batchWith = (
  records: readonly unknown[],
  source: EventSource = testSource(),
  context: Partial<Context> = {},
): InvocationBatch => {
  const batch = new InvocationBatch(records, { functionName: 'lambda', ...context } as Context)
  const messages = records.map((record, index) => new BatchMessage(source, batch, record, index, index))
  batch.receive({ source, messages })
  return batch
}

/** Makes records with ids, one for each group. */
export const recordsOf = (...groups: readonly (string | undefined)[]): unknown[] =>
  groups.map((group, index) => ({ id: `id-${index}`, group }))

/** One logged line: its level, text and fields. */
export type Line = readonly [level: string, message: string, fields: unknown]

/** Makes a logger that remembers its lines. */
export const rememberingLogger = () => {
  const lines: Line[] = []
  const at = (level: string) => (message: string, fields?: unknown) => void lines.push([level, message, fields])
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/**
 * Starts a timer, and returns whether it has fired. Timers fire in the order of their times, also on a machine that is busy:
 * a test that reads a clock would fail there.
 */
export const timeOver = (millis: number): (() => boolean) => {
  let isOver = false
  const timer = setTimeout(() => {
    isOver = true
  }, millis)
  return () => {
    clearTimeout(timer)
    return isOver
  }
}
