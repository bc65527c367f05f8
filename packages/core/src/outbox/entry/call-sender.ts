import { describeError, dispositionOf, FailCatastrophically } from '../../language/errors.ts'
import { type Queue, queueLabel } from '../../language/queue.ts'
import { notPromise, typeName } from '../../values.ts'

/** Calls a synchronous method of a sender. An error that would drop the message fails it: what a sender throws is not about the message. */
export const callSender = <T>(queue: Queue, method: string, call: () => T): T => {
  try {
    return notPromise(call(), 'it')
  } catch (cause) {
    if (dispositionOf(cause) === 'failed') throw cause
    const text = `cannot send to ${queueLabel(queue)}: \`${method}\` of its sender threw ${describeError(cause)}`
    // mutant: error-of-sender
    throw new FailCatastrophically(text, { cause })
  }
}

/** @throws TypeError if what a sender returned is not a string */
export const checkText = (text: unknown, what: string): string => {
  if (typeof notPromise(text, what) === 'string') return text as string
  throw new TypeError(`${what} must be a string, received ${typeName(text)}`)
}
