import { setTimeout } from 'node:timers/promises'

/** Waits, but no longer than until the signal. */
export const pause = async (seconds: number, signal: AbortSignal): Promise<void> => {
  await setTimeout(seconds * 1000, undefined, { signal }).catch(() => undefined)
}
