import type { Prepared, Sender } from '../../adapters/sender.ts'
import type { Message } from '../../batch/message.ts'
import type { Queue } from '../../language/queue.ts'

/** An entry that waits to be sent, with the message that fails if it is not accepted. */
export interface PendingEntry {
  readonly message: Message
  readonly queue: Queue
  readonly sender: Sender
  /** What identifies the queue for the sender. */
  readonly identity: string
  prepared: Prepared
  /** Returns a smaller one of the dead letters that the entry may be; undefined if there is none. Absent for other entries. */
  readonly smaller?: () => Prepared | undefined
  readonly headers: Readonly<Record<string, string>>
  attempts: number
  /** Whether the service has accepted it. */
  isAccepted: boolean
  /** When it was first sent, in `performance.now()` milliseconds. */
  firstAttemptAt: number
}
