import middy from '@middy/core'
import { fn, lpipe, payload } from 'lpipe-preset'
import { returns, Shipment } from './queues.ts'

const ship = fn(Shipment, function ship({ id, weight }) {
  return weight > 30 ? payload({ queue: returns, kwargs: { id } }) : undefined
})

export const main = middy().use(lpipe({ paths: { SHIP: [ship] } }))
