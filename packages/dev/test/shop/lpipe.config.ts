import { system } from '@lpipe/system'

export default system({
  queues: {
    orders: { visibilityTimeout: 30, deadLetter: { queue: 'orders-dead', maxReceiveCount: 2 } },
    'orders-dead': {},
    'orders-dropped': {},
    parcels: { subscriptions: [{ topic: 'news' }] },
  },
  streams: { events: {} },
  topics: { news: {} },
  functions: {
    orders: {
      load: () => import('./orders.ts'),
      environment: { GREETING: 'hello' },
      timeout: 4,
      source: { queue: 'orders', retryAfterSeconds: 0 },
    },
    shipping: { load: () => import('./shipping.ts'), timeout: 25, source: { queue: 'parcels' } },
    counting: { load: () => import('./counting.ts'), source: { stream: 'events' } },
  },
})
