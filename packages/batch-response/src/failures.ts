import { type Batch, FailCatastrophically, inWords, type Message, reasonOf } from '@lpipe/core'

/** Whether a message is to come back. */
export const hasFailed = ({ outcome }: Message): boolean => outcome === 'failed'

/** The messages that are to come back. */
export const failedOf = ({ received }: Batch): Message[] => received.filter(hasFailed)

/** An error for all failed messages at once, for when Lambda cannot be told which they are. */
export const failureOf = (failed: readonly Message[], why: string): FailCatastrophically => {
  const reasons = failed.map(reasonOf)
  const what = `${failed.length} ${failed.length === 1 ? 'message' : 'messages'} failed`
  return new FailCatastrophically(`${what}, ${why}. The first: ${inWords(reasons[0])}`, {
    cause: new AggregateError(reasons, what),
  })
}
