import middy from '@middy/core'
import { type Call, fn, lpipe } from 'lpipe-preset'
import { z } from 'zod'
import { logging } from '../logger.ts'
import { world } from '../world.ts'

const Alert = z.object({ id: z.string(), net: z.string() })

const notify = ({ id, net }: z.infer<typeof Alert>, { payload }: Call): void => {
  const kind = payload.path ?? ''
  world.alerts.set(`${kind} ${id}`, { net, kind })
}

const alert = [fn(Alert, notify)]

const paths = { PAGE: alert, NOTE: alert, TSUNAMI: alert, CALIBRATED: alert }

/** Notifies people, from an SQS FIFO queue: in order for each seismic network. */
export const handler = middy().use(lpipe({ paths, ...logging }))
