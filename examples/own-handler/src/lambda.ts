import { queue } from '@lpipe/core'
import { queueSqs } from '@lpipe/queue-sqs'
import { importOrders } from './import-orders.ts'
import { memoryTable } from './table.ts'

/** The Lambda's handler. Its event source mapping requires `FunctionResponseTypes: [ReportBatchItemFailures]`. */
export const handler = importOrders({
  table: memoryTable(),
  invoices: queue({ type: 'sqs', name: 'invoices', path: 'WRITE_INVOICE' }),
  senders: { sqs: queueSqs() },
})
