import middy from '@middy/core'
import { action, fn, lpipe, payload, queue } from 'lpipe-preset'
import { z } from 'zod'

// As a connection to a database does.
setInterval(() => undefined, 60_000)

const Order = z.object({ id: z.string(), express: z.boolean() })
const order = ({ id, express }: z.infer<typeof Order>) => payload({ path: express ? 'FAST' : 'SLOW', kwargs: { id } })
const parcels = queue({ type: 'sqs', name: 'parcels', path: 'SHIP', schema: z.object({ id: z.string() }) })

export const handler = middy().use(
  lpipe({
    paths: {
      ORDER: [fn(Order, order)],
      FAST: [action({ requiredParams: ['id'], queues: [parcels] })],
      SLOW: [action({ requiredParams: ['id'], queues: [parcels] })],
    },
  }),
)
