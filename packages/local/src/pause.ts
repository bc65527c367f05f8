import { setTimeout } from 'node:timers/promises'

/** Waits for some seconds, or until the signal is aborted. */
export const pause = async (seconds: number, signal: AbortSignal): Promise<void> => {
  await setTimeout(seconds * 1000, undefined, { signal }).catch(() => undefined)
}
