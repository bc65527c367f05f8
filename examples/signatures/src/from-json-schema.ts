import { jsonSchema } from '@lpipe/json-schema'
import middy from '@middy/core'
import { fn, lpipe } from 'lpipe-preset'

const subscribe = fn(
  jsonSchema({
    type: 'object',
    required: ['name', 'email'],
    properties: {
      name: { type: 'string' },
      email: { type: 'string', format: 'email' },
      tier: { enum: ['free', 'paid'], default: 'free' },
    },
  }),
  async function subscribe({ name, email, tier }) {
    return `${name} <${email}> is on the ${tier} tier`
  },
)

export const handler = middy().use(lpipe({ paths: { SUBSCRIBE: [subscribe] } }))
