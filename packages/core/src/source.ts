import type { Message } from './message.ts'
import type { SendOptions } from './sender.ts'

/** What can be done with messages on the queue that they came from. What could not be done is answered, not thrown. */
export interface MessageSource {
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
