import type { EventSource } from '../../adapters/event-source.ts'
import type { Entry } from '../../adapters/sender.ts'
import type { Batch } from '../../batch/batch.ts'
import type { Message } from '../../batch/message.ts'
import type { Queue } from '../../language/queue.ts'
import { tryOr } from '../../values.ts'
import { createBody } from './body.ts'
import { createHeaders } from './headers.ts'
import type { Hops } from './hops.ts'
import { checkKwargs } from './kwargs.ts'
import { traceHeaderOf } from './trace-header.ts'

/** What an entry is made of. */
export interface EntryInput {
  readonly batch: Batch
  readonly message: Message
  readonly queue: Queue
  readonly kwargs: unknown
  /** Returns the deduplication key of a content. */
  readonly keyOf: (content: string) => string
  /** The queues that the message has passed through. */
  readonly hops: Hops
  readonly maxHops: number
  /** X-Ray's trace header of the invocation. */
  readonly invocationTrace: string | undefined
  /** Whether the queue is the dead-letter queue. */
  readonly isDeadLetter: boolean
}

/**
 * Makes an entry. Its JSON text is made at once, so that later changes of the kwargs do not change what is sent.
 *
 * @throws UndeliverableError if the kwargs are not JSON, if the queue's schema does not accept them, or if the message passed through too many queues
 */
export const createEntry = (input: EntryInput): Entry => {
  const { batch, message, queue, kwargs, keyOf, invocationTrace, isDeadLetter } = input
  const source = batch.source as EventSource
  const { record, body: received } = message
  if (queue.validate) checkKwargs(queue, kwargs)
  const body = createBody(queue, message, kwargs)
  let deduplicationKey: string | undefined
  return {
    queue,
    body,
    sending: { kwargs, path: queue.path },
    // Made when it is read, because few queues are FIFO. The content of a dead letter differs from try to try.
    get deduplicationKey() {
      // mutant: deduplication-key-of-dead-letter
      deduplicationKey ??= keyOf(isDeadLetter ? '' : body)
      return deduplicationKey
    },
    sourceGroup: tryOr(() => (source.senderGroupOf ?? source.groupOf)?.(record), undefined) || undefined,
    headers: createHeaders(input),
    traceHeader: traceHeaderOf(
      tryOr(() => source.traceHeaderOf?.(record, received), undefined),
      invocationTrace,
    ),
  }
}
