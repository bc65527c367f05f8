import { FailCatastrophically, type Message } from '@lpipe/core'
import { describeError, errorOf, quantity } from '@lpipe/core/middleware'

/** Returns one error for all failed messages: for a source that cannot name them. */
export const batchError = (failed: readonly Message[], consequence: string): FailCatastrophically => {
  const errors = failed.map(errorOf)
  const count = `${quantity(failed.length, 'message')} failed`
  return new FailCatastrophically(`${count}, ${consequence}. First error: ${describeError(errors[0])}`, {
    cause: new AggregateError(errors, count),
  })
}
