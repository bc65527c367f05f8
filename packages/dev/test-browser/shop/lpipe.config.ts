import { system } from '@lpipe/system'

/** A shop: orders are checked, paid and shipped. Payments with a declined card are dropped, parcels to Atlantis fail. */
export default system({
  queues: {
    orders: { visibilityTimeout: 180, deadLetter: { queue: 'orders-dead', maxReceiveCount: 2 } },
    'orders-dead': {},
    payments: { visibilityTimeout: 180 },
    declined: {},
    parcels: { visibilityTimeout: 30, deadLetter: { queue: 'parcels-dead', maxReceiveCount: 2 } },
    'parcels-dead': {},
  },
  streams: { audit: {} },
  functions: {
    intake: { load: () => import('./intake.ts'), timeout: 30, source: { queue: 'orders', retryAfterSeconds: 0 } },
    payment: { load: () => import('./payment.ts'), timeout: 30, source: { queue: 'payments' } },
    shipping: { load: () => import('./shipping.ts'), timeout: 30, source: { queue: 'parcels', retryAfterSeconds: 0 } },
    auditing: { load: () => import('./auditing.ts'), timeout: 30, source: { stream: 'audit' } },
  },
})
