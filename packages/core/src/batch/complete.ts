import type { InvocationBatch } from './invocation-batch.ts'
import type { Message } from './message.ts'
import { blockedByFailure } from './ordering.ts'
import { commitRecords } from './records.ts'
import { recordHandlerResults, reject } from './results.ts'

/**
 * Brings all messages of a batch to their final outcomes: runs the graph, or records what the user's handler returned, sends
 * what they send, and calls the `finish` hooks.
 *
 * @param handlerResponse undefined if the user gave middy no handler
 * @returns the failed messages
 * @throws InvalidConfigurationError if nothing has processed the messages
 */
export const completeBatch = async (batch: InvocationBatch, handlerResponse: unknown): Promise<readonly Message[]> => {
  const { router, chain, received } = batch
  if (handlerResponse === undefined && router !== undefined) {
    await router.runAll()
  } else {
    for (const message of received) batch.prepare(message)
    recordHandlerResults(batch, handlerResponse)
    await chain?.followResults()
  }
  commitRecords(batch)
  // Most Lambdas send nothing: an await would cost as much as a short function.
  const flushed = chain?.flush()
  if (flushed !== undefined) await flushed
  // A send may have failed a message after later ones of its group had run.
  for (const message of batch.failedGroups.size === 0 ? [] : received) {
    // mutant: failed-by-send
    const error = message.outcome === 'failed' ? undefined : blockedByFailure(batch, message)
    if (error !== undefined) reject(batch, message, error)
  }
  commitRecords(batch)
  // What a hook does with an error does not let a failed message be deleted.
  const failed = new Set(received.filter(({ outcome }) => outcome === 'failed'))
  batch.finish()
  // mutant: reported-failures
  return received.filter((message) => failed.has(message) || message.outcome === 'failed')
}
