import middy from '@middy/core'
import { fn, lpipe } from 'lpipe-preset'
import { Parcel } from './queues.ts'

const ship = fn(Parcel, function ship({ id }) {
  return id
})

export const main = middy().use(lpipe({ paths: { SHIP: [ship] } }))
