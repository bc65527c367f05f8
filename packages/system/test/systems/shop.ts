import { system } from '@lpipe/system'

/** A right system. */
export default system({
  queues: {
    orders: { visibilityTimeout: 60, deadLetter: { queue: 'orders-dead', maxReceiveCount: 5 } },
    'orders-dead': {},
    parcels: { visibilityTimeout: 30, deadLetter: { queue: 'orders-dead', maxReceiveCount: 5 } },
    dropped: {},
  },
  streams: { events: { shards: 2 } },
  functions: {
    orders: { load: () => import('./orders.ts'), source: { queue: 'orders' }, timeout: 10, memory: 256 },
    shipping: { load: () => import('./shipping.ts'), handler: 'main', source: { queue: 'parcels', batchSize: 5 } },
    archive: { load: () => import('./archive.ts'), source: { stream: 'events', onFailure: 'orders-dead' } },
  },
})
