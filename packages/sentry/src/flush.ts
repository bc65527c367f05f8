import type { Batch } from '@lpipe/core'
import { finishesWithin } from '@lpipe/core/middleware'
import type { SentrySdk } from './sdk.ts'

/**
 * Waits until the SDK has sent its events, but not so long that the response would be late.
 *
 * @param maxMillis the longest wait, in milliseconds
 * @returns whether all events were sent
 */
export const flushInTime = async (sdk: SentrySdk, { deadline }: Batch, maxMillis: number): Promise<boolean> => {
  const millis = Math.min(maxMillis, deadline.remainingMillis() - deadline.responseMargin)
  if (!(millis > 0)) return false
  let isFlushed = false
  const flushing = Promise.resolve(sdk.flush(millis)).then((flushed) => {
    isFlushed = flushed
  })
  return (await finishesWithin(flushing, millis)) && isFlushed
}
