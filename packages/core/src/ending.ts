import type { Batch } from './batch.ts'

/**
 * Does what was to be done at the end of a batch, each once: its outcomes are final, Lambda is not answered yet. What
 * is thrown there is logged, and changes no outcome.
 */
export const endBatch = (batch: Batch): void | Promise<void> => {
  const { endings } = batch
  if (endings === undefined) return
  batch.endings = undefined
  return Promise.all(endings.map((end) => guarded(batch, end))).then(() => undefined)
}

const guarded = async (batch: Batch, end: () => unknown): Promise<void> => {
  try {
    await end()
  } catch (error) {
    try {
      batch.logger.error('what was to be done at the end of the batch failed', { error })
    } catch {} // there is nobody left to tell
  }
}
