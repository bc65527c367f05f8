import { system } from '@lpipe/system'

// @ts-expect-error the module has no export main
export default system({ functions: { orders: { load: () => import('./src/orders.ts'), handler: 'main' } } })
