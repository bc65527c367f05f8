import middy from '@middy/core'
import { fn, lpipe } from 'lpipe-preset'
import { z } from 'zod'

console.log('cold start')

const ship = ({ id }: { id: string }) => id

export const handler = middy().use(lpipe({ paths: { SHIP: [fn(z.object({ id: z.string() }), ship)] } }))
