import type { Message } from '../batch/message.ts'

/** Calls to the queue that messages came from. `queueSqs()` makes them. What cannot be done is returned, not thrown. */
export interface SourceQueue {
  /**
   * Deletes messages.
   *
   * @returns those that were not deleted
   */
  readonly remove: (messages: readonly Message[], signal: AbortSignal) => Promise<readonly Message[]>
  /**
   * Sets how many seconds pass until messages are delivered again.
   *
   * @returns those whose time was not set
   */
  readonly postpone: (secondsOf: ReadonlyMap<Message, number>, signal: AbortSignal) => Promise<readonly Message[]>
}
