import middy from '@middy/core'
import { action, fn, lpipe, payload, queue } from 'lpipe-preset'
import { z } from 'zod'
import { parcels } from './queues.ts'

const Order = z.object({ id: z.string(), weight: z.number().min(0), express: z.boolean() })

const levelOf = (express: boolean): 'FAST' | 'SLOW' => (express ? 'FAST' : 'SLOW')
const eventsOn = (path: string) => queue({ type: 'kinesis', name: 'events', path })
const ordered = eventsOn('ORDERED')

/** A helper that makes payloads. */
const announce = (id: string) => payload({ queue: ordered, kwargs: { id } })

function order({ id, express }: z.infer<typeof Order>) {
  const path = levelOf(express)
  return [payload({ path, kwargs: { id, weight: 1 } }), announce(id)]
}

const paths = {
  ORDER: [fn(Order, order)],
  FAST: [action({ requiredParams: ['id', 'weight'], paths: ['SLOW'], queues: [parcels] })],
  SLOW: [action({ requiredParams: ['id', 'weight'], queues: [parcels] })],
}

const deadLetter = queue({ type: 'sqs', name: 'dropped' })

export const handler = middy().use(lpipe({ paths, deadLetter, concurrency: 5, unhandled: 'retry', entries: ['ORDER'] }))
