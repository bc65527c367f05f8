import { batchDecoder } from '@lpipe/batch-decoder'
import { batchResponse } from '@lpipe/batch-response'
import {
  FailCatastrophically,
  InvalidPayloadError,
  type Logger,
  type LpipeContext,
  payload,
  type Queue,
  type Sender,
} from '@lpipe/core'
import { errorClassifier } from '@lpipe/error-classifier'
import { messageNormalizer } from '@lpipe/message-normalizer'
import { payloadChain } from '@lpipe/payload-chain'
import middy from '@middy/core'
import type { SQSEvent } from 'aws-lambda'
import type { Order, Table } from './table.ts'

/** What the handler uses. */
export interface ImportOptions {
  readonly table: Table
  /** The queue that receives a request for an invoice for each stored order. */
  readonly invoices: Queue
  readonly senders?: Readonly<Record<string, Sender>>
  readonly logger?: Logger
}

/**
 * A handler that stores all orders of a batch in one call, which a function for one message cannot. It returns a settled result
 * for each message. The middlewares decode, send, classify and respond.
 */
export const importOrders = ({ table, invoices, senders = {}, logger }: ImportOptions) =>
  middy(async (_event: SQSEvent, { lpipe }: LpipeContext<Partial<Order>>) => {
    const orders = lpipe.messages.map(({ payload }) => payload.kwargs)
    const notStored = await table.store(orders.filter(isOrder))
    return Promise.allSettled(
      orders.map(async (order) => {
        if (!isOrder(order)) throw new InvalidPayloadError('an order requires an id and a total')
        if (notStored.has(order.id)) throw new FailCatastrophically('the table has no capacity, retry later')
        return payload({ queue: invoices, kwargs: { order: order.id } })
      }),
    )
  }).use([
    batchResponse(),
    errorClassifier(logger && { logger }),
    batchDecoder(),
    messageNormalizer({ basic: true }),
    payloadChain({ senders }),
  ])

const isOrder = (order: Partial<Order>): order is Order =>
  typeof order.id === 'string' && typeof order.total === 'number'
