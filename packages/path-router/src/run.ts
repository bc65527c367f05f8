import {
  behindFailure,
  FailCatastrophically,
  isInTime,
  type Message,
  messageChannel,
  NotTried,
  reject,
  settle,
  tell,
  waits,
} from '@lpipe/core'
import { isTimeUp, type Walker, walk } from './walk.ts'

/**
 * Runs all messages that wait, at most `concurrency` lanes at a time. Near the end of the invocation's time nothing new
 * is started: what is not finished then is failed, and the functions that run are told so.
 */
export const runBatch = async (walker: Walker, concurrency: number, abort: AbortController): Promise<void> => {
  const { batch } = walker
  await isInTime(runLanes(walker, concurrency), batch.left() - batch.reserveMillis)
  const late = batch.received.filter(waits)
  if (late.length === 0) return
  abort.abort(new NotTried('not finished in time'))
  tell(batch, 'warn', `not finished in time: ${late.length} messages`)
  for (const message of late) reject(batch, message, lateness(message))
}

const lateness = ({ function: fn }: Message): FailCatastrophically =>
  fn === undefined
    ? new NotTried('not started in time')
    : new FailCatastrophically(`not finished in time: ${fn} still ran`)

const runLanes = (walker: Walker, concurrency: number): Promise<unknown> => {
  const { received } = walker.batch
  const workers = Math.min(concurrency, received.length)
  if (workers === 1) return runInTurn(walker, received)
  // Shared by all workers: each takes what is next.
  const lanes = Map.groupBy(received, ({ lane, index }) => lane ?? index).values()
  const work = async (): Promise<void> => {
    for (const lane of lanes) await runInTurn(walker, lane)
  }
  return Promise.all(Array.from({ length: workers }, work))
}

const runInTurn = async (walker: Walker, messages: Iterable<Message>): Promise<void> => {
  const { batch } = walker
  for (const message of messages) {
    if (!waits(message)) continue
    const error = behindFailure(batch, message)
    if (error !== undefined) {
      reject(batch, message, error)
      continue
    }
    if (isTimeUp(batch)) return
    try {
      const work = (): Promise<unknown> => walk(walker, message, message.payload, true)
      const value = await batch.around(message, () =>
        messageChannel.hasSubscribers ? messageChannel.tracePromise(work, { batch, message }) : work(),
      )
      if (waits(message)) settle(batch, message, { status: 'fulfilled', value })
    } catch (error) {
      if (waits(message)) reject(batch, message, error)
    }
    batch.chain?.release(message)
  }
}
