import middy from '@middy/core'
import { type Call, fn, lpipe } from 'lpipe-preset'
import { z } from 'zod'
import { logging } from '../logger.ts'
import { world } from '../world.ts'

const Alert = z.object({ id: z.string(), net: z.string() })

const tell = ({ id, net }: z.infer<typeof Alert>, { payload }: Call): void => {
  const kind = payload.path ?? ''
  world.alerts.set(`${kind} ${id}`, { net, kind })
}

const told = [fn(Alert, tell)]

export const paths = { PAGE: told, NOTE: told, TSUNAMI: told, CALIBRATED: told }

/** Tells people, from an SQS FIFO queue: those of one seismic network in order, the networks side by side. */
export const handler = middy().use(lpipe({ paths, ...logging }))
