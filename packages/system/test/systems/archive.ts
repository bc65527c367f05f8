import middy from '@middy/core'
import { fn, lpipe, payload } from 'lpipe-preset'
import { z } from 'zod'

const store = ({ id }: { id: string }) => id
const returned = fn(z.object({ id: z.string() }), ({ id }) => payload({ path: 'ORDERED', kwargs: { id } }), {
  name: 'log_return',
})

export const handler = middy().use(lpipe({ paths: { ORDERED: [store], RETURNED: [returned] } }))
