import type { Batch } from './batch.ts'
import { type RetryDelay, secondsOfFailed } from './delay.ts'
import { answeringMillis } from './ending.ts'
import { tell } from './logger.ts'
import type { Message } from './message.ts'
import type { SendOptions } from './sender.ts'
import { isInTime } from './time.ts'

/** Calls to the queue that messages came from. What could not be done is answered, not thrown. */
export interface SourceCalls {
  /**
   * Deletes messages.
   *
   * @returns those that were not deleted
   */
  readonly remove: (messages: readonly Message[], options?: SendOptions) => Promise<readonly Message[]>
  /**
   * Lets messages be delivered again after so many seconds.
   *
   * @returns those whose time was not changed
   */
  readonly postpone: (seconds: ReadonlyMap<Message, number>, options?: SendOptions) => Promise<readonly Message[]>
}

/** What batchResponse() has done on the queue that messages came from. It logs what could not be done. */
export interface MessageSource {
  /**
   * Sets when failed messages are delivered again, as well as it can.
   *
   * @param deletes whether what is done is deleted before that, so that it does not come back with the rest
   */
  readonly settle: (batch: Batch, deletes: boolean, retryDelay: RetryDelay | undefined) => Promise<void>
}

/** A source of messages, from its calls. */
export const messageSource = ({ remove, postpone }: SourceCalls): MessageSource => {
  const deleteDone = async (batch: Batch): Promise<void> => {
    const done = batch.received.filter(({ outcome }) => outcome !== 'failed')
    const undone = await answered(batch, done, (options) => remove(done, options))
    if (undone.length === 0) return
    const ids = undone.map(({ id, index }) => id ?? index)
    tell(batch, 'error', `not deleted, and will be delivered again though done: ${ids.join(', ')}`, { ids })
  }
  const postponeFailed = async (batch: Batch, retryDelay: RetryDelay | undefined): Promise<void> => {
    try {
      const seconds = secondsOfFailed(batch, retryDelay)
      if (seconds.size === 0) return
      const left = await answered(batch, [...seconds.keys()], (options) => postpone(seconds, options))
      if (left.length === 0) return
      tell(batch, 'warn', `${left.length} failed messages keep the visibility timeout of their queue`)
    } catch (error) {
      tell(batch, 'warn', 'failed messages keep the visibility timeout of their queue', { error })
    }
  }
  return {
    settle: async (batch, deletes, retryDelay) => {
      if (deletes) await deleteDone(batch) // first: there may be no time for both
      await postponeFailed(batch, retryDelay)
    },
  }
}

/**
 * Waits for a call, but never so long that the answer would be late: after its deadline Lambda takes the whole batch for
 * failed.
 *
 * @param otherwise what is taken for the result when time is up
 */
const answered = async (
  batch: Batch,
  otherwise: readonly Message[],
  call: (options: SendOptions) => Promise<readonly Message[]>,
): Promise<readonly Message[]> => {
  const abort = new AbortController()
  const answer = call({ signal: abort.signal })
  if (await isInTime(answer, batch.left() - answeringMillis(batch))) return answer
  abort.abort()
  return otherwise
}
