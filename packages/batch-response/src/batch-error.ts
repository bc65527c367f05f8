import { FailCatastrophically, type Message } from '@lpipe/core'
import { describeError, errorOf, isSkipped, quantity } from '@lpipe/core/middleware'

/** Returns one error for all failed messages: for a source that cannot name them. */
export const batchError = (failed: readonly Message[], consequence: string): FailCatastrophically => {
  const errors = failed.map(errorOf)
  const count = `${quantity(failed.length, 'message')} failed`
  // A message may be skipped because of one behind it, in the same record.
  const first = errors.find((error) => !isSkipped(error)) ?? errors[0]
  return new FailCatastrophically(`${count}, ${consequence}. First error: ${describeError(first)}`, {
    cause: new AggregateError(errors, count),
  })
}
