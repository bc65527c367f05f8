import { queue } from 'lpipe-preset'

export const parcels = queue({ type: 'sqs', name: 'parcels', path: 'SHIP' })
export const events = queue({ type: 'kinesis', name: 'events', path: 'COUNT' })
export const dropped = queue({ type: 'sqs', name: 'orders-dropped' })
