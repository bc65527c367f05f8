import { kinesisEvent, lambdaContext, sqsEvent } from '@lpipe/testing'
import type { Logger } from 'lpipe-preset'

/** What a message asks for. */
export interface Job {
  readonly id: number
  readonly name: string
}

let done = 0

/** What every contender does for a message: something small and asynchronous. */
export const work = async ({ id }: Job): Promise<void> => {
  done += id
}

/** How much work was done: a contender that skips some would show here. */
export const doneWork = (): number => done

const bodies = (count: number) =>
  Array.from({ length: count }, (_, id) => ({ path: 'JOB', kwargs: { id: id + 1, name: 'Ada' } }))

export const sqs = (count: number) => sqsEvent(bodies(count))
export const fifo = (count: number) => sqsEvent(bodies(count), { name: 'jobs.fifo', groupId: () => 'one' })
export const kinesis = (count: number) => kinesisEvent(bodies(count))

/** A context as Lambda's: it knows how much time is left. */
export const context = () => {
  const deadline = Date.now() + 900_000
  return lambdaContext({ getRemainingTimeInMillis: () => deadline - Date.now() })
}

const nothing = () => undefined

/** lpipe's own logger writes a line for each invocation, which nobody else here does. */
export const quiet: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing }
