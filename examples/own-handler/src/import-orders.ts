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

/** What the handler works with. */
export interface Setting {
  readonly table: Table
  /** where an invoice is asked for, for each order that was stored */
  readonly invoices: Queue
  readonly senders?: Readonly<Record<string, Sender>>
  readonly logger?: Logger
}

/**
 * A handler that stores all orders of a batch in one call, which no function for one message could. It answers with a
 * settled result for each message, and the middlewares do the rest: decode, send, classify, and answer Lambda.
 */
export const importOrders = ({ table, invoices, senders = {}, logger }: Setting) =>
  middy(async (_event: SQSEvent, { lpipe }: LpipeContext<Partial<Order>>) => {
    const orders = lpipe.messages.map(({ payload }) => payload.kwargs)
    const refused = await table.store(orders.filter(isOrder))
    return Promise.allSettled(
      orders.map(async (order) => {
        if (!isOrder(order)) throw new InvalidPayloadError('an order needs an id and a total')
        if (refused.has(order.id)) throw new FailCatastrophically('the table has no room: try again later')
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
