import { FailCatastrophically, inWords, type Message, reasonOf } from '@lpipe/core'

/** An error for all failed messages at once, for when Lambda cannot be told which they are. */
export const failureOf = (failed: readonly Message[], why: string): FailCatastrophically => {
  const reasons = failed.map(reasonOf)
  const what = `messages failed: ${failed.length}`
  return new FailCatastrophically(`${what}, ${why}. The first: ${inWords(reasons[0])}`, {
    cause: new AggregateError(reasons, what),
  })
}
