import { queue } from '@lpipe/core'
import { queueSqs } from '@lpipe/queue-sqs'
import { importOrders } from './import-orders.ts'
import { memoryTable } from './table.ts'

/** What Lambda calls. Its event source mapping has `FunctionResponseTypes: [ReportBatchItemFailures]`. */
export const handler = importOrders({
  table: memoryTable(),
  invoices: queue({ type: 'sqs', name: 'invoices', path: 'WRITE_INVOICE' }),
  senders: { sqs: queueSqs() },
})
