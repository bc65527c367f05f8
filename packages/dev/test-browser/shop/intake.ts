import { setTimeout } from 'node:timers/promises'
import middy from '@middy/core'
import { fn, lpipe, payload, queue } from 'lpipe-preset'
import { z } from 'zod'
import { Order } from './order.ts'

const charges = queue({ type: 'sqs', name: 'payments', path: 'CHARGE' })

const checkOrder = fn(
  Order,
  ({ id, items }) => {
    console.log(`order ${id} has ${items} items`)
  },
  { name: 'checkOrder' },
)

const reserveStock = fn(
  Order,
  async ({ id, customer, items, card }) => {
    await setTimeout(8)
    if (items > 15) console.warn(`stock is low after order ${id}`)
    return payload({ queue: charges, kwargs: { id, ...customer, cents: items * 1250, card } })
  },
  { name: 'reserveStock' },
)

const cancelOrder = fn(
  z.object({ id: z.string(), items: z.number().int() }),
  ({ items }) => payload({ path: 'RESTOCK', kwargs: { items } }),
  { name: 'cancelOrder' },
)

const addStock = fn(z.object({ items: z.number().int() }), ({ items }) => `added ${items}`, { name: 'addStock' })

export const handler = middy().use(
  lpipe({ paths: { ORDER: [checkOrder, reserveStock], CANCEL: [cancelOrder], RESTOCK: [addStock] } }),
)
