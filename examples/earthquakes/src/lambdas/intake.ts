import middy from '@middy/core'
import { action, fn, lpipe, type Payload, payload, queue, type Sending } from 'lpipe-preset'
import { z } from 'zod'
import { logging } from '../logger.ts'
import { alertOf, Quake } from '../quake.ts'
import { callStation } from '../world.ts'

const groupId = ({ kwargs }: Sending<Pick<Quake, 'net'>>) => kwargs.net
const alerts = <const P extends string>(path: P) => queue({ type: 'sqs', name: 'alerts.fifo', path, groupId })
// The archive counts: the order within a network does not matter, so that a call may carry many of one.
const archive = queue({ type: 'kinesis', name: 'archive', path: 'COUNT', partitionKey: groupId, strictOrder: false })

const Calibration = z.object({ station: z.string(), net: z.string(), answersAt: z.number().nullable() })
type Calibration = z.infer<typeof Calibration>

/** Routes an earthquake by its magnitude, and sends a tsunami straight to the alerts. */
const triage = (quake: Quake): Payload[] => {
  const path = alertOf(quake)
  return [
    ...(quake.tsunami === 1 ? [payload({ queue: alerts('TSUNAMI'), kwargs: quake })] : []),
    ...(path === undefined ? [] : [payload({ path, kwargs: quake })]),
  ]
}

/** Entries are buffered until their message ends, so a calibration that fails announces nothing. */
const announce = ({ station: id, net }: Calibration): Payload =>
  payload({ queue: alerts('CALIBRATED'), kwargs: { id, net } })

const calibrate = ({ station, answersAt }: Calibration): void => callStation(station, answersAt)

const paths = {
  QUAKE: [action({ functions: [fn(Quake, triage)], paths: ['RECORD'] })],
  PAGE: [action({ requiredParams: ['id', 'mag', 'net', 'place'], queues: [alerts('PAGE')] })],
  NOTE: [action({ requiredParams: ['id', 'mag', 'net', 'place'], queues: [alerts('NOTE')] })],
  RECORD: [action({ requiredParams: ['id', 'mag', 'net'], queues: [archive] })],
  CALIBRATE: [fn(Calibration, announce), fn(Calibration, calibrate)],
}

/** Keeps dropped messages with the reason. */
const deadLetter = queue({ type: 'sqs', name: 'intake-dropped' })

/** Receives the stations' reports from an SQS queue, ten messages at once. */
export const handler = middy().use(lpipe({ paths, concurrency: 10, deadLetter, ...logging }))
