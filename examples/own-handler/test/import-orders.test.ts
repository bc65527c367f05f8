import { expect, test } from '@jest/globals'
import type { Logger } from '@lpipe/core'
import { invoke, memoryQueue, sqsEvent } from '@lpipe/testing'
import { importOrders } from '../src/import-orders.ts'
import { handler } from '../src/lambda.ts'
import { memoryTable } from '../src/table.ts'

const nothing = () => undefined

const setting = (room?: number) => {
  const log: string[] = []
  const add = (line: string) => void log.push(line)
  const logger: Logger = { debug: nothing, info: nothing, warn: add, error: add }
  const { queue: invoices, sent } = memoryQueue({ path: 'WRITE_INVOICE' })
  const table = memoryTable(room)
  return { handler: importOrders({ table, invoices, logger }), table, sent, log }
}

const order = (id: string) => ({ id, total: 5 })

test('a batch is stored in one call, and each order asks for its invoice', async () => {
  const { handler, table, sent, log } = setting()
  expect(await invoke(handler, sqsEvent([order('a'), order('b')]))).toEqual({ batchItemFailures: [] })
  expect(table.calls).toEqual([[order('a'), order('b')]])
  expect(sent.map(({ body }) => body)).toEqual([
    { path: 'WRITE_INVOICE', kwargs: { order: 'a' } },
    { path: 'WRITE_INVOICE', kwargs: { order: 'b' } },
  ])
  expect(log).toEqual([])
})

test('what is no order is dropped and told of; what had no room comes back, and has no invoice', async () => {
  const { handler, table, sent, log } = setting(1)
  const event = sqsEvent(['{', { id: 'a' }, order('b'), order('c')])
  expect(await invoke(handler, event)).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-3' }] })
  expect(table.calls).toEqual([[order('b'), order('c')]])
  expect(sent.map(({ body }) => body)).toEqual([{ path: 'WRITE_INVOICE', kwargs: { order: 'b' } }])
  expect(log).toEqual([
    'message message-0 dropped: InvalidPayloadError: record message-0: its body must be valid JSON, got text',
    'message message-1 dropped: InvalidPayloadError: an order needs an id and a total',
    'message message-3 failed: FailCatastrophically: the table has no room: try again later',
  ])
})

test('a table that throws fails the batch: Lambda keeps all of it', async () => {
  const { queue: invoices, sent } = memoryQueue()
  const table = { store: () => Promise.reject(new Error('no network')) }
  await expect(invoke(importOrders({ table, invoices }), sqsEvent([order('a')]))).rejects.toThrow('no network')
  expect(sent).toEqual([])
})

test('what Lambda calls is made, and answers a batch of nothing', async () => {
  process.env['AWS_LAMBDA_LOG_LEVEL'] = 'WARN' // else it logs a line for each batch
  expect(await invoke(handler, { Records: [] })).toEqual({ batchItemFailures: [] })
})
