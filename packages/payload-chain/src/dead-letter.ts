import { FailCatastrophically, InvalidPayloadError, type Message, type Queue, type Sender } from '@lpipe/core'
import {
  describeError,
  errorMessage,
  errorName,
  errorOf,
  type InvocationBatch,
  type Outbox,
  reject,
  safeJson,
  tryOr,
} from '@lpipe/core/middleware'
import type { SenderOf } from './senders.ts'

/** What a dead-letter queue of lpipe keeps of a message that was dropped. */
export interface DeadLetter {
  readonly error: { readonly name: string; readonly message: string; readonly issues?: readonly unknown[] }
  /** The path and the function it was on; null if it had not come so far. */
  readonly path: string | null
  readonly function: string | null
  readonly source: { readonly type: string; readonly arn: string | null; readonly id: string | null }
  /** The Lambda that dropped the message, and the invocation. */
  readonly lambda: { readonly name: string | null; readonly requestId: string | null }
  readonly receiveCount: number | null
  /** When it was dropped, as ISO 8601 text in UTC. */
  readonly time: string
  /** The record as it came. */
  readonly record: unknown
  /** What was cut, if the record was too large to be kept whole. */
  readonly truncated?: string
}

/** Bytes that the parts of a dead letter beside the record may take. */
const overhead = 8 * 1024

/** Makes the dead letter of a dropped message. It never throws. */
const deadLetterOf = (batch: InvocationBatch, message: Message, maxBytes: number): DeadLetter => {
  const { path = null, function: functionName = null, record, id = null, eventSource = null } = message
  const { source, context } = batch
  const error = errorOf(message)
  const issues = tryOr(() => (error instanceof InvalidPayloadError ? error.issues : []), [])
  const size = sentBytes(record)
  const isCut = size === undefined || size > maxBytes - overhead
  return {
    error: {
      name: errorName(error).slice(0, 200),
      message: errorMessage(error).slice(0, 2000),
      ...(issues.length > 0 && {
        issues: safeJson(issues, { maxItems: 20, maxString: 200, maxDepth: 6 }) as readonly unknown[],
      }),
    },
    path,
    function: functionName,
    source: { type: source?.name ?? 'raw', arn: eventSource, id },
    lambda: { name: context.functionName ?? null, requestId: context.awsRequestId ?? null },
    receiveCount: tryOr(() => source?.receiveCountOf?.(record) ?? null, null),
    time: new Date().toISOString(),
    record: isCut ? cutRecord(record, maxBytes) : record,
    ...(isCut && {
      truncated: `the record ${size === undefined ? 'is not JSON' : `has ${size} bytes`} and was cut; it cannot be sent back`,
    }),
  }
}

/**
 * Returns the bytes of a value as it is sent, undefined if JSON cannot carry it. Two characters are escaped, because SQS does
 * not take them.
 */
const sentBytes = (value: unknown): number | undefined =>
  tryOr(() => Buffer.byteLength(JSON.stringify(value).replace(/[\uFFFE\uFFFF]/g, '\\uffff')), undefined)

/** Cuts a record until its JSON text fits. A character may take six bytes in JSON. */
const cutRecord = (record: unknown, maxBytes: number): unknown => {
  for (const maxString of [100_000, 10_000, 1000, 100]) {
    const cut = safeJson(record, { maxString, maxItems: 100, maxDepth: 8 })
    const size = sentBytes(cut)
    if (size !== undefined && size <= (maxBytes - overhead) / 2) return cut
  }
  return null
}

/** Sends a dead letter for each dropped message. A message whose dead letter cannot be sent fails. */
export const sendDeadLetters = (
  batch: InvocationBatch,
  queue: Queue,
  senderOf: SenderOf,
  outboxOf: (sender: Sender) => Outbox,
): void => {
  for (const message of batch.received) {
    if (message.outcome !== 'dropped') continue
    try {
      const sender = senderOf(queue)
      const outbox = outboxOf(sender)
      const limit = sender.maxEntryBytes ?? sender.maxBytes
      outbox.add(message, queue, sender, deadLetterOf(batch, message, limit), 'dead-letter:')
      outbox.release(message)
    } catch (cause) {
      const text = `could not make the dead letter: ${describeError(cause)}. The message was to be dropped: ${describeError(errorOf(message))}`
      reject(batch, message, new FailCatastrophically(text, { cause: errorOf(message) }))
    }
  }
}
