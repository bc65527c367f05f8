import type { Batch, Message } from '@lpipe/core'
import { errorOf, finishesWithin, isSkipped, isThenable, log, quantity } from '@lpipe/core/middleware'
import { isResponseDue } from './is-response-due.ts'

/** Most calls of `capture` at the same time. */
const maxConcurrency = 10

/** The longest wait for one call, in milliseconds. */
const maxMillis = 2000

/** Returns a function that passes the error of a message to `capture`, unless the error is that of another message. */
export const createCapture = (
  batch: Batch,
  capture: (error: unknown, message: Message) => unknown,
): ((message: Message) => void) => {
  const { deadline } = batch
  const waiting: Message[] = []
  let running = 0
  let hanging = 0

  /** @returns whether the call has finished in time */
  const captureOne = async (message: Message): Promise<boolean> => {
    try {
      const captured = capture(errorOf(message), message)
      if (!isThenable(captured)) return true
      // No timer is left behind after the response.
      const untilResponse = deadline.remainingMillis() - deadline.responseMargin
      // mutant: capture-millis
      return await finishesWithin(captured, Math.min(maxMillis, untilResponse))
    } catch (error) {
      log(batch, 'error', 'the `capture` callback failed', { error })
      return true
    }
  }

  const forgetWaiting = (): void => {
    const uncaptured = waiting.splice(0).length
    if (uncaptured > 0) log(batch, 'warn', `\`capture\` was not called with ${quantity(uncaptured, 'more error')}`)
  }

  /** A call that does not finish keeps its place: if all hang, no further error is captured. */
  const captureWaiting = async (): Promise<void> => {
    running += 1
    while (waiting.length > 0 && !isResponseDue(batch)) {
      if (await captureOne(waiting.shift() as Message)) continue
      hanging += 1
      if (hanging === 1) log(batch, 'warn', 'the `capture` callback did not finish in time')
      if (hanging === maxConcurrency) forgetWaiting()
      return
    }
    forgetWaiting()
    running -= 1
  }

  return (message) => {
    if (isSkipped(errorOf(message))) return
    waiting.push(message)
    // mutant: capture-concurrency
    if (running < maxConcurrency) batch.waitUntil(captureWaiting())
  }
}
