import middy from '@middy/core'
import { fn, lpipe } from 'lpipe-preset'
import { z } from 'zod'

const ship = ({ id }: { id: number }) => id

export const handler = middy().use(lpipe({ paths: { SHIP: [fn(z.object({ id: z.number() }), ship)] } }))
