import middy from '@middy/core'
import { fn, lpipe } from 'lpipe-preset'
import * as v from 'valibot'

const subscribe = fn(
  v.object({
    name: v.string(),
    email: v.pipe(v.string(), v.email()),
    tier: v.optional(v.picklist(['free', 'paid']), 'free'),
  }),
  async function subscribe({ name, email, tier }) {
    return `${name} <${email}> is on the ${tier} tier`
  },
)

export const handler = middy().use(lpipe({ paths: { SUBSCRIBE: [subscribe] } }))
