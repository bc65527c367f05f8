import type { Batch } from './batch.ts'
import { misconfigured } from './errors.ts'
import { type Message, waits } from './message.ts'
import { kindOf, ownOf } from './values.ts'

/** Ends a message. A later end replaces an earlier one: a send may fail after the walk is over. */
export const settle = (batch: Batch, message: Message, result: PromiseSettledResult<unknown>): void => {
  message.result = result
  message.outcome = result.status === 'fulfilled' ? 'succeeded' : batch.classify(result.reason)
  const { lane, index, outcome } = message
  if (lane === undefined || outcome !== 'failed') return
  const first = batch.broken.get(lane)
  if (first === undefined || index < first.index) batch.broken.set(lane, message)
}

/** Ends a message with an error. */
export const reject = (batch: Batch, message: Message, reason: unknown): void =>
  settle(batch, message, { status: 'rejected', reason })

/** Does something for each message that waits. One for which it throws ends with that. */
export const forEachWaiting = (batch: Batch, work: (message: Message) => void): void => {
  for (const message of batch.received) {
    try {
      if (waits(message)) work(message)
    } catch (error) {
      reject(batch, message, error)
    }
  }
}

/** The settled results that travel between middlewares: one for each message, in order. */
export const resultsOf = (batch: Batch): PromiseSettledResult<unknown>[] =>
  batch.received.map((message) => message.result as PromiseSettledResult<unknown>)

/**
 * Takes over what a handler answered: a settled result for each message that it was given, or for each record. Does
 * nothing if no message waits, for then the router has run.
 *
 * @throws InvalidConfigurationError if the answer is something else: nobody can tell then what became of the messages
 */
export const adopt = (batch: Batch, response: unknown): void => {
  const { received } = batch
  if (received.length > 0 && !received.some(waits)) return
  const results: readonly PromiseSettledResult<unknown>[] | undefined =
    Array.isArray(response) && response.every(isSettled) ? response : undefined
  const given = results?.length === received.length ? received : received.filter(waits)
  if (results?.length !== given.length) {
    misconfigured(
      `lpipe: expected ${given.length} settled results, got ${results?.length ?? kindOf(response)}. Give it \`call\`, \`paths\` or a handler with Promise.allSettled(...)`,
    )
  }
  for (const [index, message] of given.entries()) {
    if (waits(message)) settle(batch, message, results[index] as PromiseSettledResult<unknown>)
  }
}

const isSettled = (result: unknown): result is PromiseSettledResult<unknown> =>
  ['fulfilled', 'rejected'].includes(ownOf(result, 'status') as string)
