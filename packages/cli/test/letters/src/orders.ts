import { fn } from '@lpipe/core'
import middy from '@middy/core'
import { FailButContinue, lpipe, payload, queue } from 'lpipe-preset'
import { z } from 'zod'

const parcels = queue({ type: 'sqs', name: 'parcels' })

export const pack = fn(z.object({ id: z.number() }), function pack({ id }) {
  if (id < 0) throw new FailButContinue('no such order')
  return payload({ queue: parcels, kwargs: { id } })
})

export const handler = middy().use(
  lpipe({ paths: { PACK: [pack] }, deadLetter: queue({ type: 'sqs', name: 'orders-dead' }) }),
)
