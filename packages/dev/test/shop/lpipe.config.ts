import { system } from '@lpipe/system'

export default system({
  queues: {
    orders: { visibilityTimeout: 30, deadLetter: { queue: 'orders-dead', maxReceiveCount: 2 } },
    'orders-dead': {},
    'orders-dropped': {},
    parcels: {},
  },
  streams: { events: {} },
  functions: {
    orders: {
      load: () => import('./orders.ts'),
      environment: { GREETING: 'hello' },
      timeout: 2,
      source: { queue: 'orders', retryAfterSeconds: 0 },
    },
    shipping: { load: () => import('./shipping.ts'), source: { queue: 'parcels' } },
    counting: { load: () => import('./counting.ts'), source: { stream: 'events' } },
  },
})
