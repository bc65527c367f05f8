import type { Entries } from '../trace/entries.ts'
import { resourceId } from '../trace/graph.ts'

/**
 * Which messages of a dead-letter queue SQS has moved there. Their bodies cannot say so: a sender may write one that looks like a
 * dead letter of lpipe. A moved message keeps its id, and the servers have seen to which queue it was sent.
 */
export interface MovedMessages {
  readonly has: (queue: string, id: string) => boolean
  /** Remembers what a queue holds now. The trace may forget those messages while they lie there. */
  readonly look: (queue: string, ids: readonly string[]) => void
}

export const createMovedMessages = (entries: Pick<Entries, 'get'>): MovedMessages => {
  const remembered = new Map<string, ReadonlySet<string>>()
  const has: MovedMessages['has'] = (queue, id) => {
    const entry = entries.get(id)
    if (entry === undefined) return remembered.get(queue)?.has(id) ?? false
    return entry.queue !== resourceId('sqs', queue)
  }
  return {
    has,
    look: (queue, ids) => remembered.set(queue, new Set(ids.filter((id) => has(queue, id)))),
  }
}
