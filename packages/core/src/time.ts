/**
 * Waits for work, but not for ever.
 *
 * @param millis how long at most; Infinity if nobody knows
 * @returns whether it was done in time. If it was not, it still goes on, and nobody is told how it ends
 * @throws what the work rejects with, if that is in time
 */
export const isInTime = (work: Promise<unknown>, millis: number): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const timer = millis === Infinity ? undefined : setTimeout(resolve, Math.max(0, millis), false)
    work.finally(() => clearTimeout(timer)).then(() => resolve(true), reject)
  })
