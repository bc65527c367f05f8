import type { Batch } from '../../batch/batch.ts'
import type { Message } from '../../batch/message.ts'
import { nonEmptyString, sha256, tryOr } from '../../values.ts'

/** Returns the deduplication key of what a message sends. Equal contents for one target have keys of their own. */
export type DeduplicationKeys = (target: string, content: string) => string

/** Returns a function that makes the deduplication keys of a message. */
export const deduplicationKeys = (batch: Batch, message: Message): DeduplicationKeys => {
  const { source, context } = batch
  const { record, recordIndex, position } = message
  // mutant: key-of-source-message
  const key = nonEmptyString(tryOr(() => source?.deduplicationKeyOf?.(record), undefined))
  // Lambda repeats an asynchronous event with the same request id. Without either nothing is the same twice.
  const origin = key ?? `${context.awsRequestId ?? process.getBuiltinModule('node:crypto').randomUUID()}-${recordIndex}`
  const counts = new Map<string, number>()
  return (target, content) => {
    // mutant: deduplication-key
    const text = JSON.stringify([context.functionName, message.eventSource, origin, position, target, content])
    // mutant: ordinal-of-equal-contents
    const ordinal = (counts.get(text) ?? 0) + 1
    counts.set(text, ordinal)
    return sha256(`${ordinal} ${text}`)
  }
}
