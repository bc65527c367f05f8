import { system } from '@lpipe/system'

export default system({
  queues: {
    orders: { visibilityTimeout: 90, deadLetter: { queue: 'orders-dead', maxReceiveCount: 2 } },
    'orders-dead': {},
    'orders-dropped': {},
    parcels: { visibilityTimeout: 90, subscriptions: [{ topic: 'news' }] },
  },
  streams: { events: {} },
  topics: { news: {} },
  functions: {
    orders: {
      load: () => import('./orders.ts'),
      environment: { GREETING: 'hello' },
      timeout: 60,
      source: { queue: 'orders', retryAfterSeconds: 0 },
    },
    shipping: { load: () => import('./shipping.ts'), timeout: 60, source: { queue: 'parcels' } },
    counting: { load: () => import('./counting.ts'), timeout: 60, source: { stream: 'events' } },
  },
})
