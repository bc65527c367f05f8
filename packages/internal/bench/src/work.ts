import { kinesisEvent, lambdaContext, sqsEvent } from '@lpipe/testing'

/** The kwargs of a message. */
export interface Job {
  readonly id: number
  readonly name: string
}

let done = 0

/** The work of every contender for a message: small and asynchronous. */
export const work = async ({ id }: Job): Promise<void> => {
  done += id
}

/** Returns how much work was done, so that a contender that skips some is found. */
export const doneWork = (): number => done

const bodies = (count: number) =>
  Array.from({ length: count }, (_, id) => ({ path: 'JOB', kwargs: { id: id + 1, name: 'Ada' } }))

export const sqs = (count: number) => sqsEvent(bodies(count))
export const fifo = (count: number) => sqsEvent(bodies(count), { name: 'jobs.fifo', groupId: () => 'one' })
export const kinesis = (count: number) => kinesisEvent(bodies(count))

/** A context like Lambda's, whose remaining time falls. */
export const context = () => {
  const deadline = Date.now() + 900_000
  return lambdaContext({ getRemainingTimeInMillis: () => deadline - Date.now() })
}
