import { system } from '@lpipe/system'

export default system({ functions: { orders: { load: () => import('./src/orders.ts'), handler: 'main' } } })
