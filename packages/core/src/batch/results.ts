import {
  describeError,
  dispositionOf,
  FailCatastrophically,
  InvalidConfigurationError,
  invalidConfiguration,
} from '../language/errors.ts'
import { nearPayloadIn } from '../language/payload.ts'
import { getOwn, ignoreRejection, isThenable, quantity, typeName } from '../values.ts'
import type { Batch } from './batch.ts'
import { type BatchMessage, errorOf, isPending, type Message } from './message.ts'

/** Ends a message. A later result replaces an earlier one: a send may fail after the functions have run. */
export const settle = (batch: Batch, message: Message, result: PromiseSettledResult<unknown>): void => {
  ;(message as BatchMessage).result = result
  const { group, index, outcome } = message
  if (group === undefined || outcome !== 'failed') return
  const first = batch.failedGroups.get(group)
  if (first === undefined || index < first.index) (batch.failedGroups as Map<string, Message>).set(group, message)
}

/** Ends a message with an error. */
export const reject = (batch: Batch, message: Message, reason: unknown): void =>
  settle(batch, message, { status: 'rejected', reason: ignoreRejection(reason) })

/** Returns the error for a message that failed outside of the user's functions: that must not drop it. */
export const engineError = (error: unknown): unknown =>
  dispositionOf(error) === undefined
    ? new FailCatastrophically(`lpipe could not process the message: ${describeError(error)}`, { cause: error })
    : error

/** Fails a message because its dead letter cannot be sent. The error that was to drop it is the cause. */
export const rejectDeadLetter = (
  batch: Batch,
  message: Message,
  problem: string,
  retryAfterSeconds: number | undefined,
): void => {
  const cause = errorOf(message)
  const text = `${problem}. The message was to be dropped: ${describeError(cause)}`
  reject(
    batch,
    message,
    new FailCatastrophically(text, { cause, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) }),
  )
}

/** Makes a message pending again: its handler has returned payloads, which must run before it ends. */
export const reopen = (message: Message): void => {
  ;(message as BatchMessage).result = undefined
}

/**
 * Records what a handler returned: a settled result for each message that it received, or for each message of the batch.
 *
 * @throws InvalidConfigurationError for anything else, because then it is unknown what happened to the messages
 */
export const recordHandlerResults = (batch: Batch, response: unknown): void => {
  const { received } = batch
  if (response === undefined && !received.some(isPending)) return // all messages have ended
  const results: readonly PromiseSettledResult<unknown>[] | undefined =
    Array.isArray(response) && response.every(isSettled) ? response : undefined
  const messages = results?.length === received.length ? received : received.filter(isPending)
  if (results?.length !== messages.length) {
    if (Array.isArray(response)) response.forEach(ignoreRejection)
    const returned = results === undefined ? typeName(response) : quantity(results.length, 'settled result')
    invalidConfiguration(
      batch.router === undefined
        ? `lpipe: the handler must return ${quantity(messages.length, 'settled result')}, for example Promise.allSettled(...), and returned ${returned}. ` +
            'Otherwise set `call` or `paths`'
        : `lpipe: the handler's response takes precedence over \`call\` and \`paths\`, so that no path ran, and it is ${returned} instead of ` +
            `${quantity(messages.length, 'settled result')}. Remove the handler: middy().use(lpipe({ paths }))`,
    )
  }
  for (const [index, message] of messages.entries()) {
    if (isPending(message)) settle(batch, message, checked(results[index] as PromiseSettledResult<unknown>))
  }
}

/** A result whose payloads would be lost fails its message. */
const checked = (result: PromiseSettledResult<unknown>): PromiseSettledResult<unknown> => {
  if (result.status === 'rejected') {
    ignoreRejection(result.reason)
    return result
  }
  const problem = problemOf(result.value)
  if (problem === undefined) return result
  ignoreRejection(result.value)
  return { status: 'rejected', reason: new InvalidConfigurationError(`lpipe: the handler returned ${problem}`) }
}

const problemOf = (value: unknown): string | undefined => {
  try {
    return isThenable(value) ? 'a promise as the `value` of a result. Await it' : nearPayloadIn(value)
  } catch (error) {
    return `a value that cannot be read: ${describeError(error)}`
  }
}

const isSettled = (result: unknown): result is PromiseSettledResult<unknown> =>
  ['fulfilled', 'rejected'].includes(getOwn(result, 'status') as string)
