import { system } from '@lpipe/system'

export default system({
  queues: { orders: {} },
  functions: { endless: { load: () => import('./src/endless.ts'), timeout: 30, source: { queue: 'orders' } } },
})
