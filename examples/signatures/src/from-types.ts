import middy from '@middy/core'
import { lpipe } from 'lpipe-preset'
import { ship, subscribe } from './functions.signed.ts'

export const handler = middy().use(lpipe({ paths: { SUBSCRIBE: [subscribe], SHIP: [ship] } }))
