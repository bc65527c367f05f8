/**
 * Waits for work, but not for ever.
 *
 * @param millis how long at most; Infinity if nobody knows
 * @returns whether it was done in time. If it was not, it still goes on
 * @throws what the work rejects with, if that is in time
 */
export const isInTime = async (work: Promise<unknown>, millis: number): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    if (millis !== Infinity) timer = setTimeout(resolve, Math.max(0, millis), false)
  })
  try {
    return await Promise.race([work.then(() => true), late])
  } finally {
    clearTimeout(timer)
  }
}
