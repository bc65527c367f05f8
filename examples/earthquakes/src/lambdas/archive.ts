import middy from '@middy/core'
import { fn, lpipe } from 'lpipe-preset'
import { z } from 'zod'
import { logging } from '../logger.ts'
import { world } from '../world.ts'

const Entry = z.object({ id: z.string(), mag: z.number(), net: z.string() })

const count = ({ id, mag, net }: z.infer<typeof Entry>): void => {
  world.archive.set(id, { mag, net })
}

const paths = { COUNT: [fn(Entry, count)] }

/** Counts by magnitude and network, from a Kinesis stream. */
export const handler = middy().use(lpipe({ paths, ...logging }))
