import type { Batch } from './batch.ts'
import { tell } from './logger.ts'
import { inTime } from './time.ts'

/**
 * Does what was to be done at the end of a batch, each once: its outcomes are final, Lambda is not answered yet. What
 * is thrown there is logged, and changes no outcome; what hangs is left alone before the answer would be late.
 */
export const endBatch = (batch: Batch): void | Promise<void> => {
  const { endings } = batch
  if (endings === undefined) return
  batch.endings = undefined
  return untilLate(batch, Promise.all(endings.map((end) => guarded(batch, end))))
}

const guarded = async (batch: Batch, end: () => unknown): Promise<void> => {
  try {
    await end()
  } catch (error) {
    tell(batch.logger, 'error', 'what was to be done at the end of the batch failed', { error })
  }
}

const untilLate = async (batch: Batch, work: Promise<unknown>): Promise<void> => {
  if (await inTime(work, batch.left() - answeringMillis(batch))) return
  tell(batch.logger, 'warn', 'what was to be done at the end of the batch was not done in time')
}

/** What is kept to answer: an eighth of the reserve, whose last quarter begins when the last send is given up. */
export const answeringMillis = ({ reserveMillis }: Pick<Batch, 'reserveMillis'>): number =>
  Math.max(50, reserveMillis / 8)
