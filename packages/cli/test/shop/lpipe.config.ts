import { system } from '@lpipe/system'

const deadLetter = { queue: 'dead', maxReceiveCount: 5 }

export default system({
  queues: { orders: { deadLetter }, parcels: { deadLetter }, dead: {} },
  functions: {
    orders: { load: () => import('./src/orders.ts'), source: { queue: 'orders' } },
    shipping: { load: () => import('./src/shipping.ts'), source: { queue: 'parcels' } },
  },
})
