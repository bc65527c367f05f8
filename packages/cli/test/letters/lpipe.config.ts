import { system } from '@lpipe/system'

export default system({
  queues: { orders: {}, parcels: {}, 'orders-dead': {} },
  functions: { orders: { load: () => import('./src/orders.ts'), timeout: 30, source: { queue: 'orders' } } },
})
