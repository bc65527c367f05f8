import type { Headers } from '../../adapters/event-source.ts'
import type { Batch } from '../../batch/batch.ts'
import { type EntryTrace, entryChannel } from '../../batch/channels.ts'
import type { Message } from '../../batch/message.ts'
import { UndeliverableError } from '../../language/errors.ts'
import { type Queue, queueLabel } from '../../language/queue.ts'
import { addHop, formatHops, type Hops, hopsHeader } from './hops.ts'

interface HeadersInput {
  readonly batch: Batch
  readonly message: Message
  readonly queue: Queue
  /** Those that the message came with. */
  readonly hops: Hops
  readonly maxHops: number
  readonly isDeadLetter: boolean
}

/**
 * Makes the headers of an entry: the hops, and what observers add.
 *
 * @throws UndeliverableError if the message passed through too many queues
 */
export const createHeaders = ({
  batch,
  message,
  queue,
  hops: received,
  maxHops,
  isDeadLetter,
}: HeadersInput): Headers => {
  const hops = addHop(received, queueLabel(queue))
  if (hops.count > (isDeadLetter ? deadLetterHops(maxHops, queue, received) : maxHops)) {
    throw new UndeliverableError(
      `cannot send to ${queueLabel(queue)}: the message passed through more than \`maxHops\` (${maxHops}) queues, last: ${hops.queues.join(' > ')}. ` +
        'Check the graph for a cycle, or raise `maxHops`',
    )
  }
  const headers: Record<string, string> = { [hopsHeader]: formatHops(hops) }
  if (entryChannel.hasSubscribers) entryChannel.publish({ batch, message, queue, headers } satisfies EntryTrace)
  return headers
}

/**
 * A dead letter may pass more queues, because a message with a forged number of hops would block its group for ever. A loop
 * through the dead-letter queue itself ends.
 */
const deadLetterHops = (maxHops: number, queue: Queue, { queues }: Hops): number =>
  // mutant: hops-of-dead-letter
  queues.at(-1) === queueLabel(queue) ? maxHops : Infinity
