import { queue } from 'lpipe-preset'
import { z } from 'zod'

export const Shipment = z.object({ id: z.string(), weight: z.number().min(0) })

/** A module that Lambdas share. */
export const returns = queue({ type: 'kinesis', name: 'events', path: 'RETURNED' })
export const parcels = queue({ type: 'sqs', name: 'parcels', path: 'SHIP', schema: Shipment })
