import middy from '@middy/core'
import { type } from 'arktype'
import { fn, lpipe } from 'lpipe-preset'

const subscribe = fn(
  type({ '+': 'delete', name: 'string', email: 'string.email', tier: "'free' | 'paid' = 'free'" }),
  async function subscribe({ name, email, tier }) {
    return `${name} <${email}> is on the ${tier} tier`
  },
)

export const handler = middy().use(lpipe({ paths: { SUBSCRIBE: [subscribe] } }))
