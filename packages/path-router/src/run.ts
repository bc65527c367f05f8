import {
  type Batch,
  behindFailure,
  channels,
  FailCatastrophically,
  InvalidConfigurationError,
  lanesOf,
  type Message,
  NotTried,
  type Payload,
  type Router,
  reject,
  settle,
  tell,
  waits,
} from '@lpipe/core'

/**
 * Runs all messages that wait, lane by lane, at most `concurrency` lanes at a time. Near the end of the invocation's
 * time nothing new is started: what is not finished then is failed, and the functions that run are told so.
 */
export const runBatch = async (batch: Batch, concurrency: number, abort: AbortController): Promise<void> => {
  const work = runLanes(batch, concurrency)
  const left = batch.left() - batch.reserveMillis
  if (left === Infinity) return work
  await withinTime(work, left)
  const late = batch.received.filter(waits)
  if (late.length === 0) return
  abort.abort(new NotTried('the time of the invocation is nearly over'))
  tell(batch.logger, 'warn', `${late.length} messages were not finished in time`, {
    reserveMillis: batch.reserveMillis,
  })
  for (const message of late) reject(batch, message, lateness(message))
}

const withinTime = async (work: Promise<void>, millis: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined
  await new Promise<void>((resolve, reject) => {
    timer = setTimeout(resolve, Math.max(0, millis))
    work.then(resolve, reject)
  })
  clearTimeout(timer)
}

const lateness = ({ function: fn }: Message): FailCatastrophically =>
  fn === undefined
    ? new NotTried('not started: the time of the invocation is nearly over')
    : new FailCatastrophically(`not finished in time: ${fn} still ran`)

const runLanes = async (batch: Batch, concurrency: number): Promise<void> => {
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
        if (batch.left() <= batch.reserveMillis) return
        try {
          const value = await walkOf(batch, message)
          if (waits(message)) settle(batch, message, { status: 'fulfilled', value })
        } catch (error) {
          if (waits(message)) reject(batch, message, error)
        }
        batch.chain?.release(message)
      }
    }
  }
  const workers = Math.min(concurrency, batch.received.length)
  if (workers === 1) return work()
  await Promise.all(Array.from({ length: workers }, work))
}

/** @throws what ended the walk */
const walkOf = (batch: Batch, message: Message): Promise<unknown> => {
  const { router, around } = batch
  const { payload } = message
  if (router === undefined || payload === undefined) {
    throw new InvalidConfigurationError('pathRouter: the message was not routed. Was the batch changed meanwhile?')
  }
  return around === undefined
    ? tracedWalk(batch, router, message, payload)
    : around(message, () => tracedWalk(batch, router, message, payload))
}

const tracedWalk = (batch: Batch, router: Router, message: Message, payload: Payload): Promise<unknown> =>
  channels.message.hasSubscribers
    ? channels.message.tracePromise(() => router.run(message, payload), { batch, message })
    : router.run(message, payload)
