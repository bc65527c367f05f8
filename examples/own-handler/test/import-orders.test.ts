import { expect, test } from '@jest/globals'
import { invoke, memoryLogger, memoryQueue, sqsEvent } from '@lpipe/testing'
import { importOrders } from '../src/import-orders.ts'
import { handler } from '../src/lambda.ts'
import { memoryTable } from '../src/table.ts'

const setUp = (capacity?: number) => {
  const logger = memoryLogger()
  const { queue: invoices, sent } = memoryQueue({ path: 'WRITE_INVOICE' })
  const table = memoryTable(capacity)
  const log = () => logger.lines.filter(({ level }) => level !== 'info').map(({ message }) => message)
  return { handler: importOrders({ table, invoices, logger }), table, sent, log }
}

const order = (id: string) => ({ id, total: 5 })

test('a batch is stored in one call, and each order requests its invoice', async () => {
  const { handler, table, sent, log } = setUp()
  expect(await invoke(handler, sqsEvent([order('a'), order('b')]))).toEqual({ batchItemFailures: [] })
  expect(table.calls).toEqual([[order('a'), order('b')]])
  expect(sent.map(({ body }) => body)).toEqual([
    { path: 'WRITE_INVOICE', kwargs: { order: 'a' } },
    { path: 'WRITE_INVOICE', kwargs: { order: 'b' } },
  ])
  expect(log()).toEqual([])
})

test('a message that is not an order is dropped; an order that was not stored fails, and has no invoice', async () => {
  const { handler, table, sent, log } = setUp(1)
  const event = sqsEvent(['{', { id: 'a' }, order('b'), order('c')])
  expect(await invoke(handler, event)).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-3' }] })
  expect(table.calls).toEqual([[order('b'), order('c')]])
  expect(sent.map(({ body }) => body)).toEqual([{ path: 'WRITE_INVOICE', kwargs: { order: 'b' } }])
  expect(log()).toEqual([
    'message message-0 dropped: InvalidPayloadError: record message-0: its body must be valid JSON, received string',
    'message message-1 dropped: InvalidPayloadError: an order requires an id and a total',
    'message message-3 failed: FailCatastrophically: the table has no capacity, retry later',
  ])
})

test('a table that throws fails the whole batch', async () => {
  const { queue: invoices, sent } = memoryQueue()
  const table = { store: () => Promise.reject(new Error('no network')) }
  await expect(invoke(importOrders({ table, invoices }), sqsEvent([order('a')]))).rejects.toThrow('no network')
  expect(sent).toEqual([])
})

test('the handler of the Lambda responds to an empty batch', async () => {
  process.env['AWS_LAMBDA_LOG_LEVEL'] = 'WARN' // otherwise it logs a line for each batch
  expect(await invoke(handler, { Records: [] })).toEqual({ batchItemFailures: [] })
})
