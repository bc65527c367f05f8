import type { Batch, SendOptions } from '@lpipe/core'

/**
 * Waits for what speaks to the source, but never so long that the answer would be late: after its deadline Lambda
 * takes the whole batch for failed.
 *
 * @param otherwise what is taken for the result when time is up
 */
export const inTime = async <T>(batch: Batch, otherwise: T, work: (options: SendOptions) => Promise<T>): Promise<T> => {
  const abort = new AbortController()
  const left = batch.left() - batch.reserveMillis / 8
  if (left === Infinity) return work({ signal: abort.signal })
  let timer: NodeJS.Timeout | undefined
  const timeUp = new Promise<T>((resolve) => {
    timer = setTimeout(
      () => {
        abort.abort()
        resolve(otherwise)
      },
      Math.max(0, left),
    )
  })
  try {
    return await Promise.race([work({ signal: abort.signal }), timeUp])
  } finally {
    clearTimeout(timer)
  }
}
