import type { Message } from '../batch/message.ts'
import { isObject } from '../values.ts'

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

/** Whether a value has the methods of a source queue. */
export const isSourceQueue = (value: unknown): value is SourceQueue =>
  isObject(value) && typeof value['remove'] === 'function' && typeof value['postpone'] === 'function'
