import { answeringMillis, type Batch } from '@lpipe/core'
import type { SentrySdk } from './sdk.ts'

/**
 * Waits until the events have left, at most so many milliseconds, and never so long that Lambda could not be answered.
 *
 * @returns whether they have left
 */
export const flushInTime = async (sdk: SentrySdk, batch: Batch, flushMillis: number): Promise<boolean> => {
  const millis = Math.min(flushMillis, batch.left() - answeringMillis(batch))
  if (!(millis > 0)) return false
  let timer: NodeJS.Timeout | undefined
  const timeUp = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, millis, false)
  })
  try {
    return await Promise.race([sdk.flush(millis), timeUp])
  } finally {
    clearTimeout(timer)
  }
}
