import type { Batch } from './batch.ts'
import { tell } from './logger.ts'
import { isInTime } from './time.ts'

/**
 * Does what was to be done at the end of a batch, each once: its outcomes are final, Lambda is not answered yet. What
 * is thrown there is logged, and changes no outcome; what hangs is left alone before the answer would be late.
 */
export const endBatch = async (batch: Batch): Promise<void> => {
  const ended = Promise.all(
    batch.endings.splice(0).map(async (end) => {
      try {
        await end()
      } catch (error) {
        tell(batch, 'error', 'work at the end of the batch failed', { error })
      }
    }),
  )
  const inTime = await isInTime(ended, batch.left() - answeringMillis(batch))
  if (!inTime) tell(batch, 'warn', 'work at the end of the batch took too long')
}

/** What is kept to answer: an eighth of the reserve, whose last quarter begins when the last send is given up. */
export const answeringMillis = ({ reserveMillis }: Pick<Batch, 'reserveMillis'>): number =>
  Math.max(50, reserveMillis / 8)
