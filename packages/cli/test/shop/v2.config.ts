import { system } from '@lpipe/system'
import shop from './lpipe.config.ts'

/** The receiver expects a number now. */
export default system({
  queues: shop.queues,
  functions: {
    orders: shop.functions['orders'] as never,
    shipping: { load: () => import('./src/shipping-v2.ts'), source: { queue: 'parcels' } },
  },
})
