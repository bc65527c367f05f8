import type { Batch, Message } from '@lpipe/core'
import { errorOf, isSkipped, log } from '@lpipe/core/middleware'

/** Most calls of `capture` at the same time. */
const maxConcurrency = 10

/** Returns a function that passes the error of a message to `capture`, unless the error is that of another message. */
export const createCapture = (
  batch: Batch,
  capture: (error: unknown, message: Message) => unknown,
): ((message: Message) => void) => {
  const waiting: Message[] = []
  let running = 0

  const captureOne = async (message: Message): Promise<void> => {
    try {
      await capture(errorOf(message), message)
    } catch (error) {
      log(batch, 'error', 'the `capture` callback failed', { error })
    }
  }

  const captureWaiting = async (): Promise<void> => {
    running += 1
    for (let message = waiting.shift(); message !== undefined; message = waiting.shift()) await captureOne(message)
    running -= 1
  }

  return (message) => {
    if (isSkipped(errorOf(message))) return
    waiting.push(message)
    if (running < maxConcurrency) batch.waitUntil(captureWaiting())
  }
}
