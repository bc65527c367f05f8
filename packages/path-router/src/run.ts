import { type Batch, InvalidConfigurationError, type Message, NotTried, reject, settle, waits } from '@lpipe/core'
import { lanesOf } from './lanes.ts'

/** How the messages of a batch are run. */
export interface RunOptions {
  /** the most lanes that run at once */
  readonly concurrency: number
  /** whether a stream's batch goes on after a failure */
  readonly keepGoing: boolean
}

/** Runs all messages that wait, lane by lane. */
export const runBatch = async (batch: Batch, { concurrency, keepGoing }: RunOptions): Promise<void> => {
  const lanes = lanesOf(batch)
  const goOn = keepGoing && batch.source === 'kinesis'
  if (concurrency === 1) {
    for (const lane of lanes) await runLane(batch, lane, goOn)
    return
  }
  const left = lanes.values() // shared: each worker takes the next one
  const work = async () => {
    for (const lane of left) await runLane(batch, lane, goOn)
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, lanes.length) }, work))
}

/** Runs a lane in order. After a failed message the rest is failed too: tried now, it would overtake the failed one. */
const runLane = async (batch: Batch, lane: readonly Message[], goOn: boolean): Promise<void> => {
  let failed: Message | undefined
  for (const message of lane) {
    if (waits(message)) {
      if (failed === undefined || goOn) await runMessage(batch, message)
      else reject(batch, message, new NotTried(`not tried: message ${failed.id ?? failed.index} before it failed`))
    }
    if (message.outcome === 'failed') failed ??= message
  }
}

const runMessage = async (batch: Batch, message: Message): Promise<void> => {
  try {
    if (batch.router === undefined || message.payload === undefined) {
      throw new InvalidConfigurationError('pathRouter: the message was not routed. Was the batch changed meanwhile?')
    }
    settle(batch, message, { status: 'fulfilled', value: await batch.router.run(message, message.payload) })
  } catch (error) {
    reject(batch, message, error)
  }
  batch.chain?.release(message)
}
