import middy from '@middy/core'
import { fn, lpipe } from 'lpipe-preset'
import * as z from 'zod'

const subscribe = fn(
  z.object({ name: z.string(), email: z.email(), tier: z.enum(['free', 'paid']).default('free') }),
  async function subscribe({ name, email, tier }) {
    return `${name} <${email}> is on the ${tier} tier`
  },
)

export const handler = middy().use(lpipe({ paths: { SUBSCRIBE: [subscribe] } }))
