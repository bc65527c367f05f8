import {
  behindFailure,
  channels,
  FailCatastrophically,
  inTime,
  lanesOf,
  type Message,
  misconfigured,
  NotTried,
  reject,
  settle,
  tell,
  waits,
} from '@lpipe/core'
import { isTimeUp, type Walker, walk } from './walk.ts'

/**
 * Runs all messages that wait, lane by lane, at most `concurrency` lanes at a time. Near the end of the invocation's
 * time nothing new is started: what is not finished then is failed, and the functions that run are told so.
 */
export const runBatch = async (walker: Walker, concurrency: number, abort: AbortController): Promise<void> => {
  const { batch } = walker
  await inTime(runLanes(walker, concurrency), batch.left() - batch.reserveMillis)
  const late = batch.received.filter(waits)
  if (late.length === 0) return
  abort.abort(new NotTried('the time of the invocation is nearly over'))
  tell(batch.logger, 'warn', `${late.length} messages were not finished in time`, {
    reserveMillis: batch.reserveMillis,
  })
  for (const message of late) reject(batch, message, lateness(message))
}

const lateness = ({ function: fn }: Message): FailCatastrophically =>
  fn === undefined
    ? new NotTried('not started: the time of the invocation is nearly over')
    : new FailCatastrophically(`not finished in time: ${fn} still ran`)

const runLanes = async (walker: Walker, concurrency: number): Promise<void> => {
  const { batch } = walker
  const lanes = lanesOf(batch).values() // shared: each worker takes the next one
  const work = async (): Promise<void> => {
    for (const lane of lanes) {
      for (const message of lane) {
        if (!waits(message)) continue
        const error = behindFailure(batch, message)
        if (error !== undefined) {
          reject(batch, message, error)
          continue
        }
        if (isTimeUp(batch)) return
        try {
          const value = await walkOf(walker, message)
          if (waits(message)) settle(batch, message, { status: 'fulfilled', value })
        } catch (error) {
          if (waits(message)) reject(batch, message, error)
        }
        batch.chain?.release(message)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, batch.received.length) }, work))
}

/** @throws what ended the walk */
const walkOf = (walker: Walker, message: Message): Promise<unknown> => {
  const { around } = walker.batch
  return around === undefined ? tracedWalk(walker, message) : around(message, () => tracedWalk(walker, message))
}

const tracedWalk = (walker: Walker, message: Message): Promise<unknown> => {
  const { payload } = message
  if (payload === undefined) misconfigured('pathRouter: the message was not routed. Was the batch changed meanwhile?')
  return channels.message.hasSubscribers
    ? channels.message.tracePromise(() => walk(walker, message, payload), { batch: walker.batch, message })
    : walk(walker, message, payload)
}
