import type { Entries } from '../trace/entries.ts'
import type { Entry } from '../trace/entry.ts'
import { resourceId } from '../trace/graph.ts'

/** What the trace knows about a message that SQS has moved. */
export type MovedMessage = Pick<Entry, 'queue' | 'lambda' | 'path' | 'function' | 'error' | 'requestId'>

/**
 * Which messages of a dead-letter queue SQS has moved there. Their bodies cannot say so: a sender may write one that looks like a
 * dead letter of lpipe. A moved message keeps its id, and the servers have seen to which queue it was sent.
 */
export interface MovedMessages {
  /** Returns undefined for a message that was sent to this queue, and for an unknown one. */
  readonly get: (queue: string, id: string) => MovedMessage | undefined
  /** Remembers what a queue holds now. The trace may forget those messages while they lie there. */
  readonly remember: (queue: string, ids: readonly string[]) => void
}

export const createMovedMessages = (entries: Pick<Entries, 'get'>): MovedMessages => {
  const remembered = new Map<string, ReadonlyMap<string, MovedMessage>>()
  const get: MovedMessages['get'] = (name, id) => {
    const entry = entries.get(id)
    if (entry === undefined) return remembered.get(name)?.get(id)
    const { queue, lambda, path, function: functionName, error, requestId } = entry
    if (queue === resourceId('sqs', name)) return undefined
    return { queue, lambda, path, function: functionName, error, requestId }
  }
  return {
    get,
    remember: (queue, ids) => {
      const moved = ids.flatMap((id) => {
        const message = get(queue, id)
        return message === undefined ? [] : [[id, message] as const]
      })
      remembered.set(queue, new Map(moved))
    },
  }
}
