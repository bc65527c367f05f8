import middy from '@middy/core'
import { lpipe } from 'lpipe-preset'
import { subscribe } from '../src/functions.ts'

export const handler = middy().use(lpipe({ paths: { SUBSCRIBE: [subscribe] } }))
