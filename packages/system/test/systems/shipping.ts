import middy from '@middy/core'
import { fn, lpipe } from 'lpipe-preset'
import { Shipment } from './queues.ts'

const ship = fn(Shipment, function ship({ id }) {
  return id
})

export const main = middy().use(lpipe({ paths: { SHIP: [ship] } }))
