import type { Queue } from '@lpipe/core'
import { isObject, isQueue, isSourceQueue, type SourceQueue, tryOr } from '@lpipe/core/middleware'
import { queuesIn } from './graph-queues.ts'

/** Where a graph names queues and senders. */
interface Graph {
  readonly senders?: unknown
  readonly deadLetter?: unknown
  readonly paths?: unknown
}

/**
 * Returns what can delete and postpone the messages of an SQS queue, if a sender in the graph can: then
 * `retryAfterSeconds` works without the `sqs` option.
 */
export const sourceQueueIn = ({ senders, deadLetter, paths }: Graph): SourceQueue | undefined => {
  const sender = isObject(senders) ? Object.values(senders).find(isSourceQueue) : undefined
  if (sender !== undefined) return sender
  const queues = [deadLetter, ...queuesIn(paths).map(({ queue }) => queue)].filter(isQueue)
  // Made anew, because a sender is cheap: it loads the SDK at its first call.
  return queues.map(({ sender }: Queue): unknown => tryOr(() => sender?.(), undefined)).find(isSourceQueue)
}
